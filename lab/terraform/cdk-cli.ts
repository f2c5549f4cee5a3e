import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { CommandOptions, CommandResult, CommandRunner } from "../process/command";

/** The program that synthesizes and deploys. */
export interface CdkCli {
  readonly name: "cdktf" | "cdktn";
  readonly path: string;
  readonly version: string;
}

/**
 * Finds the CLI that a project has installed: that of cdktf, or of its fork CDK Terrain.
 *
 * @param root the project's folder
 * @throws Error when it has neither
 */
export function findCdkCli(root: string): CdkCli {
  for (const name of ["cdktn", "cdktf"] as const) {
    const path = join(root, "node_modules/.bin", name);
    if (existsSync(path)) {
      const { version }: { version: string } = JSON.parse(readFileSync(join(root, `node_modules/${name}-cli/package.json`), "utf8"));
      return { name, path, version };
    }
  }
  throw new Error(`node_modules/.bin/cdktf was not found in ${root}. Run this in the project's folder, after npm ci.`);
}

/**
 * Runs a command of the CLI. Where it fails since the CLI itself can't be loaded, as its native parts are missing or for another Node, the
 * error says that in two lines instead of the CLI's stack traces.
 *
 * @throws Error when the command fails
 */
export async function runCdkCli(cli: CdkCli, runner: CommandRunner, command: CommandOptions): Promise<CommandResult> {
  try {
    return await runner.run(command);
  } catch (error) {
    const problem = await loadProblem(cli, runner, command);
    throw problem === undefined ? error : new Error(problem);
  }
}

const MARK = "can't be loaded: ";

/** The first paragraph of an error, in one line: what follows is for those who wrote the package. */
const LOAD = `
try {
  require(process.argv[1]);
} catch (error) {
  console.error(${JSON.stringify(MARK)} + String(error.message).split(/\\n\\n|\\nRequire stack/)[0].replaceAll("\\n", " "));
  process.exit(1);
}
process.exit(0);
`;

/** What keeps Node from loading the CLI's commands, and what to do; undefined where nothing does. */
async function loadProblem({ name, path, version }: CdkCli, runner: CommandRunner, command: CommandOptions): Promise<string | undefined> {
  const commands = join(realpathSync(path), "../cmds/handlers.js");
  const { exitCode, output } = await runner.try({
    ...command,
    name: "load",
    file: process.execPath,
    args: ["--eval", LOAD, commands],
  });
  const reason = output.split(MARK)[1]?.trim();
  return exitCode === 0 || reason === undefined
    ? undefined
    : `${name} ${version} can't be loaded by Node ${process.versions.node}: ${reason}\n` +
        "Install the packages anew, on this machine, with all that are optional: rm -r node_modules && npm ci";
}
