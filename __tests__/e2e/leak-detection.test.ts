import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { randomKey } from "../../lab/random-key";
import { describeWithAws, type Lab, openLab, testFrom } from "../support/lab";
import { PROGRAM } from "../support/project";

/** What every other tool does: an ordinary sensitive variable, and the argument that ends up in the state. */
const CONTROL = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { App, TerraformStack, TerraformVariable } from "cdktf";

const app = new App();
const stack = new TerraformStack(app, "ai-secret");
new AwsProvider(stack, "aws", { region: "us-east-1" });
const key = new TerraformVariable(stack, "ai_api_key", { type: "string", sensitive: true });
const secret = new SecretsmanagerSecret(stack, "secret", { name: "control" });
new SecretsmanagerSecretVersion(stack, "version", { secretId: secret.id, secretString: key.stringValue });
app.synth();
`;

/** What Terraform 1.16 lets keep an ephemeral value. With an `EphemeralVariable` the synth would fail. */
const STORE = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, DataResource, TerraformStack, TerraformVariable } from "cdktf";

const app = new App();
const stack = new TerraformStack(app, "ai-secret");
new AwsProvider(stack, "aws", { region: "us-east-1" });
const key = new TerraformVariable(stack, "ai_api_key", { type: "string", sensitive: true });
key.addOverride("ephemeral", true);
new DataResource(stack, "keep").addOverride("store.input", key.stringValue);
app.synth();
`;

/** A program that tries to read the key itself. */
const CARELESS = `
import { App, TerraformOutput } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
const stack = new AiKeyStack(app, "ai-secret");
new TerraformOutput(stack, "hint", { value: \`starts with \${(process.env.TF_VAR_ai_api_key ?? "").slice(0, 24)}\` });
app.synth();
`;

/** Terraform takes what is no level for trace: `parseLogLevel` in `internal/logging/logging.go`. */
const LEVELS_WITH_REQUESTS = ["debug", "json", "1"];

const places = (findings: readonly { place: string }[]) => [...new Set(findings.map(({ place }) => place))];

const SAVED_PLAN = join("project", "cdktf.out", "stacks", "ai-secret", "saved.tfplan");

function expectInStateAndPlan(found: readonly string[]): void {
  expect(found).toContain(join("project", "terraform.ai-secret.tfstate"));
  expect(found).toContain(`${SAVED_PLAN} → tfstate`);
  expect(found.filter((place) => /^logs.*-show\.log$/.test(place))).toHaveLength(1);
}

describeWithAws("a real leak", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(CONTROL);
  });
  afterAll(async () => await lab?.close());

  test("through secret_string is found in the state, in a saved plan and in the plan's JSON", async () => {
    const key = randomKey();
    const { sandbox } = lab;
    await sandbox.use(CONTROL);
    await sandbox.apply({ ai_api_key: key });
    await sandbox.terraform(["plan", "-out=saved.tfplan", "-replace=aws_secretsmanager_secret_version.version"], { ai_api_key: key });
    await sandbox.terraform(["show", "-json", "saved.tfplan"], { ai_api_key: key });

    const found = places(new KeyScanner({ control: key }).scanFolder(sandbox.folder));
    expectInStateAndPlan(found);
    expect(found).toContain(`${SAVED_PLAN} → tfplan`);
  });

  testFrom("Terraform", "1.16.0")("through a store of terraform_data is found, in the same places", async () => {
    const key = randomKey();
    const { sandbox } = lab;
    await sandbox.use(STORE);
    const { output } = await sandbox.apply({ ai_api_key: key });
    await sandbox.terraform(["plan", "-out=saved.tfplan", "-replace=terraform_data.keep"], { ai_api_key: key });
    await sandbox.terraform(["show", "-json", "saved.tfplan"], { ai_api_key: key });

    expect(output).not.toContain("Warning");
    expectInStateAndPlan(places(new KeyScanner({ store: key }).scanFolder(sandbox.folder)));
  });

  test("through a program that reads the environment is prevented: cdktf keeps Terraform's variables from it", async () => {
    const key = randomKey();
    writeFileSync(join(lab.sandbox.project, "main.ts"), CARELESS);
    await lab.sandbox.shell("npx cdktf synth", { TF_VAR_ai_api_key: key });

    expect(readFileSync(join(lab.sandbox.stackFolder, "cdk.tf.json"), "utf8")).toContain('"value": "starts with "');
    expect(places(new KeyScanner({ careless: key }).scanFolder(lab.sandbox.folder))).toEqual([]);
  });

  test("through the provider's debug log, which holds AWS requests as they are, is found", async () => {
    const key = randomKey();
    const { sandbox } = lab;
    await sandbox.use(PROGRAM);
    const ownProvider = { TF_REATTACH_PROVIDERS: undefined }; // Terraform keeps no log of one that runs already
    for (const [version, level] of LEVELS_WITH_REQUESTS.entries()) {
      const settings = { ...ownProvider, TF_LOG_PROVIDER: level, TF_LOG_PATH: join(sandbox.logs, `provider-${level}.log`) };
      await sandbox.apply({ ai_api_key: key, ai_api_key_version: String(version + 1) }, settings);
    }

    const logs = LEVELS_WITH_REQUESTS.map((level) => join("logs", `provider-${level}.log`));
    expect(places(new KeyScanner({ debug: key }).scanFolder(sandbox.folder)).sort()).toEqual(logs.sort());
  });
});
