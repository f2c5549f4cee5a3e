import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session } from "../../../../lab/process/session";
import { Sandbox } from "../../../../lab/sandbox/sandbox";
import { copyProject, NO_TOOLS, PROGRAM, ROOT, TEAM_PROGRAM } from "../../../support/project";

let session: Session;
beforeEach(() => {
  session = new Session();
});
afterEach(async () => await session.close());

test("the first stack that has a key is chosen, or the one that is named", async () => {
  const program = PROGRAM.replace(
    "app.synth()",
    'new TerraformStack(app, "a-network");\nnew AiKeyStack(app, "ai-staging", { environment: "Staging", region: "eu-west-1" });\napp.synth()',
  ).replace("{ App }", "{ App, TerraformStack }");
  const [first, named] = [new Sandbox(session, NO_TOOLS, ROOT), new Sandbox(session, NO_TOOLS, ROOT, "ai-staging")];
  await Promise.all([first.use(program), named.use(program)]);
  expect([first.stack, first.region()]).toEqual(["ai-secret", "us-east-1"]);
  expect([named.stack, named.region()]).toEqual(["ai-staging", "eu-west-1"]);
  expect(named.synthesized().secretNames()).toEqual(["ai/staging/api-key"]);
}, 30_000);

test.each([
  ["ai-secret", 'main.ts has no stack "ai-secret"; it has other'],
  [undefined, "main.ts has no stack with a key, such as an AiKeyStack; it has other"],
])(
  "fails for a program without the stack %s",
  async (stack, message) => {
    const sandbox = new Sandbox(session, NO_TOOLS, ROOT, stack);
    const program = 'import { App, TerraformStack } from "cdktf";\nconst app = new App();\nnew TerraformStack(app, "other");\napp.synth();';
    await expect(sandbox.use(program)).rejects.toThrow(message);
  },
  30_000,
);

test("where a stack has a bucket, and there alone, its provider does not ask for the account", async () => {
  const sandbox = new Sandbox(session, NO_TOOLS, ROOT);
  await sandbox.use(TEAM_PROGRAM);

  const bootstrap = join(sandbox.stackFolder, "../bootstrap/zz_account_override.tf.json");
  expect(JSON.parse(readFileSync(bootstrap, "utf8"))).toEqual({
    provider: { aws: [{ skip_requesting_account_id: true, skip_credentials_validation: true }] },
  });
  expect(existsSync(join(sandbox.stackFolder, "zz_account_override.tf.json"))).toBe(false);
}, 30_000);

test("stacks are where cdktf.json says, and the project's own are not copied, nor what may hold a key", async () => {
  const root = mkdtempSync(join(tmpdir(), "ai-key-test-"));
  session.defer(() => rmSync(root, { recursive: true }));
  copyProject(root);
  const config = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  writeFileSync(join(root, "cdktf.json"), JSON.stringify({ ...config, output: "synthesized" }));
  mkdirSync(join(root, "synthesized/stacks/old"), { recursive: true });
  const withKeys = [".env", "terraform.ai-secret.tfstate", "keys.auto.tfvars", "rotate.tfplan", "report.20261126.1.json"];
  for (const name of withKeys) {
    writeFileSync(join(root, name), "a key");
  }

  const sandbox = new Sandbox(session, NO_TOOLS, root);
  await sandbox.use(PROGRAM);
  expect(sandbox.stackFolder).toBe(join(sandbox.project, "synthesized/stacks/ai-secret"));
  expect(sandbox.synthesized().secretNames()).toEqual(["ai/production/api-key"]);
  for (const name of ["synthesized/stacks/old", ...withKeys]) {
    expect([name, existsSync(join(sandbox.project, name))]).toEqual([name, false]);
  }
}, 30_000);
