import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../lab/sandbox/sandbox";

/** Has the lock file that `init` has made where docs/ci-without-the-cdktf-cli.md has the committed one. */
export function commitLockFile(sandbox: Sandbox): void {
  copyFileSync(join(sandbox.stackFolder, ".terraform.lock.hcl"), join(sandbox.project, "terraform.lock.hcl"));
}
