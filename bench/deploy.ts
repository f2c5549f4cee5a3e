import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectEqual, expectOutput } from "../lab/expect";
import type { Sandbox } from "../lab/sandbox/sandbox";
import type { Bench } from "./bench";
import { startAws } from "./local-aws";
import { figureTable, ratio, resultTable } from "./report";
import { takeTurns } from "./rounds";
import { takeCalls, writeStandIn } from "./stand-in";
import { cdktfDeploy, FAST_PATH, handWritten, runSteps, type Steps } from "./steps";

const FIRST = "first deploy";
const AGAIN = "nothing to do";

/** Deploys of the same resources: by the cdktf CLI, by Terraform alone after a synth, and from hand-written HCL. */
export async function deploy(bench: Bench): Promise<string[]> {
  const { emptyFor, initialized, provider, terraform } = await startAws(bench);
  const standIns = bench.newFolder("stand-ins");
  let resources: string | undefined;

  const prepare = async () => {
    const sandbox = await emptyFor({ TERRAFORM_BINARY_NAME: writeStandIn(standIns, "terraform", terraform.path) }); // for cdktf alone
    const configFile = join(sandbox.project, "cdktf.json");
    const config: { app: string } = JSON.parse(readFileSync(configFile, "utf8"));
    writeFileSync(configFile, JSON.stringify({ ...config, app: writeStandIn(standIns, "synth", config.app) }));
    cpSync(join(__dirname, "hand-written"), join(sandbox.project, "hand-written"), { recursive: true });
    sandbox.overrides.allowOlderProvider(join(sandbox.project, "hand-written"));
    return sandbox;
  };
  const deployOnce = async (name: string, sandbox: Sandbox, steps: Steps) => {
    const { seconds, total, output } = await runSteps(sandbox, steps);
    const calls = takeCalls(standIns);
    const itself = total - Object.values(calls).reduce((sum, value) => sum + value, 0);
    const parts = Object.entries("cdktf deploy" in steps ? { ...calls, itself } : seconds);
    const sample = new Map([[name, total], ...parts.map(([part, value]): [string, number] => [`${name}: ${part}`, value])]);
    return { output, sample: Object.fromEntries(sample) };
  };
  const deployTwice = (steps: Steps) => async () => {
    const sandbox = await prepare();
    const first = await deployOnce(FIRST, sandbox, steps);
    const made = resourcesIn(sandbox.project);
    resources ??= made;
    expectEqual("what is made", made, resources);
    const again = await deployOnce(AGAIN, sandbox, steps);
    expectOutput("the second deploy", again.output, "No changes.");
    return { ...first.sample, ...again.sample };
  };
  const results = await takeTurns(bench.say, 5, {
    "`cdktf deploy`": deployTwice(cdktfDeploy("node_modules/.bin/cdktf")),
    "fast path, lock file": deployTwice(FAST_PATH),
    "hand-written HCL": deployTwice(handWritten(false)),
    "hand-written HCL, lock file": deployTwice(handWritten(true)),
  });
  return [
    "The stack `ai-secret` of `main.ts`, each time in a new folder and against an emptied local AWS; that all make the same resources is checked. " +
      "Hand-written HCL is deployed by `terraform init` and `apply`, [the fast path](../docs/ci-without-the-cdktf-cli.md) by a synth, `init` and `apply`. " +
      `AWS provider ${await initialized.providerVersion()}, ${provider.cliConfig ? "from a mirror on this disk" : "from the registry"}. ` +
      "Below each deploy stands where its seconds go: the programs that were called, and what is left for `cdktf deploy` itself.",
    resultTable(results),
    figureTable([
      ratio(results, "`cdktf deploy`", "hand-written HCL", FIRST, 1.2),
      ratio(results, "`cdktf deploy`", "hand-written HCL", AGAIN, 1.2),
      ratio(results, "fast path, lock file", "hand-written HCL, lock file", FIRST, 1.05),
      ratio(results, "fast path, lock file", "hand-written HCL, lock file", AGAIN, 1.05),
    ]),
  ];
}

/** What the state says of its resources, but for what AWS or the author makes up. */
function resourcesIn(project: string): string {
  const states = ["", "hand-written"].map((folder) => join(project, folder, "terraform.ai-secret.tfstate"));
  const { resources }: { resources: object[] } = JSON.parse(readFileSync(states.find((file) => existsSync(file)) ?? "", "utf8"));
  const what = ["type", "instances", "attributes", "name_prefix", "description", "tags_all", "Environment", "ManagedBy", "Team"];
  const more = ["recovery_window_in_days", "secret_string_wo_version", "statement", "effect", "actions"];
  return resources
    .map((resource) => JSON.stringify(resource, [...what, ...more]))
    .sort()
    .join("\n");
}
