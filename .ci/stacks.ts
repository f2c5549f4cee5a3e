import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { programEnvironment } from "../lab/process/child-environment";
import { outputFolderOf, stacksIn } from "../lab/terraform/synthesized-stack";

const OUTPUT = outputFolderOf(".");

/** Runs main.ts without the cdktf CLI, and without a key in its environment. */
export function synthesize(): void {
  const { app }: { app: string } = JSON.parse(readFileSync("cdktf.json", "utf8"));
  try {
    execFileSync("sh", ["-c", app], { env: { ...programEnvironment(), CDKTF_OUTDIR: OUTPUT }, stdio: ["ignore", 2, 2] });
  } catch {
    throw new Error("main.ts could not be synthesized; the reason is above.");
  }
}

/** The stacks that have keys. */
export function stacksWithKeys(): string[] {
  return stacksIn(OUTPUT)
    .filter((stack) => stack.ephemeralVariables().length > 0)
    .map(({ name }) => name);
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
