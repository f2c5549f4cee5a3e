import { copyFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectEqual, expectOutput } from "../cli/rehearsal/expect";
import { randomKey } from "../cli/rehearsal/random-key";
import type { Sandbox } from "../cli/rehearsal/sandbox";
import type { Bench } from "./bench";
import { fastPath } from "./fast-path";
import type { LocalAws } from "./local-aws";
import { type Call, Recorder } from "./recorder";

export interface Deploy {
  readonly seconds: number;
  /** The programs that it called. */
  readonly calls: readonly Call[];
}

export interface Deploys {
  readonly first: Deploy;
  /** With nothing to do. */
  readonly again: Deploy;
}

/** The ways to deploy the same resources, each in a new folder and to an emptied AWS. */
export class Ways {
  private readonly key = randomKey();
  private readonly lock: string;
  /** What the first deploy made. */
  private resources: string | undefined;

  public provider = "";
  public readonly providerSource: string;

  constructor(
    private readonly bench: Bench,
    private readonly aws: LocalAws,
  ) {
    this.lock = join(bench.newFolder("lock"), "terraform.lock.hcl");
    this.providerSource = aws.tools.provider.cliConfig ? "from a mirror on this disk" : "from the registry";
  }

  /** The lock file that would be committed, for the provider that is here. */
  public async makeLock(): Promise<void> {
    const sandbox = await this.aws.project();
    await sandbox.init();
    copyFileSync(join(sandbox.stackFolder, ".terraform.lock.hcl"), this.lock);
    this.provider = await sandbox.providerVersion();
  }

  public async cdktf(): Promise<Deploys> {
    const sandbox = await this.aws.project();
    const recorder = this.newRecorder();
    sandbox.settings = { ...sandbox.settings, TERRAFORM_BINARY_NAME: this.terraform(recorder) };
    const configFile = join(sandbox.project, "cdktf.json");
    const config: { app: string } = JSON.parse(readFileSync(configFile, "utf8"));
    writeFileSync(configFile, JSON.stringify({ ...config, app: recorder.standIn("synth", config.app) }));

    return this.deployTwice(sandbox, recorder, "TF_VAR_ai_api_key=$AI_API_KEY node_modules/.bin/cdktf deploy ai-secret --auto-approve");
  }

  public async fast(): Promise<Deploys> {
    const sandbox = await this.aws.project();
    copyFileSync(this.lock, join(sandbox.project, "terraform.lock.hcl"));
    const recorder = this.newRecorder();
    const [synth = "", ...terraform] = fastPath(this.terraform(recorder)).deploy;

    const lines = [recorder.standIn("synth", synth), ...terraform];
    return this.deployTwice(sandbox, recorder, lines.join("\n"));
  }

  public async hcl(locked: boolean): Promise<Deploys> {
    const sandbox = await this.aws.project();
    const folder = join(sandbox.project, "hand-written");
    cpSync(join(__dirname, "hand-written"), folder, { recursive: true });
    sandbox.allowOlderProvider(folder);
    if (locked) {
      copyFileSync(this.lock, join(folder, ".terraform.lock.hcl"));
    }
    const recorder = this.newRecorder();
    const terraform = this.terraform(recorder);

    const lines = [
      `${terraform} init${locked ? " -lockfile=readonly" : ""}`,
      `TF_VAR_ai_api_key=$AI_API_KEY ${terraform} apply -auto-approve`,
    ];
    return this.deployTwice(sandbox, recorder, ["cd hand-written", ...lines].join("\n"), folder);
  }

  private async deployTwice(sandbox: Sandbox, recorder: Recorder, script: string, stateFolder = sandbox.project): Promise<Deploys> {
    await this.aws.reset();
    const deploy = async () => {
      const begin = Date.now();
      const { output } = await sandbox.shell(script, { AI_API_KEY: this.key });
      return { output, seconds: (Date.now() - begin) / 1_000, calls: recorder.since(begin) };
    };
    const first = await deploy();
    const made = resourcesOf(join(stateFolder, "terraform.ai-secret.tfstate"));
    this.resources ??= made;
    expectEqual("what is made", made, this.resources);

    const again = await deploy();
    expectOutput("the second deploy", again.output, "No changes.");
    return { first, again };
  }

  private newRecorder(): Recorder {
    return new Recorder(this.bench.newFolder("recorder"));
  }

  private terraform(recorder: Recorder): string {
    return recorder.standIn("terraform", this.aws.tools.terraform.path);
  }
}

/** What a state says of its resources, but for what AWS makes up. */
function resourcesOf(stateFile: string): string {
  const { resources }: { resources: { type: string; instances: { attributes: Record<string, unknown> }[] }[] } = JSON.parse(
    readFileSync(stateFile, "utf8"),
  );
  const known = resources.flatMap(({ type, instances }) =>
    instances.map(({ attributes: { name_prefix, description, tags_all, recovery_window_in_days, secret_string_wo_version, statement } }) =>
      JSON.stringify({
        type,
        name_prefix,
        description,
        tags_all,
        recovery_window_in_days,
        secret_string_wo_version,
        statements: [statement].flat().length,
      }),
    ),
  );
  return known.sort().join("\n");
}
