import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { killTree } from "../../lab/process/session";
import { copyProject } from "./project";

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** What decides on this machine which Terraform and which provider run. */
const PASSED_ON =
  /^(TERRAFORM_BINARY_NAME|TF_PROVIDER_MIRROR|TF_PLUGIN_CACHE_DIR|(HTTPS?|NO)_PROXY|(https?|no)_proxy|SSL_CERT_.*|PYENV_.*|DOCKER_.*)$/;

/** A run of `npm start` in a copy of the project, with a temporary directory of its own, so that what it leaves behind can be seen. */
export class Run {
  public readonly temp = mkdtempSync(join(tmpdir(), "ai-key-e2e-"));
  public readonly project = join(this.temp, "project");
  public output = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<number>;

  constructor(options: { env?: NodeJS.ProcessEnv; args?: string[]; program?: string; edit?: (project: string) => void } = {}) {
    mkdirSync(this.project);
    copyProject(this.project, options.program);
    options.edit?.(this.project);

    const passedOn = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
    const own = { PATH: process.env.PATH, HOME: this.temp, TMPDIR: this.temp, LANG: "C.UTF-8" };
    const env = { ...Object.fromEntries(passedOn), ...own, ...options.env };
    const args = ["--silent", "start", "--", ...(options.args ?? [])];
    this.child = spawn("npm", args, { cwd: this.project, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
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

  /** Waits until there is something while it runs, and gives it. */
  public async until<T>(find: () => T | Promise<T>): Promise<NonNullable<T>> {
    for (;;) {
      const found = await find();
      if (found) {
        return found;
      }
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
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

  /** Processes that were told of this run's temporary directory: its Terraform, its provider, its local AWS. */
  public processes(): Process[] {
    const lines = execFileSync("ps", ["axeww", "-o", "pid=,command="], { encoding: "utf8" }).split("\n"); // e: with its environment
    return lines
      .filter((line) => line.includes(`TMPDIR=${this.temp}`))
      .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/ \w+=.*/s, "") }));
  }

  /** Waits until a process of this run has a text in its command. */
  public process(text: string): Promise<Process> {
    return this.until(() => this.processes().find(({ command }) => command.includes(text)));
  }

  /** Stops it, if it still runs, and removes what it has left. */
  public async clear(): Promise<void> {
    for (const { pid } of this.processes()) {
      killTree(pid);
    }
    await this.ended;
    rmSync(this.temp, { recursive: true, force: true });
  }
}
