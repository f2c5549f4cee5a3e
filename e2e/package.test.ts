import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyVersion } from "../cli/key-version";
import { randomKey } from "../cli/rehearsal/random-key";
import { block } from "./support/documents";
import { ROOT } from "./support/project";

const app = mkdtempSync(join(tmpdir(), "ai-key-e2e-app-"));
afterAll(() => rmSync(app, { recursive: true }));

const run = (file: string, args: string[], cwd: string, variables = {}) =>
  execFileSync(file, args, { cwd, env: { ...process.env, ...variables }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

test("the package, packed and installed into a CDKTF app by the documented commands, compiles and synthesizes the documented stack there, and brings the command", () => {
  const dependencies = Object.fromEntries(
    ["cdktf", "constructs", "@cdktf/provider-aws", "typescript"].map((name) => {
      const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8"));
      return [name, version];
    }),
  );
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "mine", private: true, dependencies }));
  const [installed = "", ...commands] = block("docs/own-stack.md", "sh", "npm pack").split("\n");
  expect(installed).toBe("npm ci"); // which this checkout has behind it
  run("sh", ["-ec", commands.join("\n")], ROOT, {
    YOUR_APP: app,
    npm_config_prefer_offline: "true",
    npm_config_audit: "false",
    npm_config_loglevel: "error",
  });

  const packed = join(app, readdirSync(app).find((name) => name.endsWith(".tgz")) ?? "");
  const files = run("tar", ["-tzf", packed], app)
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
  expect(files.filter((path) => !/^dist\/(lib|cli)\/[\w/-]+\.(js|d\.ts)$/.test(path)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "bin/ai-key.js",
    "package.json",
  ]);

  writeFileSync(join(app, "main.ts"), block("docs/own-stack.md", "ts", "cdktf-ai-secret"));
  run("npx", ["tsc", "--strict", "--module", "commonjs", "--target", "ES2022", "--skipLibCheck", "main.ts"], app);
  run("node", ["main.js"], app);
  const stack = JSON.parse(readFileSync(join(app, "cdktf.out", "stacks", "mine", "cdk.tf.json"), "utf8"));
  expect(Object.keys(stack.resource).sort()).toEqual([
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_version",
  ]);
  expect(stack.variable.openai_api_key).toMatchObject({ ephemeral: true, sensitive: true });
  expect(readdirSync(join(app, "node_modules", "cdktf-ai-secret"))).not.toContain("node_modules");

  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(run("npx", ["ai-key", "--version"], app)).toBe(`${version}\n`);

  const key = randomKey();
  const printed = run("npx", ["ai-key", "version"], app, { TF_VAR_ai_api_key: key });
  expect(printed).toBe(`${keyVersion(key, "ai/production/api-key")}\n`);
});
