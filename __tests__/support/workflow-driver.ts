import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandOptions, CommandRunner } from "../../lab/process/command";
import type { Session } from "../../lab/process/session";
import { calledBy, type Job, type Step, type Workflow } from "./workflow-file";

/** What expressions give, by name. A secret or a variable that does not exist is an empty text, as in GitHub. */
export type Context = Readonly<Record<string, string>>;

export interface JobResult {
  readonly exitCode: number;
  /** All that the job's steps have printed. */
  readonly output: string;
  /** The steps that were not run: what they would bring is here already. */
  readonly skipped: readonly string[];
  /** What the job has kept beside the code. */
  readonly temp: string;
}

/** The machine that a job runs on. */
export interface Machine {
  /** The code, checked out. */
  readonly workspace: string;
  /** An existing folder for all that is not code. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The files by which steps speak with the runner: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
const FILES = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"];

/** What this machine has already: programs, the code, its packages, which the tests' own `npm ci` has installed, and that they are checked. */
const HERE =
  /^(actions\/checkout|actions\/setup-node|hashicorp\/setup-terraform|opentofu\/setup-opentofu)@|^npm ci --ignore-scripts|^npm run check$/;

/** Hands files from job to job: https://docs.github.com/en/actions/tutorials/store-and-share-data */
const ARTIFACT = /^actions\/(upload|download)-artifact@/;

/** What lets a job ask for a token: https://docs.github.com/en/actions/reference/security/oidc */
const TOKEN_REQUEST = /^ACTIONS_ID_TOKEN_REQUEST_/;

/** Runs the `run` steps of a job in order, as GitHub's runner does. */
export class WorkflowDriver {
  /** The folders of the artifacts, by name. */
  public readonly artifacts = new Map<string, string>();

  private readonly masks = new Set<string>();

  /** @param environments what only the jobs of an environment get, by its name */
  constructor(
    private readonly session: Session,
    private readonly workflow: Workflow,
    private readonly environments: Readonly<Record<string, Context>> = {},
  ) {}

  /**
   * @param stack the row of the matrix, for a job that has one
   * @throws Error for what this driver does not know: an action, a condition, a shell, an expression that the context lacks
   */
  public async run(name: string, context: Context, machine: Machine, stack?: string): Promise<JobResult> {
    const job = this.workflow.jobs[name];
    if (!job) {
      throw new Error(`The workflow must have the job ${name}`);
    }
    return job.uses
      ? this.call(job, context, machine)
      : this.runSteps(name, this.workflow, job, { ...context, ...row(job, stack, context) }, machine);
  }

  /** Runs the job of another workflow. https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations */
  private call(job: Job, context: Context, machine: Machine): Promise<JobResult> {
    const called = calledBy(job);
    const [[name, inner] = ["", {}], ...others] = Object.entries(called.jobs);
    const { inputs, secrets } = called.on.workflow_call ?? { inputs: {}, secrets: {} };
    if (others.length > 0 || String(Object.keys(job.with ?? {})) !== String(Object.keys(inputs))) {
      throw new Error("A called workflow must have one job, and get the inputs that it asks for");
    }

    const known = Object.entries(context).filter(([key]) => !key.startsWith("secrets."));
    const given = Object.entries(job.with ?? {}).map(([key, value]) => [`inputs.${key}`, resolve(value, context)]);
    // The caller has no environment, so a secret of one is empty here.
    const handedOn = Object.keys(job.secrets ?? {}).filter((key) => key in secrets);
    const names = handedOn.map((key) => [`secrets.${key}`, context[`secrets.${key}`] ?? ""]);
    return this.runSteps(name, called, inner, Object.fromEntries([...known, ...given, ...names]), machine);
  }

