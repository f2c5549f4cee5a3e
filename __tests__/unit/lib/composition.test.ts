import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AiKeyStack, BootstrapStack } from "../../../lib";

const outdir = mkdtempSync(join(tmpdir(), "ai-key-composition-"));
afterAll(() => rmSync(outdir, { recursive: true }));

test("a bootstrap with a bucket that exists, two stacks with keys, and an application's stack that reads one of each, in one program", () => {
  const app = new App({ outdir });
  const [openAi, anthropic] = ["openai", "anthropic"].map(
    (provider) => new AiKeyStack(app, `ai-${provider}`, { region: "us-east-1", provider, readers: [] }),
  );
  if (!openAi || !anthropic) {
    throw new Error("there are two");
  }
  new BootstrapStack(app, "bootstrap", {
    region: "us-east-1",
    bucket: { bucket: "acme-states", kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    stacks: [openAi, anthropic],
    github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
  });

  const application = new TerraformStack(app, "application");
  new AwsProvider(application, "aws", { region: "us-east-1" });
  const role = new IamRole(application, "role", { name: "ask-ai", assumeRolePolicy: "{}" });
  const secrets = [openAi.secret("openai"), anthropic.secret("anthropic")];
  const granted = secrets.map((secret) => secret.grantRead(role));
  new LambdaFunction(application, "function", {
    functionName: "ask-ai",
    role: role.arn,
    environment: { variables: Object.fromEntries(secrets.map(({ arn }, index) => [`KEY_${index}`, arn])) },
    dependsOn: granted,
  });
  app.synth();

  const { stacks }: { stacks: Record<string, { dependencies: string[] }> } = JSON.parse(
    readFileSync(join(outdir, "manifest.json"), "utf8"),
  );
  expect(Object.fromEntries(Object.entries(stacks).map(([name, { dependencies }]) => [name, dependencies]))).toEqual({
    "ai-openai": [],
    "ai-anthropic": [],
    bootstrap: [],
    application: ["ai-openai", "ai-anthropic"],
  });
  const config = JSON.parse(readFileSync(join(outdir, "stacks/application/cdk.tf.json"), "utf8"));
  expect(Object.keys(config.resource.aws_iam_role_policy_attachment)).toHaveLength(2);
});
