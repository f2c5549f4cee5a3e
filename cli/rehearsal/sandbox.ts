import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { awsEnvironment, DEFAULT_REGION, plainEnvironment } from "./child-environment";
import { type CommandOptions, type CommandResult, CommandRunner } from "./command";
import type { ProviderSource } from "./provider-source";
import type { Session } from "./session";
import type { Terraform } from "./terraform";

/** What a copy of the project leaves out: installed and generated files, history, states and local settings. */
const NOT_COPIED = /^(node_modules|cdktf\.out|dist|coverage|\.git|\.terraform|\.env.*|.*\.tfstate.*|.*\.tgz|.*\.log)$/;

export interface SandboxTools {
  readonly terraform: Terraform;
  readonly provider: ProviderSource;
}

/** What Terraform gets as its variables. */
export interface KeyInput {
  /** Undefined: the variable is not set, as when a CI job has forgotten it. */
  readonly apiKey: string | undefined;
  /** @default the program's own default */
  readonly version?: number;
}

/**
 * A private copy of the project in a temporary folder, where cdktf and Terraform run with the production configuration against a local
 * AWS. The folder goes with the session, unless it is kept.
 */
export class Sandbox {
  /** Only this user can read it. */
  public readonly folder: string;
  public readonly project: string;
  public readonly logs: string;
  /** Where cdktf puts the stack and Terraform runs. */
  public readonly stackFolder: string;
  /** The local AWS, on a loopback address; set once it runs. */
  public endpoint = "";

  private readonly runner: CommandRunner;
  private kept = false;

  /**
   * @param root the project's folder, with cdktf.json and node_modules
   * @param stack the stack that the commands are for
   */
  constructor(
    session: Session,
    private readonly tools: SandboxTools,
    private readonly root: string,
    public readonly stack = "ai-secret",
  ) {
    this.folder = mkdtempSync(join(tmpdir(), "ai-key-"));
    session.defer(() => {
      if (!this.kept) {
        rmSync(this.folder, { recursive: true, force: true });
      }
    });

    this.project = join(this.folder, "project");
    this.logs = join(this.folder, "logs");
    this.stackFolder = join(this.project, "cdktf.out", "stacks", stack);
    mkdirSync(this.logs);
    cpSync(root, this.project, { recursive: true, filter: (source) => source === root || !NOT_COPIED.test(basename(source)) });
    symlinkSync(join(root, "node_modules"), join(this.project, "node_modules"), "dir");
    writeFileSync(this.emptyFile, "");
    if (tools.provider.cliConfig) {
      writeFileSync(this.cliConfig, tools.provider.cliConfig);
    }
    this.runner = new CommandRunner(session, this.logs);
  }

  /** Leaves the folder where it is after the session. */
  public keep(): void {
    this.kept = true;
  }

  /** Runs `cdktf synth`: without a key and without access to any AWS. */
  public async synth(): Promise<CommandResult> {
    const result = await this.runner.run({ name: "cdktf synth", ...this.cdktf(["synth"]), cwd: this.project, env: plainEnvironment() });

    const { olderVersion } = this.tools.provider;
    if (olderVersion) {
      // A Terraform override file replaces the floor alone: https://developer.hashicorp.com/terraform/language/files/override
      const override = { terraform: { required_providers: { aws: { source: "hashicorp/aws", version: olderVersion } } } };
      writeFileSync(join(this.stackFolder, "zz_override.tf.json"), JSON.stringify(override));
    }
    return result;
  }

  public deploy(input: KeyInput): Promise<CommandResult> {
    return this.runner.run(this.deployCommand(input));
  }

  /** A deploy whose failure is a result. */
  public tryDeploy(input: KeyInput): Promise<CommandResult> {
    return this.runner.try(this.deployCommand(input));
  }

  public diff(input: KeyInput): Promise<CommandResult> {
    return this.runCdktf(["diff", "--skip-synth", "--skip-provider-lock", this.stack], input);
  }

  public output(input: KeyInput): Promise<CommandResult> {
    return this.runCdktf(["output", "--skip-synth", this.stack], input);
  }

  public destroy(input: KeyInput): Promise<CommandResult> {
    return this.runCdktf(["destroy", "--skip-synth", "--skip-provider-lock", "--auto-approve", this.stack], input);
  }

  /** Runs Terraform itself in the stack's folder, or in another one. */
  public terraform(args: readonly string[], input: KeyInput, cwd = this.stackFolder): Promise<CommandResult> {
    return this.runner.run(this.terraformCommand(args, input, cwd));
  }

  /** A Terraform command whose failure is a result. */
  public tryTerraform(args: readonly string[], input: KeyInput, cwd = this.stackFolder): Promise<CommandResult> {
    return this.runner.try(this.terraformCommand(args, input, cwd));
  }

  /** The state, as the backend of a stack without remote state keeps it; undefined before the first deploy. */
  public state(): TerraformState | undefined {
    return readState(this.statePath);
  }

