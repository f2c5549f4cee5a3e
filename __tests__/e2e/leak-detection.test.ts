import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateCheck } from "../../cli/verify/state-check";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { randomKey } from "../../lab/random-key";
import { findTerraform } from "../../lab/terraform/find-terraform";
import { inState, parseState } from "../../lab/terraform/state";
import { type Environment, environmentProblems } from "../../lib/log-leaks";
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

/** Settings that are refused. Terraform takes what is no level for trace: `parseLogLevel` in `internal/logging/logging.go`. */
const SETTINGS_WITH_REQUESTS: readonly Environment[] = [
  { TF_LOG_PROVIDER: "debug" },
  { TF_LOG_PROVIDER: "json" },
  { TF_LOG: "on", TF_LOG_PROVIDER: undefined }, // which would be taken in its place
  { TF_LOG: "off", TF_LOG_SDK_PROTO_DATA_DIR: "messages" },
];

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

  test("through the provider's log of its AWS requests, or its files of Terraform's, is found, and each such setting is refused", async () => {
    const key = randomKey();
    const { sandbox } = lab;
    await sandbox.use(PROGRAM);
    const ownProvider = { TF_REATTACH_PROVIDERS: undefined }; // Terraform keeps no log of one that runs already
    mkdirSync(join(sandbox.stackFolder, "messages"));
    for (const [version, settings] of SETTINGS_WITH_REQUESTS.entries()) {
      const log = { TF_LOG_PATH: join(sandbox.logs, `provider-${version}.log`) };
      await sandbox.apply({ ai_api_key: key, ai_api_key_version: String(version + 1) }, { ...ownProvider, ...log, ...settings });
      expect(environmentProblems(settings)).toHaveLength(1);
    }

    const found = places(new KeyScanner({ debug: key }).scanFolder(sandbox.folder));
    expect(found.filter((place) => !place.includes("messages")).sort()).toEqual(
      [0, 1, 2].map((index) => join("logs", `provider-${index}.log`)),
    );
    expect(found.filter((place) => place.includes("messages"))).not.toEqual([]);
  });

  test("through the import of a version, by one who may read it, is found in the state, stays in its backup, and is seen by verify", async () => {
    const key = randomKey();
    const { sandbox } = lab;
    await sandbox.use(PROGRAM);
    await sandbox.apply({ ai_api_key: key, ai_api_key_version: "9" });
    const [[name = ""] = []] = sandbox.synthesized().resources("aws_secretsmanager_secret_version");
    const { id } = inState(sandbox.state(), "aws_secretsmanager_secret_version", name) ?? {};
    const address = `aws_secretsmanager_secret_version.${name}`;
    await sandbox.terraform(["state", "rm", address], {});
    await sandbox.terraform(["import", address, String(id)], { ai_api_key: key });
    await sandbox.apply({ ai_api_key: key, ai_api_key_version: "9" });

    const found = places(new KeyScanner({ imported: key }).scanFolder(sandbox.folder));
    expect(found).toContainEqual(expect.stringMatching(/terraform\.ai-secret\.tfstate[\w.]*backup$/));
    const stateText = readFileSync(`${sandbox.stateFile}.backup`, "utf8");
    expect(stateCheck({ state: parseState(stateText), stateText }, {})).toMatchObject({ holds: false });
  });

  test("through arguments in TF_CLI_ARGS is found in Terraform's own log, and refused", async () => {
    const key = randomKey();
    const { sandbox } = lab;
    const settings = { TF_CLI_ARGS_plan: `-var=ai_api_key=${key}` };
    const log = join(sandbox.logs, "arguments.log");
    await sandbox.shell(`cd ${JSON.stringify(sandbox.stackFolder)}; "$TERRAFORM" plan`, {
      ...settings,
      TERRAFORM: (await findTerraform()).path,
      TF_LOG_CORE: "info",
      TF_LOG_PATH: log,
    });

    expect(places(new KeyScanner({ argument: key }).scanFolder(sandbox.folder))).toEqual([join("logs", "arguments.log")]);
    expect(environmentProblems(settings)).toHaveLength(1);
  });

  test("through a file of variables that Terraform can't read is found in what it prints", async () => {
    const key = randomKey();
    const { sandbox } = lab;
    const file = join(sandbox.stackFolder, "terraform.tfvars");
    writeFileSync(file, `ai_api_key = ${key}\n`);
    const { exitCode } = await sandbox.tryTerraform(["plan"], {});
    rmSync(file);

    expect(exitCode).not.toBe(0);
    expect(places(new KeyScanner({ variables: key }).scanFolder(sandbox.folder))).toContainEqual(
      expect.stringMatching(/^logs.*-plan\.log$/),
    );
  });
});
