#!/usr/bin/env -S TSX_DISABLE_CACHE=1 node --require tsx/cjs
// Prints the stack that a command is for: .ci/which-stack.ts <stack, or an option>
// Without a name, main.ts is synthesized, and has to have one stack with keys. Refused is a stack for which Terraform would take other values
// than those of TF_VAR_…, which no plan shows.
import { execFileSync } from "node:child_process";
import { programEnvironment } from "../lab/process/child-environment";
import { refuseOtherValues } from "../lab/terraform/other-values";
import { appOf, outputFolderOf, stackFolderIn, stacksIn } from "../lab/terraform/synthesized-stack";

const OUTPUT = outputFolderOf(".");

try {
  const [, , argument = "-"] = process.argv;
  const stack = argument.startsWith("-") ? onlyStack() : argument;
  refuseOtherValues(".", stackFolderIn(OUTPUT, stack));
  console.log(stack);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function onlyStack(): string {
  synthesize();
  const [stack, ...others] = stacksIn(OUTPUT).filter((stack) => stack.ephemeralVariables().length > 0);
  if (stack === undefined) {
    throw new Error("main.ts has no stack with a key.");
  }
  if (others.length > 0) {
    const names = [stack, ...others].map(({ name }) => name);
    throw new Error(`main.ts has several stacks with keys: ${names.join(", ")}. Say which one, such as npm run deploy -- ${stack.name}`);
  }
  return stack.name;
}

/** Runs main.ts without the cdktf CLI, and without a key in its environment. */
function synthesize(): void {
  try {
    execFileSync("sh", ["-c", appOf(".")], { env: { ...programEnvironment(), CDKTF_OUTDIR: OUTPUT }, stdio: ["ignore", 2, 2] });
  } catch {
    throw new Error("main.ts could not be synthesized; the reason is above.");
  }
}
