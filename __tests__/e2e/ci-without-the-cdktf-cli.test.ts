import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keyVersion } from "../../cli/key-version/key-version";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { describeFindings } from "../../lab/leak-proof/leak-proof";
import { randomKey } from "../../lab/random-key";
import { findTerraform } from "../../lab/terraform/find-terraform";
import { findProviderSource } from "../../lab/terraform/provider-source";
import { block } from "../support/documents";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { withPrograms } from "../support/page-commands";
import { PLAN_ONLY } from "../support/plan-only";

const DOCUMENT = "docs/ci-without-the-cdktf-cli.md";
const KEY = randomKey();
const VERSION = String(keyVersion(KEY, "ai/production/api-key"));

/** The block of a run, without the installation: node_modules are a link to this project's own here. */
const RUN = withPrograms(block(DOCUMENT, "sh", "-lockfile=readonly").replace("npm ci --omit=dev --ignore-scripts\n", ""));

describeWithAws(DOCUMENT, () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab(undefined, { noProvider: true }); // a provider that runs already is not installed by init
  });
  afterAll(async () => await lab?.close());

  const step = inOrder();

  step("fails without a lock file", async () => {
    await expect(lab.sandbox.shell(RUN, { AI_API_KEY: KEY })).rejects.toThrow("terraform.lock.hcl");
  });

  step("a lock file is made by the documented commands", async () => {
    const [, mirror] = (await findProviderSource(await findTerraform())).cliConfig?.match(/path {4}= "(.*)"/) ?? [];
    const commands = withPrograms(block(DOCUMENT, "sh", "providers lock"));
    // A mirror has this machine's platform alone.
    await (mirror
      ? lab.sandbox.shell(commands.replaceAll(/ -platform=\w+/g, ""), { TF_CLI_ARGS_providers_lock: `-fs-mirror=${mirror}` })
      : lab.sandbox.shell(commands, {}));

    expect(readFileSync(join(lab.sandbox.project, "terraform.lock.hcl"), "utf8")).toMatch(/"h1:.{43}=",/);
  });

  step("a run stores the key, and init takes what the lock file names", async () => {
    const { output } = await lab.sandbox.shell(RUN, { AI_API_KEY: KEY });

    expect(output).toContain("from the dependency lock file");
    expect(await lab.aws.secretValue("ai/production/api-key")).toBe(KEY);
    expect(output).toMatch(/^yes +Key/m);
  });

  step("the plan as JSON, which scanners get, holds no key", async () => {
    const commands = withPrograms(block("docs/ci.md", "sh", "show -json"));
    await lab.sandbox.shell(commands.replace(PLAN_ONLY, KEY), {}); // as for whoever plans with the real one
    const plan = readFileSync(join(lab.sandbox.project, "plan.json"));
    expect(JSON.parse(String(plan)).planned_values.root_module.resources).not.toEqual([]);
    expect(describeFindings(new KeyScanner({ key: KEY }).scan("plan.json", plan))).toEqual([]);
  });

  step("the state is where the cdktf CLI has it, which finds nothing to do, and leaves the lock file alone", async () => {
    expect(existsSync(join(lab.sandbox.project, "terraform.ai-secret.tfstate"))).toBe(true);
    expect((await lab.sandbox.deploy({ ai_api_key: KEY, ai_api_key_version: VERSION })).output).toContain("No changes.");

    const [committed, used] = [join(lab.sandbox.project, "terraform.lock.hcl"), join(lab.sandbox.stackFolder, ".terraform.lock.hcl")];
    expect(readFileSync(used, "utf8")).toBe(readFileSync(committed, "utf8"));
  });

  step("a lock file that does not name the provider is not added to", async () => {
    const { sandbox } = lab;
    const run = RUN.replace("cp terraform.lock.hcl", "rm -r cdktf.out/stacks/ai-secret/.terraform; cp /dev/null");

    await expect(sandbox.shell(run, { AI_API_KEY: KEY })).rejects.toThrow(/Provider dependency changes detected/);
  });
});
