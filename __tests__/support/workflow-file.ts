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
  readonly "working-directory"?: string;
}

export interface Job {
  readonly name?: string;
  readonly needs?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
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

/** @param path of a workflow, from the project's folder */
export function readWorkflow(path: string): Workflow {
  return parse(textOf(path));
}

/** A workflow that a job of another one calls. */
export function calledBy({ uses = "" }: Job): Workflow {
  return readWorkflow(uses.replace(/^\.\//, ""));
}
