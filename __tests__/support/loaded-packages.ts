import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Written by each Node process when it ends: the files that it has loaded. */
const RECORDER = `
const { appendFileSync } = require("node:fs");
process.on("exit", () => appendFileSync(process.env.LOADED_FILES, Object.keys(require.cache).map((file) => file + "\\n").join("")));
`;

const PTY = "@cdktf/node-pty-prebuilt-multiarch";

/** Records the packages that the Node processes of a job load. */
export class LoadedPackages {
  private readonly files: string;

  /** What the job's processes are given. */
  public readonly env: NodeJS.ProcessEnv;

  /** @param folder an existing one */
  constructor(folder: string, name: string) {
    this.files = join(folder, `${name}-loaded`);
    const recorder = join(folder, "recorder.js");
    writeFileSync(recorder, RECORDER);
    this.env = { NODE_OPTIONS: `--require ${recorder}`, LOADED_FILES: this.files };
  }

  /** The names of the packages, in order; a package within another one by its own name. */
  public names(): string[] {
    const text = existsSync(this.files) ? readFileSync(this.files, "utf8") : "";
    const names = text.split("\n").flatMap((file) => file.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []);
    return [...new Set(names.map((name) => name.replace(/^@lydell\/node-pty-.*/, PTY)))].sort(); // it has a package a platform
  }
}
