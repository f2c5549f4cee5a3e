import { execFileSync } from "node:child_process";
import { relative } from "node:path";
import { programEnvironment } from "../lab/process/child-environment";
import { refuseOtherValues } from "../lab/terraform/other-values";
import { appOf, outputFolderOf, type SynthesizedStack, stackFolderIn, stacksIn } from "../lab/terraform/synthesized-stack";

const OUTPUT = outputFolderOf(".");

/** Runs main.ts without the cdktf CLI, and without a key in its environment. */
export function synthesize(): void {
  try {
    execFileSync("sh", ["-c", appOf(".")], { env: { ...programEnvironment(), CDKTF_OUTDIR: OUTPUT }, stdio: ["ignore", 2, 2] });
  } catch {
    throw new Error("main.ts could not be synthesized; the reason is above.");
  }
}

/** Where Terraform works on a stack. */
export function folderOf(stack: string): string {
  return stackFolderIn(OUTPUT, stack);
}

/** @throws Error when main.ts has no such stack, or when Terraform would take other values for it than those of `TF_VAR_…` */
export function findStack(name: string): SynthesizedStack {
  const stacks = stacksIn(OUTPUT);
  const found = stacks.find((stack) => stack.name === name);
  if (!found) {
    throw new Error(`main.ts has no stack "${name}"; it has ${stacks.map(({ name }) => name).join(", ") || "none"}.`);
  }
  refuseOtherValues(".", folderOf(name));
  return found;
}

/** The stacks that have keys. */
export function stacksWithKeys(): string[] {
  return stacksIn(OUTPUT)
    .filter((stack) => stack.ephemeralVariables().length > 0)
    .map(({ name }) => name);
}

/** The stack that a script is called for, its first argument. */
export function stackArgument(): string {
  const [, path = "", stack] = process.argv;
  if (!stack) {
    throw new Error(`Say which stack: ${relative("", path)} <stack>`);
  }
  return stack;
}

/** Runs a script. What is wrong is one line, without a stack trace. */
export async function script(run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
