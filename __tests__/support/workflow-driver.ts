import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandOptions, CommandRunner } from "../../lab/process/command";
import type { Session } from "../../lab/process/session";
import type { Step, Workflow } from "./workflow-file";

/** What expressions give, by name. A secret or a variable that does not exist is an empty text, as in GitHub. */
export type Context = Readonly<Record<string, string>>;

export interface JobResult {
  readonly exitCode: number;
  /** All that the job's steps have printed. */
  readonly output: string;
  /** The steps that were not run: what they would bring is here already. */
  readonly skipped: readonly string[];
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

/** What this machine has already: programs, the code, and its packages, which the tests' own `npm ci` has installed. */
const HERE = /^(actions\/checkout|actions\/setup-node|hashicorp\/setup-terraform|opentofu\/setup-opentofu)@|^npm ci$/;

/** Runs the `run` steps of a job in order, as GitHub's runner does. */
export class WorkflowDriver {
  private jobs = 0;

  constructor(
    private readonly session: Session,
    private readonly workflow: Workflow,
  ) {}

  /** @throws Error for what this driver does not know: an action, a condition, a shell, an expression that the context lacks */
  public async run(name: string, context: Context, { workspace, folder, env }: Machine): Promise<JobResult> {
    const job = this.workflow.jobs[name];
    if (!job || this.workflow.defaults.run.shell !== "bash") {
      throw new Error(`The workflow must have the job ${name}, for bash`);
    }
    this.jobs++;
    const temp = join(folder, `${this.jobs}-${name}`);
    mkdirSync(temp);
    for (const file of FILES) {
      writeFileSync(join(temp, file), "");
    }
    const files = Object.fromEntries(FILES.map((file) => [file, join(temp, file)]));
    const runner = new CommandRunner(this.session, temp);
    const skipped: string[] = [];
    let output = "";

    for (const [index, step] of job.steps.entries()) {
      const what = step.uses ?? step.run ?? "";
      if (HERE.test(what)) {
        skipped.push(what.replace(/@.*/, ""));
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
          ...resolveAll({ ...this.workflow.env, ...job.env }, context),
          ...exported(join(temp, "GITHUB_ENV")),
          ...resolveAll(step.env ?? {}, context),
        },
      });
      output += result.output;
      if (result.exitCode !== 0) {
        return { exitCode: result.exitCode, output, skipped };
      }
    }
    return { exitCode: 0, output, skipped };
  }
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