  /** The ARNs of the secrets and the policies that this sandbox has made, the destroyed ones included. */
  public stateResourceArns(): string[] {
    const states = [this.statePath, `${this.statePath}.backup`].flatMap((path) => readState(path) ?? []);
    const resources = states
      .flatMap(({ resources }) => resources)
      .filter(({ type }) => /^aws_(secretsmanager_secret|iam_policy)$/.test(type));
    return [...new Set(resources.flatMap(({ instances }) => instances.map(({ attributes }) => attributes.arn ?? "")))];
  }

  /** The names of the secrets in the synthesized stack. */
  public secretNames(): string[] {
    return Object.values(this.synthesized().resource.aws_secretsmanager_secret ?? {}).map(({ name }) => name);
  }

  /** The region of the synthesized stack's provider. */
  public region(): string {
    return this.synthesized().provider.aws[0]?.region ?? DEFAULT_REGION;
  }

  /** The version of the AWS provider that Terraform chose; known after the first deploy. */
  public async providerVersion(): Promise<string> {
    const { output } = await this.terraform(["version", "-json"], { apiKey: undefined });
    const { provider_selections: chosen }: { provider_selections: Record<string, string> } = JSON.parse(output);
    return chosen[`${this.tools.terraform.registry}/hashicorp/aws`] ?? "unknown";
  }

  /** What a shell needs to look at the local AWS with the `aws` command. */
  public awsExports(): Record<string, string> {
    return { AWS_ENDPOINT_URL: this.endpoint, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: this.region() };
  }

  /** The environment of a command that may reach the local AWS. */
  public environment({ apiKey, version }: KeyInput): NodeJS.ProcessEnv {
    return {
      ...plainEnvironment(),
      ...awsEnvironment({ endpoint: this.endpoint, emptyFile: this.emptyFile }),
      ...this.terraformSettings(),
      ...(apiKey === undefined ? {} : { TF_VAR_ai_api_key: apiKey }),
      ...(version === undefined ? {} : { TF_VAR_ai_api_key_version: String(version) }),
    };
  }

  private runCdktf(args: string[], input: KeyInput): Promise<CommandResult> {
    return this.runner.run(this.cdktfCommand(args, input));
  }

  private deployCommand(input: KeyInput): CommandOptions {
    return this.cdktfCommand(["deploy", "--skip-synth", "--skip-provider-lock", "--auto-approve", this.stack], input);
  }

  private cdktfCommand(args: string[], input: KeyInput): CommandOptions {
    return { name: `cdktf ${args[0]}`, ...this.cdktf(args), cwd: this.project, env: this.environment(input) };
  }

  private terraformCommand(args: readonly string[], input: KeyInput, cwd: string): CommandOptions {
    const { path, product } = this.tools.terraform;
    return { name: `${product.toLowerCase()} ${args[0]}`, file: path, args, cwd, env: this.environment(input) };
  }

  private cdktf(args: string[]): { file: string; args: string[] } {
    return { file: join(this.root, "node_modules", ".bin", "cdktf"), args };
  }

  /**
   * No questions, and the most talkative logs that can be had without a key in them, for the leak proof to read. The provider's own log
   * is not: at debug and trace level it holds whole AWS requests.
   */
  private terraformSettings(): NodeJS.ProcessEnv {
    const { cliConfig } = this.tools.provider;
    const userConfig = process.env.TF_CLI_CONFIG_FILE;
    const config = cliConfig ? this.cliConfig : userConfig && existsSync(userConfig) ? userConfig : undefined;

    return {
      TF_INPUT: "0",
      TF_LOG_CORE: "trace",
      TF_LOG_PROVIDER: "info",
      TF_LOG_PATH: join(this.logs, "terraform.log"),
      CDKTF_LOG_LEVEL: "debug",
      CDKTF_LOG_FILE_DIRECTORY: this.logs,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1",
      ...(config ? { TF_CLI_CONFIG_FILE: config } : {}),
      ...(cliConfig ? { CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" } : {}),
    };
  }

  private synthesized(): SynthesizedStack {
    return JSON.parse(readFileSync(join(this.stackFolder, "cdk.tf.json"), "utf8"));
  }

  private get statePath(): string {
    return join(this.project, `terraform.${this.stack}.tfstate`);
  }

  private get emptyFile(): string {
    return join(this.folder, "empty");
  }

  private get cliConfig(): string {
    return join(this.folder, "terraform.rc");
  }
}

/** The parts of Terraform's state file that are read here. */
export interface TerraformState {
  readonly outputs: Readonly<Record<string, { readonly value: unknown } | undefined>>;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly instances: readonly { readonly attributes: { readonly arn?: string } }[];
  }[];
}

/** The parts of a synthesized stack that are read here. */
interface SynthesizedStack {
  readonly provider: { readonly aws: readonly { readonly region?: string }[] };
  readonly resource: { readonly aws_secretsmanager_secret?: Readonly<Record<string, { readonly name: string }>> };
}

function readState(path: string): TerraformState | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}
