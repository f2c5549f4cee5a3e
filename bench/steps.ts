import { block } from "../__tests__/support/documents";
import { randomKey } from "../lab/random-key";
import type { Sandbox } from "../lab/sandbox/sandbox";
import type { Sample } from "./rounds";

/** Lines of shell by step, for a project with terraform.lock.hcl and the key in AI_API_KEY. */
export type Steps = Readonly<Record<string, string>>;

const KEY = randomKey();

// As documented, but for the key's version, which the other ways have not.
const [install = "", synth = "", copyLock = "", init = "", apply = "", verify = ""] = block(
  "docs/ci-without-the-cdktf-cli.md",
  "sh",
  "npm ci",
)
  .replace(/^VERSION=.*\n/m, "")
  .replace('TF_VAR_ai_api_key_version="$VERSION" ', "")
  .split("\n");

export const FAST_PATH: Steps = { synth, "terraform init": `${copyLock}\n${init}`, "terraform apply": apply };

/** From a checkout to a stored and verified key. */
export function pipelineOf(deploy: Steps): Steps {
  return { "npm ci, of the fast path with --omit=dev": deploy === FAST_PATH ? install : "npm ci", ...deploy, "ai-key verify": verify };
}

/** @param program how the CLI is called: npx takes time too */
export function cdktfDeploy(program: string, locked = false): Steps {
  return { "cdktf deploy": `${locked ? `${copyLock}\n` : ""}TF_VAR_ai_api_key=$AI_API_KEY ${program} deploy ai-secret --auto-approve` };
}

/** The deploy of the folder hand-written. */
export function handWritten(locked: boolean): Steps {
  const [copy, readonly] = locked ? ["cp terraform.lock.hcl hand-written/.terraform.lock.hcl\n", " -lockfile=readonly"] : ["", ""];
  return {
    "terraform init": `${copy}terraform -chdir=hand-written init${readonly}`,
    "terraform apply": "TF_VAR_ai_api_key=$AI_API_KEY terraform -chdir=hand-written apply -auto-approve",
  };
}

/** Runs the steps, and gives the seconds of each and of all, with what the last one printed. */
export async function runSteps(sandbox: Sandbox, steps: Steps): Promise<{ seconds: Sample; total: number; output: string }> {
  const seconds: Record<string, number> = {};
  let total = 0;
  let output = "";
  for (const [step, lines] of Object.entries(steps)) {
    const begin = performance.now();
    ({ output } = await sandbox.shell(lines, { AI_API_KEY: KEY }));
    seconds[step] = (performance.now() - begin) / 1_000;
    total += seconds[step];
  }
  return { seconds, total, output };
}
