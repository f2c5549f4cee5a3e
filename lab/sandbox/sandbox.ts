import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsEnvironment, DEFAULT_REGION, plainEnvironment } from "../process/child-environment";
import { type CommandOptions, type CommandResult, CommandRunner } from "../process/command";
import type { Session } from "../process/session";
import { findCdkCli, runCdkCli } from "../terraform/cdk-cli";
import type { Terraform } from "../terraform/find-terraform";
import { printedJson } from "../terraform/printed-json";
import type { ProviderSource } from "../terraform/provider-source";
import { parseState, type TerraformState } from "../terraform/state";
import { appOf, configFileIn, readStack, type SynthesizedStack, stackFolderIn, stacksIn } from "../terraform/synthesized-stack";
import { Overrides } from "./overrides";
import { ProjectCopy } from "./project-copy";
import { terraformSettings } from "./terraform-settings";

export interface SandboxTools {
  readonly terraform: Terraform;
  readonly provider: ProviderSource;
}

/** Values for Terraform's variables, by name: they reach it as TF_VAR_<name>. */
export type Variables = Readonly<Record<string, string>>;

/**
 * A copy of the project, where cdktf and Terraform run with the production configuration against a local AWS. It goes with the session,
 * unless it is kept.
 */
export class Sandbox {
  /** All that the commands leave, which only this user can read. */
  public readonly folder: string;
  public readonly project: string;
  public readonly logs: string;
  /** What the synthesized stacks do otherwise here. */
  public readonly overrides: Overrides;
  /** The local AWS, on a loopback address; set once it runs. */
  public endpoint = "";
  /** Environment variables of every command, besides its own. */
  public settings: NodeJS.ProcessEnv = {};

  private readonly copy: ProjectCopy;
  private readonly runner: CommandRunner;
  /** A Terraform CLI configuration of the sandbox's own; undefined: the user's. */
  private readonly cliConfig: string | undefined;

  /**
   * @param root the project's folder, with cdktf.json and node_modules
   * @param chosen the stack that the commands are for; without it, the first one, by its id, that has a key
   */
  constructor(
    session: Session,
    private readonly tools: SandboxTools,
    root: string,
    private chosen?: string,
  ) {
    this.copy = new ProjectCopy(session, root);
    this.folder = this.copy.folder;
    this.project = this.copy.project;
    this.logs = this.copy.logs;
    this.overrides = new Overrides(tools.provider.olderVersion);
    this.runner = new CommandRunner(session, this.logs);
    if (tools.provider.cliConfig) {
      this.cliConfig = join(this.folder, "terraform.rc");
      writeFileSync(this.cliConfig, tools.provider.cliConfig);
    }
  }

  /** The id of the stack that the commands are for. */
  public get stack(): string {
    if (this.chosen === undefined) {
      throw new Error("The stack is chosen when the program is synthesized");
    }
    return this.chosen;
  }

  /** Where cdktf puts the stack and Terraform runs. */
  public get stackFolder(): string {
    return this.folderOf(this.stack);
  }

  /** Where it puts another stack of the program. */
  public folderOf(stack: string): string {
    return stackFolderIn(this.copy.output, stack);
  }

  /** The state of a stack without remote state. */
  public get stateFile(): string {
    return join(this.project, `terraform.${this.stack}.tfstate`);
  }

  /** Has the state in a file, where main.ts has it in the user's bucket. */
  public keepState(): void {
    if (this.synthesized().stateBucket()) {
      this.overrides.keepState(this.stackFolder, this.stateFile);
      this.overrides.stateIn = "file";
    }
  }

  /** Leaves the folder where it is after the session. */
  public keep(): void {
    this.copy.keep();
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
    await this.runner.run(this.synthCommand("synth", "sh", ["-c", appOf(this.project)], { CDKTF_OUTDIR: this.copy.output }));
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
    return this.runner.run(this.cdktfCommand("deploy", variables));
  }

  public destroy(variables: Variables): Promise<CommandResult> {
    return this.runner.run(this.cdktfCommand("destroy", variables));
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
    const env = { ...this.environment({}), ...settings };
    return this.runner.run({ name: "sh", file: "sh", args: ["-euc", script], cwd: this.project, env });
  }

