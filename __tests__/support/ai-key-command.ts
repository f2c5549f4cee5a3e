import { aiKey } from "../../cli/ai-key";
import type { Sandbox } from "../../lab/sandbox/sandbox";

/** One at a time: a command has the whole process, as on a user's machine. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `ai-key` in the sandbox's project and environment, without the second that a process of its own takes to start.
 *
 * @returns what it printed, then its exit code
 */
export function runAiKey(sandbox: Sandbox, args: string, settings: NodeJS.ProcessEnv): Promise<string> {
  const result = last.then(() => run(sandbox, args, settings));
  last = result.catch(() => {});
  return result;
}

async function run(sandbox: Sandbox, args: string, settings: NodeJS.ProcessEnv): Promise<string> {
  const { env } = process;
  const folder = process.cwd();
  const printed: string[] = [];
  const print = (...values: unknown[]) => void printed.push(values.join(" "));
  const consoles = [jest.spyOn(console, "log").mockImplementation(print), jest.spyOn(console, "error").mockImplementation(print)];
  try {
    process.env = { ...sandbox.environment({}), ...settings };
    process.chdir(sandbox.project);
    await aiKey(args.split(" "));
    return [...printed, `exit code ${process.exitCode ?? 0}`, ""].join("\n");
  } finally {
    process.exitCode = undefined; // or jest would end with it
    process.chdir(folder);
    process.env = env;
    for (const spy of consoles) {
      spy.mockRestore();
    }
  }
}
