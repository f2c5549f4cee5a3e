import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import type { Terraform } from "../cli/rehearsal/terraform";
import { ROOT } from "../e2e/support/project";

/** What the figures come from, without a name or a path of it. */
export function describeMachine({ product, version }: Terraform): string {
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${gibibytes} GiB of memory, ${type()} ${release()}`,
    `Node ${process.versions.node}, ${product} ${version}, cdktf ${packageVersion("cdktf")}`,
  ].join("; ");
}

function packageVersion(name: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8"));
  return version;
}
