import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setInterval } from "node:timers";
import type { Finding, KeyScanner } from "./key-scanner";

/** Milliseconds between two looks. */
const INTERVAL = 100;

/** Looks for keys in the arguments of every process of this machine while commands run. Linux only: it reads /proc. */
export class ArgumentWatch {
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly seen = new Set<string>();

  public readonly findings: Finding[] = [];

  constructor(private readonly scanner: KeyScanner) {
    if (existsSync("/proc/self/cmdline")) {
      this.timer = setInterval(() => this.scan(), INTERVAL);
    }
  }

  /** How many different command lines were read; undefined where there is no /proc. */
  public get commandLines(): number | undefined {
    return this.timer ? this.seen.size : undefined;
  }

  public scan(): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const commandLine = readCommandLine(pid);
      if (commandLine && !this.seen.has(commandLine)) {
        this.seen.add(commandLine);
        this.findings.push(...this.scanner.scan(`the arguments of process ${pid}`, Buffer.from(commandLine)));
      }
    }
  }

  public stop(): void {
    clearInterval(this.timer);
  }
}

function readCommandLine(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return undefined; // It has ended since.
  }
}
