import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes a script that runs a command as it was called and notes the seconds: by bash itself, so that noting takes next to no time.
 *
 * @returns the script's path
 */
export function writeStandIn(folder: string, name: string, command: string): string {
  const path = join(folder, name);
  const note = `TIMEFORMAT="${name} $1 %3R"\n{ time ${command} "$@" 2>&3 3>&-; } 3>&2 2>>"${folder}/calls"`;
  writeFileSync(path, `#!/usr/bin/env bash\n${note}\n`, { mode: 0o700 });
  return path;
}

/** The seconds of what stand-ins in a folder were called for, such as `terraform init`, since this was asked last. */
export function takeCalls(folder: string): Readonly<Record<string, number>> {
  const file = join(folder, "calls");
  const seconds: Record<string, number> = {};
  for (const [, call = "", took] of existsSync(file) ? readFileSync(file, "utf8").matchAll(/^(.*?) +(\S+)$/gm) : []) {
    seconds[call] = (seconds[call] ?? 0) + Number(took);
  }
  rmSync(file, { force: true });
  return seconds;
}
