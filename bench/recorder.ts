import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One call of a recorded program. */
export interface Call {
  /** The program's name and its first argument that is no option, such as `terraform init`. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly begin: number;
  readonly end: number;
}

/** Stand-ins that run a program as it was called and note when it began and ended: by the times of files, so that noting takes no time. */
export class Recorder {
  private readonly calls: string;

  /** @param folder an empty one */
  constructor(private readonly folder: string) {
    this.calls = join(folder, "calls");
    mkdirSync(this.calls);
  }

  /** @returns the path of the stand-in */
  public standIn(name: string, command: string): string {
    const path = join(this.folder, name);
    const lines = [
      "#!/bin/sh",
      `call="${this.calls}/$$"`,
      `echo "$*" > "$call.${name}.begin"`,
      `${command} "$@"`,
      "code=$?",
      `: > "$call.${name}.end"`,
      'exit "$code"',
    ];
    writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o700 });
    return path;
  }

  /** What was called since a moment, in milliseconds since 1970, in the order of the beginnings. */
  public since(moment: number): Call[] {
    const begun = readdirSync(this.calls).filter((name) => name.endsWith(".begin"));
    const calls = begun.map((file) => {
      const path = join(this.calls, file);
      const [, program = ""] = file.split(".");
      const given = readFileSync(path, "utf8").trim().split(" ");
      const command = given.find((argument) => !argument.startsWith("-")) ?? given[0];
      return {
        name: [program, command].filter(Boolean).join(" "),
        begin: statSync(path).mtimeMs,
        end: statSync(path.replace(/begin$/, "end")).mtimeMs,
      };
    });
    return calls.filter(({ begin }) => begin >= moment).sort((a, b) => a.begin - b.begin);
  }
}

/** The milliseconds that at least one call took. */
export function covered(calls: readonly Call[]): number {
  let sum = 0;
  let until = 0;
  for (const { begin, end } of calls) {
    sum += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return sum;
}
