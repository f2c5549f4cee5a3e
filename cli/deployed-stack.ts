import { execFile } from "node:child_process";
import { basename, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { programEnvironment } from "../lab/process/child-environment";
import { findTerraform } from "../lab/terraform/find-terraform";
import { printedJson } from "../lab/terraform/printed-json";
import { parseState, type TerraformState } from "../lab/terraform/state";
import { outputFolderOf, type SynthesizedStack, stackFolderIn, stacksIn } from "../lab/terraform/synthesized-stack";
import { ERROR_LINE } from "../lab/terraform/terraform-says";

/** What a stack declares, and what its state says that was deployed. */
export interface DeployedStack {
  readonly stack: SynthesizedStack;
  /** Undefined before the first deploy. */
  readonly state: TerraformState | undefined;
  /** The state as it is stored. */
  readonly stateText: string;
}

/**
 * The synthesized stacks that have secrets, each with its state, wherever that is kept.
 *
 * @param root the project's folder
 * @throws Error when there is none, or a state can't be read
 */
export async function deployedStacks(root: string): Promise<DeployedStack[]> {
  const output = outputFolderOf(root);
  const withSecrets = stacksIn(join(root, output)).filter((stack) => stack.resources("aws_secretsmanager_secret").length > 0);
  if (withSecrets.length === 0) {
    throw new Error(`${join(output, "stacks")} has no stack with a secret. Run npx cdktf synth in the project's folder first.`);
  }

  const { path } = await findTerraform();
  return Promise.all(
    withSecrets.map(async (stack) => {
      const stateText = await pullState(path, root, stackFolderIn(output, stack.name));
      return { stack, stateText, state: parseState(stateText) };
    }),
  );
}

/** @param folder the stack's, in the project's */
async function pullState(terraform: string, root: string, folder: string): Promise<string> {
  const options = { cwd: join(root, folder), env: programEnvironment(), maxBuffer: 256 * 1024 * 1024 }; // bytes
  try {
    return printedJson((await promisify(execFile)(terraform, ["state", "pull"], options)).stdout);
  } catch (error) {
    const printed = error instanceof Error && "stderr" in error ? stripVTControlCharacters(String(error.stderr)) : "";
    const program = basename(terraform);
    const [, reason = `${program} state pull failed`] = printed.match(ERROR_LINE) ?? [];
    throw new Error(
      `The state of ${basename(folder)} can't be read: ${reason}. Try ${program} init && ${program} state pull in ${folder}.`,
    );
  }
}
