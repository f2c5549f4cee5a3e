import { copyFileSync, existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../__tests__/support/project";
import type { Bench } from "./bench";
import { figureTable } from "./report";
import { summary } from "./rounds";

/** What `npm ci` puts on the disk, by package, and what can be left out of CI. */
export async function installation(bench: Bench): Promise<string[]> {
  const copy = bench.newFolder("without-cdktf-cli");
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(ROOT, name), join(copy, name));
  }
  await bench.run("npm uninstall cdktf-cli --package-lock-only --ignore-scripts --no-audit --no-fund --offline", copy);
  const others = packagesOf(copy);

  const packages = [...packagesOf(ROOT)].map(([folder, { dev = false }]) => ({ folder, dev, size: bytesOf(join(ROOT, folder)) / 1e6 }));
  const sum = (chosen: typeof packages) => chosen.reduce((total, { size }) => total + size, 0);
  const [all, lean] = [sum(packages), sum(packages.filter(({ dev }) => !dev))];
  const cli = sum(packages.filter(({ folder }) => !others.has(folder)));
  const megabytes = (name: string, value: number) => ({ name, value: summary([value]), unit: "MB" });
  const largest = packages.sort((a, b) => b.size - a.size).slice(0, 10);
  return [
    "On disk, by package-lock.json; last the ten largest packages.",
    figureTable([
      megabytes("`npm ci`", all),
      megabytes("cdktf-cli and what it alone needs", cli),
      megabytes("`npm ci --omit=dev`", lean),
      { name: "cdktf-cli and what it alone needs ÷ `npm ci`", value: summary([cli / all]) },
      { name: "`npm ci --omit=dev` ÷ `npm ci`", value: summary([lean / all]), atMost: 0.5 },
      ...largest.map(({ folder, dev, size }) =>
        megabytes(`${folder.replaceAll("node_modules/", "")}${dev ? ", left out by `--omit=dev`" : ""}`, size),
      ),
    ]),
  ];
}

/** By folder, what a lock file says of the packages. */
function packagesOf(project: string): Map<string, { readonly dev?: boolean }> {
  const packages = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")).packages;
  return new Map(Object.entries<{ dev?: boolean }>(packages).filter(([folder]) => folder !== ""));
}

/** On disk, without the packages inside it; 0 for a package of another platform. */
export function bytesOf(folder: string): number {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const own = files.filter((file) => !/(^|[/\\])node_modules([/\\]|$)/.test(file));
  return own.reduce((sum, file) => sum + lstatSync(join(folder, file)).blocks * 512, 0);
}
