import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../__tests__/support/project";
import { plainEnvironment } from "../lab/process/child-environment";
import { CommandRunner } from "../lab/process/command";
import type { Session } from "../lab/process/session";
import type { Sample } from "./rounds";

/** What every section needs: a temporary folder, rounds, commands with a stopwatch, and a line for whoever waits. */
export class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), "ai-key-bench-"));
  private readonly runner: CommandRunner;

  constructor(
    public readonly session: Session,
    public readonly say: (progress: string) => void,
  ) {
    session.defer(() => rmSync(this.folder, { recursive: true, force: true }));
    this.runner = new CommandRunner(session, this.newFolder("logs"));
  }

  /** An empty folder, which goes with the session. */
  public newFolder(name: string): string {
    return mkdtempSync(join(this.folder, `${name}-`));
  }

  /** @throws Error when the line of shell fails: a bench of what does not work measures nothing */
  public async run(line: string, cwd = ROOT, env = npmEnvironment()): Promise<string> {
    const { output } = await this.runner.run({ name: line.slice(0, 60), file: "sh", args: ["-euc", line], cwd, env });
    return output;
  }

  /** The seconds of a line of shell, and the peak memory of its largest Node process in MiB. */
  public async measure(line: string, cwd = ROOT, settings: NodeJS.ProcessEnv = {}): Promise<Sample> {
    const folder = this.newFolder("out");
    const peaks = join(folder, "peak-memory");
    writeFileSync(peaks, "");
    const preload = { NODE_OPTIONS: `--require ${join(__dirname, "peak-memory.js")}`, PEAK_MEMORY_FILE: peaks };
    const env = { ...npmEnvironment(), ...preload, CDKTF_OUTDIR: folder, CDK_OUTDIR: folder, ...settings };
    const begin = performance.now();
    await this.run(line, cwd, env);
    const time = (performance.now() - begin) / 1_000;
    return { time, "peak memory": Math.max(...readFileSync(peaks, "utf8").split("\n").map(Number)) / 1_024 };
  }
}

/** Where npm's packages come from may be known, too. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const settings = Object.entries(process.env).filter(([name]) => /^npm_config_(registry|cafile|userconfig)$/i.test(name));
  return { ...plainEnvironment(), ...Object.fromEntries(settings) };
}
