import { type Dirent, lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The packages of a lock file, by their folders; the project's own has the name "". */
export type Packages = Readonly<Record<string, Package>>;

interface Package {
  readonly dependencies?: Names;
  readonly devDependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
}

type Names = Readonly<Record<string, string>>;

export function readLock(project: string): Packages {
  const { packages }: { packages: Packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  return packages;
}

/** The packages that would not be there without one of the project's dependencies: itself, and what nothing else needs. */
export function broughtBy(packages: Packages, dependency: string): string[] {
  const needed = new Set<string>();
  const visit = (folder: string) => {
    for (const name of namesIn(packages[folder])) {
      const found = folder === "" && name === dependency ? undefined : resolve(packages, folder, name);
      if (found !== undefined && !needed.has(found)) {
        needed.add(found);
        visit(found);
      }
    }
  };
  visit("");
  return Object.keys(packages).filter((folder) => folder !== "" && !needed.has(folder));
}

/** Bytes on disk of each package in node_modules, without the packages inside it. */
export function sizes(project: string, packages: Packages): Map<string, number> {
  return new Map(Object.keys(packages).map((folder) => [folder, folder === "" ? 0 : bytes(join(project, folder))]));
}

function namesIn(found: Package | undefined): string[] {
  return Object.keys({
    ...found?.dependencies,
    ...found?.devDependencies,
    ...found?.optionalDependencies,
    ...found?.peerDependencies,
  });
}

/** As Node does: in the folder's own node_modules, else in those above. */
function resolve(packages: Packages, folder: string, name: string): string | undefined {
  for (let above = folder; ; above = dirname(above) === "." ? "" : dirname(above)) {
    const candidate = join(above, "node_modules", name);
    if (packages[candidate]) {
      return candidate;
    }
    if (above === "") {
      return undefined;
    }
  }
}

function bytes(folder: string): number {
  return entries(folder)
    .filter(({ name }) => name !== "node_modules")
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + lstatSync(path).blocks * 512 + (entry.isDirectory() ? bytes(path) : 0);
    }, 0);
}

/** None for a package of another platform. */
function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
