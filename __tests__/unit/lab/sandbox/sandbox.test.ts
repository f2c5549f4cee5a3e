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

test("fails for a program without the stack", async () => {
  const sandbox = new Sandbox(session, NO_TOOLS, ROOT);
  await expect(sandbox.use(PROGRAM.replace("ai-secret", "other"))).rejects.toThrow(
    'main.ts must have a stack with the id "ai-secret", which the documented commands name; it has other',
  );
}, 30_000);

test("where a stack has a bucket, and there alone, its provider does not ask for the account", async () => {
  const sandbox = new Sandbox(session, NO_TOOLS, ROOT);
  await sandbox.use(TEAM_PROGRAM);

  const bootstrap = join(sandbox.stackFolder, "../bootstrap/zz_account_override.tf.json");
  expect(JSON.parse(readFileSync(bootstrap, "utf8"))).toEqual({
    provider: { aws: [{ skip_requesting_account_id: true, skip_credentials_validation: true }] },
  });
  expect(existsSync(join(sandbox.stackFolder, "zz_account_override.tf.json"))).toBe(false);
}, 30_000);

test("stacks are where cdktf.json says, and the project's own are not copied", async () => {
  const root = mkdtempSync(join(tmpdir(), "ai-key-test-"));
  session.defer(() => rmSync(root, { recursive: true }));
  copyProject(root);
  const config = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  writeFileSync(join(root, "cdktf.json"), JSON.stringify({ ...config, output: "synthesized" }));
  mkdirSync(join(root, "synthesized/stacks/old"), { recursive: true });

  const sandbox = new Sandbox(session, NO_TOOLS, root);
  await sandbox.use(PROGRAM);
  expect(sandbox.stackFolder).toBe(join(sandbox.project, "synthesized/stacks/ai-secret"));
  expect(sandbox.synthesized().secretNames()).toEqual(["ai/production/api-key"]);
  expect(existsSync(join(sandbox.project, "synthesized/stacks/old"))).toBe(false);
}, 30_000);
