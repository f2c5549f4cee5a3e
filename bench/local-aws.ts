import { copyFileSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../__tests__/support/project";
import { planLocalAws, startLocalAws } from "../lab/aws/local-aws";
import { Sandbox } from "../lab/sandbox/sandbox";
import { findTerraform } from "../lab/terraform/find-terraform";
import { findProviderSource } from "../lab/terraform/provider-source";
import type { Bench } from "./bench";

/** A sandbox logs all it can, for the leak proof; a user does not. */
const QUIET = { TF_LOG_CORE: undefined, TF_LOG_PROVIDER: undefined, TF_LOG_PATH: undefined, CDKTF_LOG_LEVEL: undefined };

/** Starts a local AWS of the bench's own. */
export async function startAws(bench: Bench) {
  const terraform = await findTerraform();
  const provider = await findProviderSource(terraform);
  const plan = planLocalAws({ PATH: process.env.PATH }); // never the user's own: it is emptied
  bench.say(`starts a local AWS: ${plan.description}`);
  const { endpoint } = await startLocalAws(plan, bench.session, join(bench.newFolder("local-aws"), "log"));
  const programs = bench.newFolder("programs");
  symlinkSync(terraform.path, join(programs, "terraform")); // OpenTofu too is called so in documents

  /** A copy of the project, synthesized. */
  const project = async (settings: NodeJS.ProcessEnv = {}) => {
    const sandbox = new Sandbox(bench.session, { terraform, provider }, ROOT);
    sandbox.endpoint = endpoint;
    sandbox.settings = { ...QUIET, PATH: `${programs}:${process.env.PATH}`, TERRAFORM_BINARY_NAME: "terraform", ...settings };
    await sandbox.use(readFileSync(join(ROOT, "main.ts"), "utf8"));
    return sandbox;
  };

  /** A project after `terraform init`. */
  const initialized = await project();
  await initialized.init();

  return {
    terraform,
    provider,
    initialized,
    /** Empties it, for another project, which has the lock file that would be committed. */
    emptyFor: async (settings: NodeJS.ProcessEnv = {}) => {
      await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
      const sandbox = await project(settings);
      copyFileSync(join(initialized.stackFolder, ".terraform.lock.hcl"), join(sandbox.project, "terraform.lock.hcl"));
      return sandbox;
    },
  };
}
