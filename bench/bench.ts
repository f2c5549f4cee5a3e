import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainEnvironment } from "../cli/rehearsal/child-environment";
import { type CommandOptions, CommandRunner } from "../cli/rehearsal/command";
import type { Session } from "../cli/rehearsal/session";

export interface Measured {
  readonly seconds: number;
  /** Of the largest Node process; 0 for a command without one. */
  readonly peakMiB: number;
}

/** What every group of measurements needs: a temporary folder, commands with a stopwatch, and a line for whoever waits. */
export class Bench {
  /** Only this user can read it; it goes with the session. */
  public readonly folder = mkdtempSync(join(tmpdir(), "ai-key-bench-"));
  private readonly runner: CommandRunner;
  private folders = 0;

  constructor(
    public readonly session: Session,
    public readonly say: (progress: string) => void,
  ) {
    session.defer(() => rmSync(this.folder, { recursive: true, force: true }));
    this.runner = new CommandRunner(session, this.newFolder("logs"));
  }

  /** How many rounds: as many as a group wants, or as BENCH_ROUNDS says, for a quick look. */
  public rounds(wanted: number): number {
    return Number(process.env.BENCH_ROUNDS) || wanted;
  }

  /** An empty folder. */
  public newFolder(name: string): string {
    const folder = join(this.folder, `${++this.folders}-${name}`);
    mkdirSync(folder);
    return folder;
  }

  /** @throws Error when it fails: a bench of what does not work measures nothing */
  public async run(name: string, cwd: string, args: readonly string[], env = plainEnvironment()): Promise<string> {
    const [file = "", ...rest] = args;
    const { output } = await this.runner.run({ name, file, args: rest, cwd, env });
    return output;
  }

  /** The seconds of a command, from its start to its end. */
  public async seconds(...command: Parameters<Bench["run"]>): Promise<number> {
    const begin = performance.now();
    await this.run(...command);
    return (performance.now() - begin) / 1_000;
  }

  /** The seconds and the peak memory of a command. */
  public async measure(name: string, cwd: string, args: CommandOptions["args"], env = plainEnvironment()): Promise<Measured> {
    const file = join(this.folder, "peak-memory");
    writeFileSync(file, "");
    const settings = { NODE_OPTIONS: `--require ${join(__dirname, "peak-memory.js")}`, PEAK_MEMORY_FILE: file };
    const seconds = await this.seconds(name, cwd, args, { ...env, ...settings });
    const peaks = readFileSync(file, "utf8").split("\n").map(Number);
    return { seconds, peakMiB: Math.max(...peaks) / 1_024 };
  }
}