  private async runSteps(name: string, workflow: Workflow, job: Job, context: Context, machine: Machine): Promise<JobResult> {
    if (workflow.defaults.run.shell !== "bash") {
      throw new Error("The workflow must be for bash");
    }
    const { workspace, folder } = machine;
    const mayAsk = job.permissions?.["id-token"] === "write";
    const env = Object.fromEntries(Object.entries(machine.env).filter(([name]) => mayAsk || !TOKEN_REQUEST.test(name)));
    const values = { ...context, ...this.ofEnvironment(job, context, workflow !== this.workflow) };
    const temp = mkdtempSync(join(folder, `${name}-`));
    for (const file of FILES) {
      writeFileSync(join(temp, file), "");
    }
    const files = Object.fromEntries(FILES.map((file) => [file, join(temp, file)]));
    const runner = new CommandRunner(this.session, temp);
    const skipped: string[] = [];
    let output = "";

    for (const [index, step] of (job.steps ?? []).entries()) {
      const what = step.uses ?? step.run ?? "";
      if (HERE.test(what)) {
        skipped.push(what.replace(/@.*/, ""));
        continue;
      }
      const [, direction] = what.match(ARTIFACT) ?? [];
      if (direction) {
        this.hand(direction, step, machine);
        continue;
      }
      const script = join(temp, `${index}.sh`);
      writeFileSync(script, scriptOf(step));
      const result = await runner.try({
        ...bash(step.name ?? what, script),
        cwd: join(workspace, step["working-directory"] ?? ""),
        env: {
          ...env,
          ...files,
          RUNNER_TEMP: temp,
          ...resolveAll({ ...workflow.env, ...job.env }, values),
          ...exported(join(temp, "GITHUB_ENV")),
          ...resolveAll(step.env ?? {}, values),
        },
      });
      output += this.masked(result.output);
      if (result.exitCode !== 0) {
        return { exitCode: result.exitCode, output, skipped, temp };
      }
    }
    return { exitCode: 0, output, skipped, temp };
  }

  /** Stores a folder as an artifact, or gets it from there. */
  private hand(direction: string, { with: { name, path } = {} }: Step, { workspace, folder }: Machine): void {
    if (typeof name !== "string" || typeof path !== "string") {
      throw new Error("An artifact must have a name and a path");
    }
    const place = join(workspace, path);
    if (direction === "upload") {
      const stored = mkdtempSync(join(folder, "artifact-"));
      cpSync(place, stored, { recursive: true, filter: (file) => !/\/(\.terraform|zz_\w+\.tf\.json)$/.test(file) }); // a runner has no overrides
      this.artifacts.set(name, stored);
      return;
    }
    const stored = this.artifacts.get(name);
    if (stored === undefined) {
      throw new Error(`There is no artifact ${name}: the job that makes it has not run`);
    }
    cpSync(stored, place, { recursive: true });
  }

  /** As the log of a job has it: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log */
  private masked(output: string): string {
    for (const [, value = ""] of output.matchAll(/^::add-mask::(.+)$/gm)) {
      this.masks.add(value);
    }
    return [...this.masks].reduce((text, value) => text.replaceAll(value, "***"), output);
  }

  /** Its variables, and its secrets: of those a called job gets none whose name the caller has not handed on. */
  private ofEnvironment({ environment }: Job, context: Context, called: boolean): Context {
    const name = environment === undefined ? undefined : resolve(environment, context);
    const values = name === undefined ? {} : this.environments[name];
    if (!values) {
      throw new Error(`There must be an environment ${name}: GitHub would make one, without reviewers`);
    }
    return Object.fromEntries(Object.entries(values).filter(([key]) => !called || !key.startsWith("secrets.") || key in context));
  }
}

/** What the matrix says of a stack. */
function row({ strategy }: Job, stack: string | undefined, context: Context): Context {
  if (!strategy) {
    return {};
  }
  const found = strategy.matrix.include.find((row) => row.stack === stack);
  if (!found) {
    throw new Error(`The job has no row for the stack ${stack}`);
  }
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [`matrix.${key}`, resolve(value, context)]));
}

function scriptOf({ run, if: condition, uses }: Step): string {
  if (run === undefined || condition !== undefined) {
    throw new Error(`A step must be a script without a condition to be run here; got ${uses ?? condition}`);
  }
  return run;
}

/** GitHub's command for `shell: bash`: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
function bash(name: string, script: string): Pick<CommandOptions, "name" | "file" | "args"> {
  return { name, file: "bash", args: ["--noprofile", "--norc", "-eo", "pipefail", script] };
}

function resolveAll(values: Readonly<Record<string, string>>, context: Context): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolve(value, context)]));
}

/** @throws Error for an expression that is not in the context */
function resolve(text: string, context: Context): string {
  return text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const values = expression.split(" || ").map((part) => part.match(/^'(.*)'$/)?.[1] ?? lookUp(part, context));
    return values.find(Boolean) ?? "";
  });
}

function lookUp(name: string, context: Context): string {
  const value = context[name];
  if (value === undefined) {
    throw new Error(`The job may not use ${name}: its context has ${Object.keys(context).join(", ")}`);
  }
  return value;
}

/** What earlier steps have exported: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-environment-variable */
function exported(path: string): Record<string, string> {
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
