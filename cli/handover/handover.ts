import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { plainEnvironment, programEnvironment } from "../../lab/process/child-environment";
import { CommandRunner } from "../../lab/process/command";
import { Session } from "../../lab/process/session";
import { findCdkCli, runCdkCli } from "../../lab/terraform/cdk-cli";
import { findTerraform, type Terraform } from "../../lab/terraform/find-terraform";
import { configFileIn, SynthesizedStack, stackFolderIn } from "../../lab/terraform/synthesized-stack";
import { show, showError, showJson, step } from "../terminal/step";
import { checkComplete } from "./check-complete";
import { plainHcl } from "./plain-hcl";

const FOLDER = "handover";

/**
 * Writes each stack of the project as plain HCL to `handover/<stack>/main.tf`, so that Terraform goes on with the same state without CDKTF.
 * It needs no key and no access to AWS.
 *
 * @param root the project's folder
 * @returns the exit code: 0; 1 when something is in the way or missing; 128 and the signal's number when it was interrupted
 */
export async function handOver(root: string, { json }: { readonly json: boolean }): Promise<number> {
  if (json) {
    showJson();
  }
  const session = new Session();
  try {
    checkFree(join(root, FOLDER));
    const terraform = await findTerraform();
    const temp = mkdtempSync(join(tmpdir(), "ai-key-handover-"));
    session.defer(() => rmSync(temp, { recursive: true, force: true }));
    session.defer(() => session.killChildren()); // one synth may have failed while the other runs
    const runner = new CommandRunner(session, temp);

    const stacks = await step("synthesize", async (say) => {
      const found = await synthesize(root, temp, runner);
      say(`cdktf synth, as HCL and as JSON: ${found.map(({ stack }) => stack.name).join(", ")}`);
      return found;
    });
    await step("compare", async (say) => {
      for (const { stack, folder } of stacks) {
        await checkComplete(stack.name, readFileSync(join(folder, "main.tf"), "utf8"), stack.config);
      }
      say("the HCL, with what cdktf drops put right, says what the JSON says");
    });
    await step("write", async (say) => {
      const files = stacks.map(({ folder }) => join(folder, "main.tf"));
      await runner.run({ name: "fmt", file: terraform.path, args: ["fmt", ...files], cwd: temp, env: plainEnvironment() });
      for (const { stack, folder } of stacks) {
        cpSync(folder, join(root, FOLDER, stack.name), { recursive: true });
      }
      say(filesOf(stacks).join(", "));
    });

    show(`\n${nextSteps(stacks, terraform)}`, { ok: true, files: filesOf(stacks) });
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    showError(`\n${message}`, { error: message });
    return session.exitCode;
  } finally {
    await session.close();
  }
}

interface HandedOver {
  readonly stack: SynthesizedStack;
  /** A temporary folder, with main.tf and the stack's assets. */
  readonly folder: string;
}

function filesOf(stacks: readonly HandedOver[]): string[] {
  return stacks.map(({ stack }) => join(FOLDER, stack.name, "main.tf"));
}

/** @throws Error when there is something already: an earlier handover may have been edited */
function checkFree(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} is not empty. It may have been edited by hand: move it away, then run this again.`);
  }
}

async function synthesize(root: string, temp: string, runner: CommandRunner): Promise<HandedOver[]> {
  const cdk = findCdkCli(root);
  const synth = (output: string, ...options: string[]) =>
    runCdkCli(cdk, runner, {
      name: `${cdk.name} synth`,
      file: cdk.path,
      args: ["synth", "--output", join(temp, output), ...options],
      cwd: root,
      env: programEnvironment(),
    });
  await Promise.all([synth("hcl", "--hcl"), synth("json")]);

  return readdirSync(join(temp, "hcl", "stacks")).map((name) => {
    const read = (path: string) => readFileSync(path, "utf8").replaceAll(`"${root}/`, '"../../'); // the state's path, on this machine alone
    const folder = stackFolderIn(join(temp, "hcl"), name);
    const stack = new SynthesizedStack(name, JSON.parse(read(configFileIn(join(temp, "json"), name))));
    writeFileSync(join(folder, "main.tf"), plainHcl(read(join(folder, "cdk.tf")), stack.config));
    for (const generated of ["cdk.tf", "metadata.json"]) {
      rmSync(join(folder, generated));
    }
    return { stack, folder };
  });
}

function nextSteps(stacks: readonly HandedOver[], { path }: Terraform): string {
  const program = basename(path);
  const commands = stacks.map(({ stack }) => {
    const plan = [...stack.ephemeralVariables().map((id) => `TF_VAR_${id}=…`), program, "plan"].join(" ");
    return `  cd ${join(FOLDER, stack.name)} && ${program} init && ${plan}`;
  });
  return [
    "To go on without CDKTF, with AWS credentials in the environment:",
    ...commands,
    'A plan shows "No changes" with any well-formed key and the TF_VAR_…_version of the last deploy. Then main.ts, lib and cdktf can go.',
  ].join("\n");
}
