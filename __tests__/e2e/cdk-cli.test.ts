import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainEnvironment } from "../../lab/process/child-environment";
import { CommandRunner } from "../../lab/process/command";
import { Session } from "../../lab/process/session";
import { findCdkCli, runCdkCli } from "../../lab/terraform/cdk-cli";
import { ROOT } from "../support/project";

const INSTALLED = join(ROOT, "node_modules");
const TERMINAL = "@cdktf/node-pty-prebuilt-multiarch";

const project = mkdtempSync(join(tmpdir(), "ai-key-test-"));
const session = new Session();
afterAll(async () => {
  await session.close();
  rmSync(project, { recursive: true });
});

/** A project with this one's packages and a CLI of its own, which finds its native terminal there without the binary. */
function installWithoutBinary(): void {
  const own = join(project, "node_modules");
  mkdirSync(join(own, "@cdktf"), { recursive: true });
  mkdirSync(join(own, ".bin"));
  const linked = [...readdirSync(INSTALLED), ...readdirSync(join(INSTALLED, "@cdktf")).map((name) => join("@cdktf", name))];
  for (const name of linked.filter((name) => !["@cdktf", ".bin", "cdktf-cli", "@lydell", TERMINAL].includes(name))) {
    symlinkSync(join(INSTALLED, name), join(own, name));
  }
  for (const name of ["cdktf-cli", TERMINAL]) {
    cpSync(join(INSTALLED, name), join(own, name), { recursive: true });
  }
  symlinkSync("../cdktf-cli/bundle/bin/cdktf", join(own, ".bin/cdktf"));
}

function synth(app: string) {
  const cli = findCdkCli(project);
  const settings = { language: "typescript", app, projectId: "mine", sendCrashReports: "false" };
  writeFileSync(join(project, "cdktf.json"), JSON.stringify(settings));
  const logs = mkdtempSync(join(project, "logs-"));
  return runCdkCli(cli, new CommandRunner(session, logs), {
    name: "cdktf synth",
    file: cli.path,
    args: ["synth"],
    cwd: project,
    env: plainEnvironment(),
  });
}

test("a CLI that can't be loaded says in two lines what failed and what to do", async () => {
  installWithoutBinary();
  const message = await synth("true").then(String, (error: Error) => error.message);

  expect(message.split("\n")).toEqual([
    expect.stringContaining(`can't be loaded by Node ${process.versions.node}: The @lydell/node-pty package supports your platform`),
    "Install the packages anew, on this machine, with all that are optional: rm -r node_modules && npm ci",
  ]);
});

test("a program's own failure is told as it is", async () => {
  rmSync(join(project, "node_modules"), { recursive: true });
  symlinkSync(INSTALLED, join(project, "node_modules"));

  await expect(synth("echo Error: my own; exit 1")).rejects.toThrow(/^cdktf synth exited with code 1:\nError: my own/);
});
