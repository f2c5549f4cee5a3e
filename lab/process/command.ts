import { spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { killTree, type Session } from "./session";

export interface CommandOptions {
  /** What it is called in errors and in the name of its log. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child: nothing of this process's is added. */
  readonly env: NodeJS.ProcessEnv;
  /** Is told its standard output, as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Stops it, with all that it has started. */
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  readonly exitCode: number;
  /** What it was killed by. */
  readonly killedBy?: NodeJS.Signals;
  /** Standard output and standard error in the order they came, without colours. */
  readonly output: string;
}

/** Runs commands, keeps all they print in a log each, and stops them with the session. */
export class CommandRunner {
  private count = 0;

  /** @param logFolder an existing folder for the logs */
  constructor(
    private readonly session: Session,
    private readonly logFolder: string,
  ) {}

  /**
   * A command that crashes stops the whole session.
   *
   * @throws Error when the command can't be started or exits with another code than 0, with the end of what it printed
   */
  public async run(options: CommandOptions): Promise<CommandResult> {
    const result = await this.try(options);
    if (result.killedBy) {
      this.session.abort(new Error(`${options.name} was killed by ${result.killedBy}. Run it again.`));
      this.session.throwIfAborted();
    }
    if (result.exitCode !== 0) {
      throw new Error(`${options.name} exited with code ${result.exitCode}:\n${errorPart(result.output)}`);
    }
    return result;
  }

  /** Like `run`, for a command whose failure is a result. */
  public async try(options: CommandOptions): Promise<CommandResult> {
    this.session.throwIfAborted();
    this.count++;
    const log = openSync(
      join(this.logFolder, `${String(this.count).padStart(2, "0")}-${options.name.replaceAll(/\W+/g, "-")}.log`),
      "wx",
      0o600,
    );

    try {
      const result = await this.wait(options, log);
      this.session.throwIfAborted();
      return { ...result, output: stripVTControlCharacters(result.output) };
    } finally {
      closeSync(log);
    }
  }

  private wait(options: CommandOptions, log: number): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(options.file, options.args, {
        cwd: options.cwd,
        env: options.env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true, // a terminal's Ctrl-C reaches this process alone, which then stops its children
      });
      const chunks: Buffer[] = [];
      const keep = (chunk: Buffer) => {
        writeSync(log, chunk);
        chunks.push(chunk);
      };
      child.stdout.on("data", keep);
      child.stdout.on("data", (chunk) => options.onOutput?.(chunk.toString()));
      child.stderr.on("data", keep);

      const { pid } = child;
      if (pid !== undefined) {
        this.session.adopt(pid);
        options.signal?.addEventListener("abort", () => killTree(pid));
      }
      child.on("error", (error) => reject(new Error(`${options.name} could not be started: ${error.message}`)));
      child.on("close", (code, signal) => {
        if (pid !== undefined) {
          this.session.release(pid);
        }
        resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString(), ...(signal ? { killedBy: signal } : {}) });
      });
    });
  }
}

/** What a user needs of a long output: from the first error on, else the last lines, without stack traces and spinners. */
function errorPart(output: string): string {
  const lines = output.split("\n").filter((line) => !/^\s+at |^[⠀-⣿] /.test(line));
  const first = lines.findIndex((line) => line.includes("Error: "));
  return (first < 0 ? lines.slice(-15) : lines.slice(first, first + 30)).join("\n").trim();
}
