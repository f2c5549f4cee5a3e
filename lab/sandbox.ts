import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type AiKeyNames, namesOf, providerOf } from "../lib/key/names";
import { awsEnvironment, DEFAULT_REGION, DUMMY_CREDENTIALS, plainEnvironment } from "./process/child-environment";
import { type CommandOptions, type CommandResult, CommandRunner } from "./process/command";
import type { Session } from "./process/session";
import { findCdkCli, runCdkCli } from "./terraform/cdk-cli";
import type { Terraform } from "./terraform/find-terraform";
import { printedJson } from "./terraform/printed-json";
import type { ProviderSource } from "./terraform/provider-source";

/** What a copy of the project leaves out: installed and generated files, history, states and local settings. */
const NOT_COPIED = /^(node_modules|cdktf\.out|dist|coverage|\.git|\.terraform|\.env.*|.*\.tfstate.*|.*\.tgz|.*\.log)$/;

export interface SandboxTools {
  readonly terraform: Terraform;
  readonly provider: ProviderSource;
}

/** Values for Terraform's variables, by name: they reach it as TF_VAR_<name>. */
export type Variables = Readonly<Record<string, string>>;

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
  /** Environment variables of every command, besides its own. */
  public settings: NodeJS.ProcessEnv = {};

  private readonly runner: CommandRunner;
  private kept = false;
  private shared = false;

  /**
   * @param root the project's folder, with cdktf.json and node_modules
   * @param stack the stack that the commands are for
   */
  constructor(
    session: Session,
    private readonly tools: SandboxTools,
    root: string,
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
    mkdirSync(this.temp);
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

  /** Synthesizes by the CLI: without a key and without access to any AWS. */
  public async synth(): Promise<void> {
    const cli = findCdkCli(this.project);
    await runCdkCli(cli, this.runner, this.synthCommand(`${cli.name} synth`, cli.path, ["synth"]));
    this.checkStacks();
  }

  /** Takes another main.ts, and synthesizes it by Node alone, as cdktf.json says: without the seconds of the cdktf CLI. */
  public async use(program: string): Promise<void> {
    writeFileSync(join(this.project, "main.ts"), program);
    const { app }: { app: string } = JSON.parse(readFileSync(join(this.project, "cdktf.json"), "utf8"));
    await this.runner.run(this.synthCommand("synth", "sh", ["-c", app]));
    this.checkStacks();
  }

  /** Initializes Terraform, as `apply` and `plan` need it. */
  public async init(): Promise<void> {
    await this.terraform(["init"], {});
  }

  /**
   * Deploys by Terraform alone.
   *
   * @param settings more environment variables, or others
   */
  public apply(variables: Variables, settings: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    const command = this.terraformCommand(["apply", "-auto-approve"], variables, this.stackFolder);
    return this.runner.run({ ...command, env: { ...command.env, ...settings } });
  }

  public deploy(variables: Variables): Promise<CommandResult> {
    return this.runner.run(this.deployCommand(variables));
  }

  /** Has the configuration in a folder take the provider that this machine has, where production requires a newer one. */
  public allowOlderProvider(folder: string): void {
    const { olderVersion } = this.tools.provider;
    if (olderVersion) {
      this.override(
        "zz_provider",
        { terraform: { required_providers: { aws: { source: "hashicorp/aws", version: olderVersion } } } },
        folder,
      );
    }
  }

  /** The text outputs of what was applied in a folder. */
  public async outputsOf(folder: string): Promise<Readonly<Record<string, string | undefined>>> {
    const { output } = await this.terraform(["output", "-json"], {}, folder);
    const outputs: Record<string, { value: string }> = JSON.parse(printedJson(output));
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** A deploy whose failure is a result. */
  public tryDeploy(variables: Variables): Promise<CommandResult> {
    return this.runner.try(this.deployCommand(variables));
  }

  /** What `preventDestroy: false` in main.ts changes, for any main.ts: Terraform's own rule, in an override file. */
  public allowDestroy(): void {
    const protectedSecrets = this.protectedSecrets().map((id) => [id, { lifecycle: { prevent_destroy: false } }]);
    this.override("zz_destroy", { resource: { aws_secretsmanager_secret: Object.fromEntries(protectedSecrets) } });
  }

  /** What `state` in main.ts changes, in an override file. Terraform has to be initialized anew. */
  public shareState({ bucket, kmsKeyArn }: { readonly bucket: string; readonly kmsKeyArn: string }): void {
    const s3 = { bucket, key: this.stateKey(), region: this.region(), encrypt: true, kms_key_id: kmsKeyArn, use_lockfile: true };
    this.override("zz_state", { terraform: { backend: { s3 } } });
    this.shared = true;
  }

  /** The key of the shared state. */
  public stateKey(): string {
    return `${this.stack}/terraform.tfstate`;
  }

  /** The ids of the secrets that Terraform refuses to destroy. */
  public protectedSecrets(): string[] {
    const secrets = Object.entries(this.synthesized().resource.aws_secretsmanager_secret ?? {});
    return secrets.filter(([, { lifecycle }]) => lifecycle?.prevent_destroy).map(([id]) => id);
  }

  public destroy(variables: Variables): Promise<CommandResult> {
    return this.runner.run(this.cdktfCommand("destroy", ["--auto-approve"], variables));
  }

  /** Runs Terraform itself in the stack's folder, or in another one. */
  public terraform(args: readonly string[], variables: Variables, cwd = this.stackFolder): Promise<CommandResult> {
    return this.runner.run(this.terraformCommand(args, variables, cwd));
  }

  /** A Terraform command whose failure is a result. */
  public tryTerraform(
    args: readonly string[],
    variables: Variables,
    cwd = this.stackFolder,
    watch: Pick<CommandOptions, "onOutput" | "signal"> = {},
  ): Promise<CommandResult> {
    return this.runner.try({ ...this.terraformCommand(args, variables, cwd), ...watch });
  }

  /**
   * Runs a shell script in the project's folder, with access to the local AWS.
   *
   * @param settings more environment variables
   */
  public shell(script: string, settings: NodeJS.ProcessEnv): Promise<CommandResult> {
    return this.runner.run({
      name: "sh",
      file: "sh",
      args: ["-euc", script],
      cwd: this.project,
      env: { ...this.environment({}), ...settings },
    });
  }

  /** The state, wherever it is; undefined before the first deploy. */
  public async currentState(): Promise<TerraformState | undefined> {
    return this.shared ? JSON.parse(printedJson((await this.terraform(["state", "pull"], {})).output)) : this.state();
  }

  /** The state, as the backend of a stack without remote state keeps it; undefined before the first deploy. */
  public state(): TerraformState | undefined {
    const path = join(this.project, `terraform.${this.stack}.tfstate`);
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  }

  /** What the keys of the synthesized stack are called. */
  public keyNames(): AiKeyNames[] {
    const { variable, output } = this.synthesized();
    const apiKeys = Object.keys(variable).filter((name) => variable[name]?.ephemeral);
    return apiKeys.map((name) => namesOf("", providerOf(name))).filter(({ outputs }) => output[outputs.arn]);
  }

  /** The names of the secrets in the synthesized stack. */
  public secretNames(): string[] {
    return Object.values(this.synthesized().resource.aws_secretsmanager_secret ?? {}).map(({ name }) => name);
  }

  /** The roles that the synthesized stack names without making them. */
  public namedRoles(): string[] {
    return literals(Object.values(this.synthesized().resource.aws_iam_role_policy_attachment ?? {}).map(({ role }) => role));
  }

  /** The users that the synthesized stack names without making them. */
  public namedUsers(): string[] {
    return literals(Object.values(this.synthesized().resource.aws_iam_user_policy_attachment ?? {}).map(({ user }) => user));
  }

  /** What the synthesized stack takes over or looks up, besides roles and users. */
  public neededFromAccount(): string[] {
    const { import: adopted = [], terraform, resource } = this.synthesized();
    const functions = Object.values(resource.aws_secretsmanager_secret_rotation ?? {}).map(({ rotation_lambda_arn: arn }) => arn);
    const secrets = Object.values(resource.aws_secretsmanager_secret ?? {});
    const keys = secrets.flatMap(({ kms_key_id, replica = [] }) => [kms_key_id ?? "", ...replica.map((copy) => copy.kms_key_id ?? "")]);

    return [
      ...adopted.map(({ id }) => `the secret ${id} (adoptSecretArn)`),
      ...functions.map((arn) => `the function ${arn} (rotation)`),
      ...keys.filter((arn) => arn.startsWith("arn:")).map((arn) => `the key ${arn} (encryptionKey)`),
      ...(terraform.backend?.s3 ? [`the bucket ${terraform.backend.s3.bucket} (state)`] : []),
    ];
  }

  /** What the names of the policies in the synthesized stack begin with. */
  public policyPrefixes(): string[] {
    return Object.values(this.synthesized().resource.aws_iam_policy ?? {}).map(({ name_prefix }) => name_prefix);
  }

  /** The environment that the resources of the synthesized stack are tagged with. */
  public environmentTag(): string {
    return this.synthesized().provider.aws[0]?.default_tags?.[0]?.tags.Environment ?? "";
  }

  /** The region of the synthesized stack's provider. */
  public region(): string {
    return this.synthesized().provider.aws[0]?.region ?? DEFAULT_REGION;
  }

  /** The version of the AWS provider that Terraform chose; known after the first deploy. */
  public async providerVersion(): Promise<string> {
    const { output } = await this.terraform(["version", "-json"], {});
    const { provider_selections: chosen }: { provider_selections: Record<string, string> } = JSON.parse(printedJson(output));
    return chosen[`${this.tools.terraform.registry}/hashicorp/aws`] ?? "unknown";
  }

  /** What a shell needs to look at the local AWS with the `aws` command. */
  public awsExports(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
      AWS_DEFAULT_REGION: this.region(), // the AWS CLI 1 knows no other
    };
  }

  /** The environment of a command that may reach the local AWS. */
  public environment(variables: Variables): NodeJS.ProcessEnv {
    return {
      ...plainEnvironment(),
      TMPDIR: this.temp,
      ...awsEnvironment({ endpoint: this.endpoint, emptyFile: this.emptyFile }),
      ...this.terraformSettings(),
      ...this.settings,
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
    };
  }

  private synthCommand(name: string, file: string, args: string[]): CommandOptions {
    return { name, file, args, cwd: this.project, env: { ...plainEnvironment(), TMPDIR: this.temp } };
  }

  private checkStacks(): void {
    const stacks = readdirSync(join(this.stackFolder, ".."));
    if (!stacks.includes(this.stack)) {
      throw new Error(
        `main.ts must have a stack with the id "${this.stack}", which the documented commands name; it has ${stacks.join(", ")}`,
      );
    }

    for (const stack of stacks) {
      const folder = join(this.stackFolder, "..", stack);
      this.allowOlderProvider(folder);
      this.avoidS3Control(folder);
    }
  }

  /**
   * Has a provider that manages buckets not ask for the account. From 6.23 on it takes their tags from S3 Control, at a host that begins
   * with the account (`123456789012.127.0.0.1`), and from 6.27 on without an account from S3. It gets the account by either of two
   * requests, and both have to be skipped. Nothing else in a `BootstrapStack` is made of the account that the provider knows.
   */
  private avoidS3Control(folder: string): void {
    const { resource, provider }: Partial<SynthesizedStack> = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
    if (resource?.aws_s3_bucket) {
      const unknown = { skip_requesting_account_id: true, skip_credentials_validation: true };
      const aws = provider?.aws.map(({ alias }) => ({ ...(alias ? { alias } : {}), ...unknown }));
      this.override("zz_account", { provider: { aws } }, folder);
    }
  }

  /** Replaces single arguments of a synthesized stack: https://developer.hashicorp.com/terraform/language/files/override */
  private override(name: string, config: object, folder = this.stackFolder): void {
    writeFileSync(join(folder, `${name}_override.tf.json`), JSON.stringify(config));
  }

  private deployCommand(variables: Variables): CommandOptions {
    return this.cdktfCommand("deploy", ["--auto-approve"], variables);
  }

  /** A cdktf command as a user types it. It synthesizes again, now with the key in the environment, as in a real deploy. */
  private cdktfCommand(command: string, options: readonly string[], variables: Variables): CommandOptions {
    const { name, path } = findCdkCli(this.project);
    const args = [command, this.stack, ...options];
    return { name: `${name} ${command}`, file: path, args, cwd: this.project, env: this.environment(variables) };
  }

  private terraformCommand(args: readonly string[], variables: Variables, cwd: string): CommandOptions {
    const { path, product } = this.tools.terraform;
    return { name: `${product.toLowerCase()} ${args[0]}`, file: path, args, cwd, env: this.environment(variables) };
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
      ...(this.sharesState() ? { TF_CLI_ARGS_init: "-backend-config=use_path_style=true" } : {}), // a loopback address has no names of buckets
      CDKTF_SKIP_PROVIDER_LOCK: "true", // the checksums of other platforms' providers come from the registry alone
      CDKTF_LOG_LEVEL: "debug",
      CDKTF_LOG_FILE_DIRECTORY: this.logs,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1",
      GOGC: "400", // a fifth less of processor time, for 40 MB: https://pkg.go.dev/runtime#hdr-Environment_Variables
      ...(config ? { TF_CLI_CONFIG_FILE: config } : {}),
      ...(cliConfig ? { CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" } : {}),
    };
  }

  private sharesState(): boolean {
    return this.shared || (existsSync(this.stackFolder) && this.synthesized().terraform.backend?.s3 !== undefined);
  }

  private synthesized(): SynthesizedStack {
    return JSON.parse(readFileSync(join(this.stackFolder, "cdk.tf.json"), "utf8"));
  }

  /** For the children's own temporary files, such as the providers' sockets. */
  private get temp(): string {
    return join(this.folder, "tmp");
  }

  private get emptyFile(): string {
    return join(this.folder, "empty");
  }

  private get cliConfig(): string {
    return join(this.folder, "terraform.rc");
  }
}

/** Each name once, without references to resources. */
function literals(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => !name.includes("${"));
}

