import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type StopSignal = (typeof STOP_SIGNALS)[number];
type Closer = () => void | Promise<void>;

/**
 * One run and everything it has to undo. Whatever ends the run (success, an error, Ctrl-C, a crash of a child) goes through
 * `close()`, which undoes in reverse order.
 */
export class Session {
  private readonly abortController = new AbortController();
  private readonly closers: Closer[] = [];
  private readonly children = new Set<number>();

  /** Aborted when the run has to stop early; its reason is the Error to show. */
  public readonly signal = this.abortController.signal;

  /** The signal that the user or the system sent. */
  public interruptedBy: StopSignal | undefined;

  constructor() {
    for (const name of STOP_SIGNALS) {
      const onSignal = () => {
        this.interruptedBy = name;
        this.abort(new Error(`Stopped by ${name}`));
      };
      process.on(name, onSignal);
      this.defer(() => void process.off(name, onSignal));
    }

    const onExit = () => this.killChildren();
    process.on("exit", onExit);
    this.defer(() => void process.off("exit", onExit));
  }

  /** Registers what undoes a step. */
  public defer(closer: Closer): void {
    this.closers.push(closer);
  }

  /** Stops the run early. The first reason stays. */
  public abort(reason: Error): void {
    this.abortController.abort(reason);
    this.killChildren();
  }

  /** What a process exits with when this run has stopped early: 128 and the signal's number, or 1. */
  public get exitCode(): number {
    return this.interruptedBy ? 128 + constants.signals[this.interruptedBy] : 1;
  }

  /** Watches a child process until `release`: it does not outlive this process. */
  public adopt(pid: number): void {
    this.children.add(pid);
  }

  /** Lets a child go: it has ended, or it may live on. */
  public release(pid: number): void {
    this.children.delete(pid);
  }

  /** @throws Error the reason, when the run has to stop early */
  public throwIfAborted(): void {
    this.signal.throwIfAborted();
  }

  /**
   * Undoes everything, whatever fails on the way.
   *
   * @throws Error the first thing that could not be undone, after all others have been
   */
  public async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let closer = this.closers.pop(); closer; closer = this.closers.pop()) {
      try {
        await closer();
      } catch (error) {
        failures.push(error);
      }
    }
    this.killChildren();

    if (failures.length > 0) {
      throw failures[0];
    }
  }

  /** Kills the watched children and all that they have started. */
  public killChildren(): void {
    for (const pid of this.children) {
      killTree(pid);
    }
    this.children.clear();
  }
}

/**
 * Kills a process and its descendants. Process groups are not enough: cdktf runs Terraform in a pseudo-terminal, which is a session of
 * its own.
 */
export function killTree(root: number): void {
  killAll([root]);
}

/** Kills all that this process has started, and all that those have. */
export function killDescendants(): void {
  killAll([...parentsByPid()].filter(([, parent]) => parent === process.pid).map(([pid]) => pid));
}

function killAll(roots: readonly number[]): void {
  const doomed = new Set<number>();
  let found = roots;
  while (found.length > 0) {
    for (const pid of found) {
      doomed.add(pid);
      send("SIGSTOP", pid); // what is stopped can't start another one after we have looked
    }
    found = [...parentsByPid()].filter(([pid, parent]) => doomed.has(parent) && !doomed.has(pid)).map(([pid]) => pid);
  }

  for (const pid of doomed) {
    send("SIGKILL", pid);
  }
}

function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Every process and its parent: from /proc where there is one, else from ps. */
function parentsByPid(): Map<number, number> {
  const parents = new Map<number, number>();
  try {
    for (const entry of readdirSync("/proc")) {
      if (/^\d+$/.test(entry)) {
        const parent = parentOf(entry);
        if (parent !== undefined) {
          parents.set(Number(entry), parent);
        }
      }
    }
  } catch {
    for (const line of execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n")) {
      const [pid, parent] = line.trim().split(/\s+/);
      if (pid && parent) {
        parents.set(Number(pid), Number(parent));
      }
    }
  }
  return parents;
}

function parentOf(pid: string): number | undefined {
  try {
    // The name, in parentheses, may hold anything: the state and the parent follow its last parenthesis.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    return Number(fields?.[1]);
  } catch {
    return undefined;
  }
}
