import { execFile } from "node:child_process";
import { basename, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { programEnvironment } from "../lab/process/child-environment";
import { findTerraform } from "../lab/terraform/find-terraform";
import { printedJson } from "../lab/terraform/printed-json";
import { parseState, type TerraformState } from "../lab/terraform/state";
import { outputFolderOf, type SynthesizedStack, stackFolderIn, stacksIn } from "../lab/terraform/synthesized-stack";
import { stateProblem } from "./state-problem";

/** What a stack declares, and what its state says that was deployed. */
export interface DeployedStack {
  readonly stack: SynthesizedStack;
  /** Undefined before the first deploy. */
  readonly state: TerraformState | undefined;
  /** The state as it is stored. */
  readonly stateText: string;
}

/** Stacks with their states, as far as these credentials reach: another environment may be in another account. */
export interface DeployedStacks {
  readonly deployed: readonly DeployedStack[];
  /** Those whose state can't be read. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * The synthesized stacks that have secrets; none outside a project, or before its first synth.
 *
 * @param root the project's folder
 */
export function stacksWithSecrets(root: string): SynthesizedStack[] {
  return stacksIn(join(root, outputFolderOf(root))).filter((stack) => stack.resources("aws_secretsmanager_secret").length > 0);
}

/** @throws Error when the project has no such stack with secrets, with those that it has */
export function stackWithSecrets(root: string, id: string): SynthesizedStack {
  const stacks = atLeastOne(root, stacksWithSecrets(root));
  const found = stacks.find(({ name }) => name === id);
  if (!found) {
    throw new Error(`There is no stack ${id} with a secret; there is ${stacks.map(({ name }) => name).join(", ")}.`);
  }
  return found;
}

/**
 * Stacks with their states, wherever these are kept.
 *
 * @param id one stack: no other state is asked for
 * @throws Error when there is none, or none can be read
 */
export async function deployedStacks(root: string, id?: string): Promise<DeployedStacks> {
  const stacks = id === undefined ? atLeastOne(root, stacksWithSecrets(root)) : [stackWithSecrets(root, id)];
  const found = await withStates(root, stacks);
  if (found.deployed.length === 0) {
    throw new Error(found.leftOut.map(({ reason }) => reason).join("\n"));
  }
  return found;
}

export async function withStates(root: string, stacks: readonly SynthesizedStack[]): Promise<DeployedStacks> {
  const { path } = await findTerraform();
  const output = outputFolderOf(root);
  const deployed: DeployedStack[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  const states = await Promise.allSettled(stacks.map(({ name }) => pullState(path, root, stackFolderIn(output, name))));
  for (const [index, stack] of stacks.entries()) {
    const pulled = states[index];
    if (pulled?.status === "fulfilled") {
      deployed.push({ stack, stateText: pulled.value, state: parseState(pulled.value) });
    } else {
      leftOut.push({ name: stack.name, reason: pulled?.reason instanceof Error ? pulled.reason.message : String(pulled?.reason) });
    }
  }
  return { deployed, leftOut };
}

/** The lines of an answer that does not cover all stacks. */
export function leftOutLines({ leftOut }: DeployedStacks): string[] {
  return leftOut.map(({ name, reason }) => `Left out: ${name}. ${reason}`);
}

function atLeastOne(root: string, stacks: SynthesizedStack[]): SynthesizedStack[] {
  if (stacks.length === 0) {
    throw new Error(
      `${join(outputFolderOf(root), "stacks")} has no stack with a secret. Run npx cdktf synth in the project's folder first.`,
    );
  }
  return stacks;
}

/** @param folder the stack's, in the project's */
async function pullState(terraform: string, root: string, folder: string): Promise<string> {
  const options = { cwd: join(root, folder), env: programEnvironment(), maxBuffer: 256 * 1024 * 1024 }; // bytes
  try {
    return printedJson((await promisify(execFile)(terraform, ["state", "pull"], options)).stdout);
  } catch (error) {
    const printed = error instanceof Error && "stderr" in error ? stripVTControlCharacters(String(error.stderr)) : "";
    throw new Error(`The state of ${basename(folder)} can't be read: ${stateProblem(printed, basename(terraform), folder)}`);
  }
}