/** The parts of Terraform's state file that are read here. */
export interface TerraformState {
  readonly outputs: Readonly<Record<string, { readonly value: unknown } | undefined>>;
  readonly resources: readonly { readonly mode: string }[];
}

interface AwsProvider {
  readonly region?: string;
  readonly alias?: string;
  readonly default_tags?: readonly { readonly tags: Readonly<Record<string, string>> }[];
}

/** The parts of a synthesized stack that are read here. */
interface SynthesizedStack {
  readonly variable: Readonly<Record<string, { readonly ephemeral?: boolean }>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly terraform: { readonly backend?: { readonly s3?: { readonly bucket: string } } };
  readonly import?: readonly { readonly id: string }[];
  readonly provider: { readonly aws: readonly AwsProvider[] };
  readonly resource: {
    readonly aws_s3_bucket?: object;
    readonly aws_secretsmanager_secret?: Readonly<
      Record<
        string,
        {
          readonly name: string;
          readonly lifecycle?: { readonly prevent_destroy?: boolean };
          readonly kms_key_id?: string;
          readonly replica?: readonly { readonly kms_key_id?: string }[];
        }
      >
    >;
    readonly aws_secretsmanager_secret_rotation?: Readonly<Record<string, { readonly rotation_lambda_arn: string }>>;
    readonly aws_iam_policy?: Readonly<Record<string, { readonly name_prefix: string }>>;
    readonly aws_iam_role_policy_attachment?: Readonly<Record<string, { readonly role: string }>>;
    readonly aws_iam_user_policy_attachment?: Readonly<Record<string, { readonly user: string }>>;
  };
}
