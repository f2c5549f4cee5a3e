import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

type Values = Readonly<Record<string, string>>;

export interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Values;
  readonly shell?: string;
  readonly "working-directory"?: string;
}

export interface Job {
  readonly name?: string;
  readonly needs?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean; readonly queue?: string };
  readonly permissions?: Values;
  readonly strategy?: { readonly "fail-fast"?: boolean; readonly matrix: { readonly include: readonly Values[] } };
  readonly env?: Values;
  readonly steps?: readonly Step[];
  /** Another workflow that it calls, in place of steps. */
  readonly uses?: string;
  readonly with?: Values;
  readonly secrets?: Values;
}

/** The parts of a workflow that are read here: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>> & {
    readonly workflow_call?: { readonly inputs: Readonly<Record<string, object>>; readonly secrets: Readonly<Record<string, unknown>> };
  };
  readonly permissions: Values;
  readonly defaults: { readonly run: { readonly shell: string } };
  readonly env?: Values;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function textOf(path: string): string {
  return readFileSync(join(__dirname, "../..", path), "utf8");
}

/**
 * With the steps of the repository's own actions where these are used.
 *
 * @param path of a workflow, from the project's folder
 */
export function readWorkflow(path: string): Workflow {
  const workflow: Workflow = parse(textOf(path));
  const jobs = Object.entries(workflow.jobs).map(([name, job]) => [name, job.steps ? { ...job, steps: job.steps.flatMap(ownSteps) } : job]);
  return { ...workflow, jobs: Object.fromEntries(jobs) };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#runs-for-composite-actions */
function ownSteps(step: Step): readonly Step[] {
  if (!step.uses?.startsWith("./")) {
    return [step];
  }
  const { runs }: { runs: { using: string; steps: readonly Step[] } } = parse(textOf(`${step.uses}/action.yml`));
  if (runs.using !== "composite" || runs.steps.some(({ run, shell }) => run !== undefined && shell !== "bash")) {
    throw new Error(`${step.uses} must be a composite action whose scripts are for bash`);
  }
  return runs.steps;
}

/** A workflow that a job of another one calls. */
export function calledBy({ uses = "" }: Job): Workflow {
  return readWorkflow(uses.replace(/^\.\//, ""));
}
