import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../lab/process/session";
import type { Sandbox } from "../../lab/sandbox/sandbox";

/**
 * Starts the AWS provider that Terraform has chosen, once for all commands of a lab: to check and start its 700 MB takes more than half of
 * a command's time. It is the same provider, and talks to the lab's AWS only.
 * https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
 *
 * @returns what Terraform finds it by
 */
export async function attachProvider(sandbox: Sandbox, session: Session): Promise<NodeJS.ProcessEnv> {
  const child = spawn(findProvider(join(sandbox.stackFolder, ".terraform/providers")), ["-debug"], {
    cwd: sandbox.stackFolder, // as Terraform would start it: paths of files are relative
    env: sandbox.environment({}),
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  if (child.pid !== undefined) {
    session.adopt(child.pid);
  }

  let printed = "";
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => reject(new Error(`The AWS provider has ended:\n${printed}`)));
    // To the end, as a closed pipe would kill it.
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const [, reattach] = printed.match(/TF_REATTACH_PROVIDERS='(.*)'/) ?? [];
      if (reattach) {
        printed = "";
        resolve({ TF_REATTACH_PROVIDERS: reattach });
      }
    });
  });
}

/** The provider's program, where `terraform init` has put or linked it: registry, hashicorp/aws, version, platform. */
function findProvider(folder: string): string {
  const only = (path: string) => join(path, readdirSync(path)[0] ?? "");
  const platform = only(only(join(only(folder), "hashicorp/aws")));
  const program = readdirSync(platform).find((name) => name.startsWith("terraform-provider-aws"));
  if (!program) {
    throw new Error(`There is no AWS provider in ${platform}`);
  }
  return join(platform, program);
}