  /** The stack as it is now: each deploy by cdktf synthesizes it again. */
  public synthesized(): SynthesizedStack {
    return readStack(this.copy.output, this.stack);
  }

  /** All stacks of the program. */
  public stacks(): SynthesizedStack[] {
    return stacksIn(this.copy.output);
  }

  /** The state, wherever it is; undefined before the first deploy. */
  public async currentState(): Promise<TerraformState | undefined> {
    return this.overrides.stateIn === "bucket" ? this.pulledState() : this.state();
  }

  /** The state as Terraform prints it, of the stack or of another one; undefined before the first deploy. */
  public async pulledState(cwd = this.stackFolder): Promise<TerraformState | undefined> {
    return parseState(printedJson((await this.terraform(["state", "pull"], {}, cwd)).output));
  }

  /** The state, as the backend of a stack without remote state keeps it; undefined before the first deploy. */
  public state(): TerraformState | undefined {
    return existsSync(this.stateFile) ? parseState(readFileSync(this.stateFile, "utf8")) : undefined;
  }

  /** The region that the stack is deployed to. */
  public region(): string {
    return this.synthesized().region() ?? DEFAULT_REGION;
  }

  /** The version of the AWS provider that Terraform chose; known after the first deploy. */
  public async providerVersion(): Promise<string> {
    const { output } = await this.terraform(["version", "-json"], {});
    const { provider_selections: chosen }: { provider_selections: Record<string, string> } = JSON.parse(printedJson(output));
    return chosen[`${this.tools.terraform.registry}/hashicorp/aws`] ?? "unknown";
  }

  /** The environment of a command that may reach the local AWS. */
  public environment(variables: Variables): NodeJS.ProcessEnv {
    return {
      ...plainEnvironment(),
      TMPDIR: this.copy.temp,
      ...awsEnvironment({ endpoint: this.endpoint, emptyFile: this.copy.emptyFile }),
      ...terraformSettings({ logs: this.logs, cliConfig: this.cliConfig, inBucket: this.isInBucket() }),
      ...this.settings,
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
    };
  }

  private synthCommand(name: string, file: string, args: string[], settings: NodeJS.ProcessEnv = {}): CommandOptions {
    return { name, file, args, cwd: this.project, env: { ...plainEnvironment(), TMPDIR: this.copy.temp, ...settings } };
  }

  /** @throws Error when the program lacks the stack that the commands are for */
  private checkStacks(): void {
    const stacks = this.stacks();
    const found =
      this.chosen === undefined
        ? (stacks.find((stack) => stack.keyNames().length > 0) ?? stacks.find((stack) => stack.isAtGoogle()))
        : stacks.find(({ name }) => name === this.chosen);
    if (!found) {
      const missing = this.chosen === undefined ? "stack with a key, such as an AiKeyStack" : `stack "${this.chosen}"`;
      throw new Error(`main.ts has no ${missing}; it has ${stacks.map(({ name }) => name).join(", ") || "none"}`);
    }

    this.chosen = found.name;
    for (const stack of stacks) {
      this.overrides.allowOlderProvider(this.folderOf(stack.name));
      this.overrides.avoidS3Control(this.folderOf(stack.name), stack);
    }
  }

  /** A cdktf command as a user types it. It synthesizes again, now with the key in the environment, as in a real deploy. */
  private cdktfCommand(command: string, variables: Variables): CommandOptions {
    const { name, path } = findCdkCli(this.project);
    const args = [command, this.stack, "--auto-approve"];
    return { name: `${name} ${command}`, file: path, args, cwd: this.project, env: this.environment(variables) };
  }

  private terraformCommand(args: readonly string[], variables: Variables, cwd: string): CommandOptions {
    const { path, product } = this.tools.terraform;
    return { name: `${product.toLowerCase()} ${args[0]}`, file: path, args, cwd, env: this.environment(variables) };
  }

  private isInBucket(): boolean {
    const isSynthesized = existsSync(configFileIn(this.copy.output, this.stack));
    return this.overrides.stateIn ? this.overrides.stateIn === "bucket" : isSynthesized && this.synthesized().stateBucket() !== undefined;
  }
}
