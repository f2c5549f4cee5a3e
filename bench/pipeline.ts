import { copyFileSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { expectOutput } from "../cli/rehearsal/expect";
import { randomKey } from "../cli/rehearsal/random-key";
import type { Sandbox } from "../cli/rehearsal/sandbox";
import type { Bench } from "./bench";
import { fastPath } from "./fast-path";
import { npmEnvironment } from "./install";
import { broughtBy, type Packages, readLock, sizes } from "./install-size";
import { LocalAws } from "./local-aws";
import { packMirror } from "./packed-mirror";
import { goalTable, markdownTable, seconds } from "./report";
import { pairedRatio, summary, takeTurns } from "./rounds";

const ROUNDS = 2;

const CLI = "cdktf CLI";
const FAST = "fast path";
const COLD = ", cold";
const CACHED = ", cached";
const ALTERNATIVES = [CLI + COLD, FAST + COLD, CLI + CACHED, FAST + CACHED];

type Steps = Readonly<Record<string, string>>;

interface Run {
  /** By step. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly total: number;
  /** Bytes on disk, by package. */
  readonly installed: ReadonlyMap<string, number>;
}

/** From a clean checkout to a stored key, step by step. */
export async function benchPipeline(bench: Bench): Promise<string> {
  const rounds = bench.rounds(ROUNDS);
  const pipeline = new Pipeline(bench, await LocalAws.start(bench));
  await pipeline.fillCaches();

  const results = await takeTurns<Run>(
    rounds,
    Object.fromEntries(ALTERNATIVES.map((name) => [name, () => pipeline.run(name.startsWith(CLI), name.endsWith(CACHED))])),
    bench.say,
  );

  const totals = (name: string) => results(name).map(({ total }) => total);
  const steps = [...new Set(ALTERNATIVES.flatMap((name) => Object.keys(results(name)[0]?.seconds ?? {})))];
  const cell = (name: string, step: string) => {
    const values = results(name).flatMap(({ seconds }) => seconds[step] ?? []);
    return values.length > 0 ? seconds(summary(values)) : "";
  };
  const [all, lean] = [CLI + COLD, FAST + COLD].map((name) => results(name)[0]?.installed ?? new Map<string, number>());
  return [
    `From a clean checkout to a stored and verified key, ${rounds} rounds. Cold: an empty npm cache, and no cache of providers. Cached: npm's cache, \`TF_PLUGIN_CACHE_DIR\` and a lock file. ` +
      "The npm registry is a near one and the provider comes packed from this disk, so downloads take longer elsewhere, and caches save more.",
    "",
    markdownTable(
      ["", ...ALTERNATIVES],
      [
        ...steps.map((step) => [step, ...ALTERNATIVES.map((name) => cell(name, step))]),
        ["all", ...ALTERNATIVES.map((name) => seconds(summary(totals(name))))],
      ],
    ),
    "",
    markdownTable(
      ["Figure", "Measured"],
      [
        [FAST + COLD, CLI + COLD],
        [FAST + CACHED, CLI + CACHED],
        [CLI + CACHED, CLI + COLD],
        [FAST + CACHED, FAST + COLD],
      ].map(([name = "", other = ""]) => [`${name} ÷ ${other}`, ratio(totals(name), totals(other))]),
    ),
    "",
    ...(all && lean ? installReport(pipeline.packages, all, lean) : []),
  ].join("\n");
}

function ratio(values: readonly number[], others: readonly number[]): string {
  const { median, min, max } = pairedRatio(values, others);
  return `${median.toFixed(2)} × (${min.toFixed(2)} to ${max.toFixed(2)})`;
}

function installReport(packages: Packages, all: ReadonlyMap<string, number>, lean: ReadonlyMap<string, number>): string[] {
  const sum = (installed: ReadonlyMap<string, number>, folders: Iterable<string> = installed.keys()) =>
    [...folders].reduce((bytes, folder) => bytes + (installed.get(folder) ?? 0), 0);
  const share = sum(lean) / sum(all);
  const cli = sum(all, broughtBy(packages, "cdktf-cli"));
  const largest = [...all].sort(([, a], [, b]) => b - a).slice(0, 10);
  return [
    `\`npm ci\` installs ${megabytes(sum(all))}, of which ${megabytes(cli)} (${((100 * cli) / sum(all)).toFixed(0)} %) are cdktf-cli and what it alone needs; ` +
      `\`npm ci --omit=dev\` installs ${megabytes(sum(lean))}. The ten largest packages:`,
    "",
    markdownTable(
      ["Package", "On disk", "With `--omit=dev`"],
      largest.map(([folder, bytes]) => [
        folder.replaceAll("node_modules/", ""),
        megabytes(bytes),
        (lean.get(folder) ?? 0) > 0 ? "yes" : "left out",
      ]),
    ),
    "",
    goalTable([{ figure: "`npm ci --omit=dev` ÷ `npm ci`, on disk", value: { median: share, min: share, max: share }, limit: 0.5 }]),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

class Pipeline {
  private readonly key = randomKey();
  private readonly npmCache: string;
  private readonly pluginCache: string;
  private readonly lock: string;
  private cliConfig = "";
  public packages: Packages = {};

  constructor(
    private readonly bench: Bench,
    private readonly aws: LocalAws,
  ) {
    this.npmCache = bench.newFolder("npm-cache");
    this.pluginCache = bench.newFolder("plugin-cache");
    this.lock = join(bench.newFolder("lock"), "terraform.lock.hcl");
  }

  public async fillCaches(): Promise<void> {
    this.bench.say("packs the provider");
    const sandbox = await this.aws.project();
    await sandbox.init();
    copyFileSync(join(sandbox.stackFolder, ".terraform.lock.hcl"), this.lock);
    this.cliConfig = await packMirror(sandbox, this.aws.tools.terraform, this.bench.newFolder("mirror"));

    this.bench.say("fills the caches");
    sandbox.settings = { ...sandbox.settings, TF_CLI_CONFIG_FILE: this.cliConfig, TF_PLUGIN_CACHE_DIR: this.pluginCache };
    rmSync(join(sandbox.stackFolder, ".terraform"), { recursive: true });
    await sandbox.init();
    this.checkOut(sandbox);
    this.packages = readLock(sandbox.project);
    await sandbox.shell("npm ci", { npm_config_cache: this.npmCache });
    rmSync(sandbox.folder, { recursive: true });
  }

  public async run(byCli: boolean, cached: boolean): Promise<Run> {
    await this.aws.reset();
    const sandbox = await this.aws.project({
      ...npmEnvironment(),
      npm_config_cache: cached ? this.npmCache : this.bench.newFolder("npm-cache"),
      TF_CLI_CONFIG_FILE: this.cliConfig,
      TF_PLUGIN_CACHE_DIR: cached ? this.pluginCache : undefined,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: undefined,
    });
    this.checkOut(sandbox);

    const timed: Record<string, number> = {};
    let verified = "";
    for (const [step, line] of Object.entries(byCli ? cliSteps(cached) : fastSteps(this.aws.tools.terraform.path))) {
      const begin = performance.now();
      verified = (await sandbox.shell(line, { AI_API_KEY: this.key })).output;
      timed[step] = (performance.now() - begin) / 1_000;
    }
    expectOutput("ai-key verify", verified, "the one in TF_VAR_ai_api_key");
    const installed = sizes(sandbox.project, this.packages);
    rmSync(sandbox.folder, { recursive: true }); // a gigabyte
    return { seconds: timed, total: Object.values(timed).reduce((sum, value) => sum + value, 0), installed };
  }

  /** Leaves what git would have; the synthesized stack, which each run replaces; and the override of an older provider. */
  private checkOut(sandbox: Sandbox): void {
    unlinkSync(join(sandbox.project, "node_modules"));
    for (const name of [".terraform", ".terraform.lock.hcl"]) {
      rmSync(join(sandbox.stackFolder, name), { recursive: true, force: true });
    }
    copyFileSync(this.lock, join(sandbox.project, "terraform.lock.hcl"));
  }
}

const INSTALL = "`npm ci`, of the fast path with `--omit=dev`";
const VERIFY = "`ai-key verify`";

function cliSteps(locked: boolean): Steps {
  const lock = locked ? "cp terraform.lock.hcl cdktf.out/stacks/ai-secret/.terraform.lock.hcl\n" : "";
  return {
    [INSTALL]: "npm ci",
    "`cdktf deploy`": `${lock}TF_VAR_ai_api_key=$AI_API_KEY npx cdktf deploy ai-secret --auto-approve`,
    [VERIFY]: "TF_VAR_ai_api_key=$AI_API_KEY npx ai-key verify ai-secret",
  };
}

function fastSteps(terraform: string): Steps {
  const { install, deploy, verify } = fastPath(terraform);
  const [synth = "", copyLock = "", init = "", apply = ""] = deploy;
  return { [INSTALL]: install, synth, "`terraform init`": `${copyLock}\n${init}`, "`terraform apply`": apply, [VERIFY]: verify };
}
