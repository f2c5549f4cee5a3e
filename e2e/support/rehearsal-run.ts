import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./lab";

/** A run of `npm start` with a temporary directory of its own, so that what it leaves behind can be seen. */
export class Run {
  public readonly temp = mkdtempSync(join(tmpdir(), "ai-key-e2e-"));
  public output = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<number>;

  constructor(options: { env?: NodeJS.ProcessEnv; cwd?: string; args?: string[] } = {}) {
    const env = { PATH: process.env.PATH, HOME: this.temp, TMPDIR: this.temp, LANG: "C.UTF-8", ...options.env };
    const args = ["--silent", "start", "--", ...(options.args ?? [])];
    this.child = spawn("npm", args, { cwd: options.cwd ?? ROOT, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    this.child.stdout?.on("data", (chunk) => (this.output += chunk));
    this.child.stderr?.on("data", (chunk) => (this.output += chunk));
    this.ended = new Promise((resolve) => {
      this.child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  }

  /** As a shell shows it: npm ends by the signal that its script has ended by. */
  public exitCode(): Promise<number> {
    return this.ended;
  }

  /** Waits until a step has been shown. */
  public shown(text: string): Promise<void> {
    return this.until(() => this.output.includes(text));
  }

  /** Waits until something is so while it runs. */
  public async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.child.exitCode !== null) {
        throw new Error(`It ended too early:\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What a terminal does on Ctrl-C: the signal goes to the whole foreground process group. */
  public signal(name: NodeJS.Signals): void {
    process.kill(-(this.child.pid ?? 0), name);
  }

  /** The folders that rehearsals have left. */
  public folders(): string[] {
    return readdirSync(this.temp).filter((name) => name.startsWith("ai-key-"));
  }

  /** Processes that work in this run's temporary directory or were told of it: its Terraform, its provider, its local AWS. */
  public processes(): string[] {
    return readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid) && procFile(pid, "environ").includes(`TMPDIR=${this.temp}`))
      .map((pid) => procFile(pid, "cmdline").replaceAll("\0", " "))
      .filter(Boolean);
  }

  public clear(): void {
    rmSync(this.temp, { recursive: true, force: true });
  }
}

/** Empty when the process has ended since. */
function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
