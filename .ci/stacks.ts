import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { programEnvironment } from "../lab/process/child-environment";

/** The parts of a synthesized stack that are read here. */
export interface StackConfig {
  readonly terraform: { readonly backend?: { readonly s3?: object } };
  readonly variable?: Readonly<Record<string, { readonly ephemeral?: boolean } | undefined>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
}

const project: { app: string; output?: string } = JSON.parse(readFileSync("cdktf.json", "utf8"));

const OUTPUT = project.output ?? "cdktf.out";

/** Runs main.ts without the cdktf CLI, and without a key in its environment. */
export function synthesize(): void {
  try {
    execFileSync("sh", ["-c", project.app], { env: { ...programEnvironment(), CDKTF_OUTDIR: OUTPUT }, stdio: ["ignore", 2, 2] });
  } catch {
    throw new Error("main.ts could not be synthesized; the reason is above.");
  }
}

/** Where Terraform works on a stack. */
export function folderOf(stack: string): string {
  return join(OUTPUT, "stacks", stack);
}

/** @throws Error when main.ts has no such stack */
export function readStack(stack: string): StackConfig {
  const path = join(folderOf(stack), "cdk.tf.json");
  if (!existsSync(path)) {
    throw new Error(`main.ts has no stack "${stack}"; it has ${stacks().join(", ") || "none"}.`);
  }
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The names of Terraform's variables for keys. */
export function keysOf({ variable = {} }: StackConfig): string[] {
  return Object.keys(variable).filter((name) => variable[name]?.ephemeral);
}

/** The stacks that have keys. */
export function stacksWithKeys(): string[] {
  return stacks().filter((stack) => keysOf(readStack(stack)).length > 0);
}

/** What was synthesized before stays in the folder, so the manifest says what main.ts has now. */
function stacks(): string[] {
  const path = join(OUTPUT, "manifest.json");
  const { stacks }: { stacks: Readonly<Record<string, unknown>> } = existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : { stacks: {} };
  return Object.keys(stacks);
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
