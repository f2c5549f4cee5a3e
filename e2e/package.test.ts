import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../package.json";
import { ROOT } from "./support/lab";

const app = mkdtempSync(join(tmpdir(), "ai-key-e2e-app-"));
afterAll(() => rmSync(app, { recursive: true }));

const run = (file: string, args: string[], cwd: string) =>
  execFileSync(file, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Someone's own CDKTF app, in TypeScript, as the README shows it. */
const PROGRAM = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { App, TerraformStack } from "cdktf";
import { AiKeySecret, EphemeralVariable } from "cdktf-ai-secret";

const app = new App();
const stack = new TerraformStack(app, "mine");
new AwsProvider(stack, "aws", { region: "eu-central-1" });
const role = new IamRole(stack, "app", { assumeRolePolicy: "{}" });
const apiKey = new EphemeralVariable(stack, "ai_api_key");
new AiKeySecret(stack, "ai-key", { apiKey, name: "ai/mine/api-key" }).grantRead(role);
app.synth();
`;

test("the package, installed into an empty CDKTF app, compiles and synthesizes there", () => {
  const [{ filename, files }] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", app], ROOT)) as [
    { filename: string; files: { path: string }[] },
  ];
  expect(files.map(({ path }) => path).filter((path) => !/^dist\/[\w-]+\.(js|d\.ts)$/.test(path))).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
  ]);

  const { cdktf, constructs, "@cdktf/provider-aws": aws, typescript } = packageJson.devDependencies;
  const parts = [`cdktf@${cdktf}`, `constructs@${constructs}`, `@cdktf/provider-aws@${aws}`, `typescript@${typescript}`];
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "mine", private: true }));
  run("npm", ["install", "--silent", "--ignore-scripts", "--prefer-offline", "--no-audit", `./${filename}`, ...parts], app);

  writeFileSync(join(app, "main.ts"), PROGRAM);
  run("npx", ["tsc", "--strict", "--module", "commonjs", "--target", "ES2022", "--skipLibCheck", "main.ts"], app);
  run("node", ["main.js"], app);
  const stack = JSON.parse(readFileSync(join(app, "cdktf.out", "stacks", "mine", "cdk.tf.json"), "utf8"));
  expect(Object.keys(stack.resource).sort()).toEqual([
    "aws_iam_policy",
    "aws_iam_role",
    "aws_iam_role_policy_attachment",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_version",
  ]);
  expect(stack.variable.ai_api_key).toMatchObject({ ephemeral: true, sensitive: true });
  expect(readdirSync(join(app, "node_modules", "cdktf-ai-secret"))).not.toContain("node_modules");
});
