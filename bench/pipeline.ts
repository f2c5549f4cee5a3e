import { mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { expectOutput } from "../lab/expect";
import type { Sandbox } from "../lab/sandbox/sandbox";
import type { Terraform } from "../lab/terraform/find-terraform";
import { type Bench, npmEnvironment } from "./bench";
import { startAws } from "./local-aws";
import { figureTable, ratio, resultTable } from "./report";
import { takeTurns } from "./rounds";
import { cdktfDeploy, FAST_PATH, pipelineOf, runSteps, type Steps } from "./steps";

const CLI = "cdktf CLI, cold";
const FAST = "fast path, cold";
const CLI_CACHED = "cdktf CLI, cached";
const FAST_CACHED = "fast path, cached";

/** From a clean checkout to a stored key, step by step. */
export async function pipeline(bench: Bench): Promise<string[]> {
  const { emptyFor, initialized, terraform } = await startAws(bench);
  bench.say("packs the provider");
  const cliConfig = await packMirror(initialized, terraform, bench.newFolder("mirror"));
  const filled = { npm_config_cache: bench.newFolder("npm-cache"), TF_PLUGIN_CACHE_DIR: bench.newFolder("plugin-cache") };

  const run = (deploy: Steps, caches?: NodeJS.ProcessEnv) => async () => {
    const sandbox = await emptyFor({
      ...npmEnvironment(),
      TF_CLI_CONFIG_FILE: cliConfig,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: undefined,
      ...(caches ?? { npm_config_cache: bench.newFolder("empty-npm-cache"), TF_PLUGIN_CACHE_DIR: undefined }),
    });
    unlinkSync(join(sandbox.project, "node_modules")); // leaves what git has, and the synthesized stack with the override of an older provider
    const { seconds, total, output } = await runSteps(sandbox, pipelineOf(deploy));
    expectOutput("ai-key verify", output, "the one in TF_VAR_ai_api_key");
    rmSync(sandbox.folder, { recursive: true }); // a gigabyte
    return { all: total, ...seconds };
  };
  bench.say("fills the caches");
  await run(cdktfDeploy("npx cdktf", true), filled)();
  const results = await takeTurns(bench.say, 2, {
    [CLI]: run(cdktfDeploy("npx cdktf")),
    [FAST]: run(FAST_PATH),
    [CLI_CACHED]: run(cdktfDeploy("npx cdktf", true), filled),
    [FAST_CACHED]: run(FAST_PATH, filled),
  });
  return [
    `From a clean checkout to a stored and verified key. Cold: an empty npm cache, and no cache of providers. Cached: npm's cache, \`TF_PLUGIN_CACHE_DIR\` and a lock file. ` +
      "The npm registry is a near one and the provider comes packed from this disk, so downloads take longer elsewhere, and caches save more.",
    resultTable(results),
    figureTable([
      ratio(results, FAST, CLI, "all"),
      ratio(results, FAST_CACHED, CLI_CACHED, "all"),
      ratio(results, CLI_CACHED, CLI, "all"),
      ratio(results, FAST_CACHED, FAST, "all"),
    ]),
  ];
}

/**
 * Packs the provider of an initialized project as a registry would give it, so that an installation has to unpack it.
 *
 * @returns the path of a Terraform CLI configuration that takes it from there
 */
export async function packMirror(sandbox: Sandbox, { registry, platform }: Terraform, folder: string): Promise<string> {
  const version = await sandbox.providerVersion();
  const unpacked = join(sandbox.stackFolder, ".terraform/providers", registry, "hashicorp/aws", version, platform);
  const files = readdirSync(unpacked).map((name) => [name, [readFileSync(join(unpacked, name)), { os: 3, attrs: 0o755 << 16 }]]); // os 3: Unix, so that the mode counts
  const mirror = join(folder, registry, "hashicorp/aws");
  mkdirSync(mirror, { recursive: true });
  writeFileSync(join(mirror, `terraform-provider-aws_${version}_${platform}.zip`), zipSync(Object.fromEntries(files), { level: 1 }));

  const config = join(folder, "terraform.rc");
  writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(folder)}\n  }\n}\n`);
  return config;
}
