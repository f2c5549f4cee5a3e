import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plainEnvironment } from "../cli/rehearsal/child-environment";
import type { Bench } from "./bench";

/** Installs what the bench compares with, where it is missing or of another version. */
export async function installAlternatives(bench: Bench): Promise<void> {
  const { dependencies = {} } = readPackage(__dirname);
  const missing = Object.keys(dependencies).filter(
    (name) => readPackage(join(__dirname, "node_modules", name)).version !== dependencies[name],
  );
  if (missing.length > 0) {
    bench.say(`npm ci in bench, for ${missing.join(", ")}`);
    await bench.run("npm ci", __dirname, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], npmEnvironment());
  }
}

/** What npm may know besides: where packages come from. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const settings = Object.entries(process.env).filter(([name]) => /^npm_config_(registry|cafile|userconfig)$/i.test(name));
  return { ...plainEnvironment(), ...Object.fromEntries(settings) };
}

interface Package {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readPackage(folder: string): Package {
  const path = join(folder, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}
