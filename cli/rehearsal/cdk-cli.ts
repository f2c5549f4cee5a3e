import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The program that synthesizes and deploys. */
export interface CdkCli {
  readonly name: "cdktf" | "cdktn";
  readonly path: string;
  readonly version: string;
}

/**
 * Finds the CLI that a project has installed: that of cdktf, or of its fork CDK Terrain.
 *
 * @param root the project's folder
 * @throws Error when it has neither
 */
export function findCdkCli(root: string): CdkCli {
  for (const name of ["cdktn", "cdktf"] as const) {
    const path = join(root, "node_modules/.bin", name);
    if (existsSync(path)) {
      const { version }: { version: string } = JSON.parse(readFileSync(join(root, `node_modules/${name}-cli/package.json`), "utf8"));
      return { name, path, version };
    }
  }
  throw new Error(`node_modules/.bin/cdktf was not found in ${root}. Run this in the project's folder, after npm ci.`);
}
