import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CommandRunner } from "../../lab/process/command";
import type { Session } from "../../lab/process/session";
import type { JobResult, Machine } from "./workflow-driver";

type Values = Readonly<Record<string, string>>;

export interface GitLabJob {
  readonly extends?: string;
  readonly needs?: readonly string[];
  readonly rules?: readonly { readonly if: string; readonly when?: string }[];
  readonly environment?: string;
  readonly resource_group?: string;
  readonly variables?: Values;
  readonly id_tokens?: object;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly artifacts?: { readonly paths: readonly string[]; readonly expire_in: string };
}

/** The parts of a pipeline that are read here: https://docs.gitlab.com/ci/yaml/ */
export interface Pipeline {
  readonly common: { readonly image: string };
  readonly variables: Values;
  readonly jobs: Readonly<Record<string, GitLabJob>>;
}

/** All in the file that is no keyword of GitLab's is a job. */
export function readPipeline(text: string): Pipeline {
  const { default: common, variables, ...jobs } = parse(text);
  return { common, variables, jobs };
}

/** A job with what it extends: maps are merged, lists are replaced. https://docs.gitlab.com/ci/yaml/#extends */
export function wholeJob(jobs: Pipeline["jobs"], name: string): GitLabJob {
  const { extends: base, ...own } = jobs[name] ?? {};
  const basis = base === undefined ? {} : wholeJob(jobs, base);
  return { ...basis, ...own, variables: { ...basis.variables, ...own.variables } };
}

/** What this machine has already: Terraform, and the packages, which the tests' own `npm ci` has installed, and that they are checked. */
const HERE = /^(archive=|curl .*releases\.hashicorp\.com|sha256sum |unzip |npm run check$)|\bnpm ci --ignore-scripts\b/;

/** Runs the scripts of a job, as GitLab's runner does: `before_script` and `script` in one shell. */
export class GitLabDriver {
  /** The folder with the artifacts of the jobs so far, which the later ones get. */
  private artifacts: string | undefined;

  /** @param environments CI/CD variables that only the jobs of an environment get, by its name */
  constructor(
    private readonly session: Session,
    private readonly pipeline: Pipeline,
    private readonly environments: Readonly<Record<string, Values>>,
  ) {}

  /** @param settings the project's CI/CD variables, and those that GitLab gives a job */
  public async run(name: string, settings: Values, { workspace, folder, env }: Machine): Promise<JobResult> {
    const { environment, variables = {}, before_script = [], script, artifacts } = wholeJob(this.pipeline.jobs, name);
    const known = environment === undefined ? {} : this.environments[environment];
    if (!script || !known) {
      throw new Error(`The pipeline must have the job ${name}, and the project its environment`);
    }
    const temp = mkdtempSync(join(folder, `${name}-`));

    if (this.artifacts !== undefined) {
      cpSync(this.artifacts, workspace, { recursive: true });
    }
    const lines = [...before_script, ...script];
    const skipped = lines.filter((line) => HERE.test(line));
    const path = join(temp, "script.sh");
    writeFileSync(path, lines.filter((line) => !HERE.test(line)).join("\n"));
    const given = { ...settings, ...known };
    const { exitCode, output } = await new CommandRunner(this.session, temp).try({
      name,
      file: "bash",
      args: ["--noprofile", "--norc", "-eo", "pipefail", path],
      cwd: workspace,
      env: { ...env, TMPDIR: temp, ...given, ...expanded({ ...this.pipeline.variables, ...variables }, given) },
    });
    if (artifacts && exitCode === 0) {
      this.artifacts ??= mkdtempSync(join(folder, "artifacts-"));
      for (const path of artifacts.paths) {
        cpSync(join(workspace, path), join(this.artifacts, path), { recursive: true });
      }
    }
    return { exitCode, output, skipped, temp };
  }
}

/** A variable in a variable, as the runner expands it. https://docs.gitlab.com/ci/variables/where_variables_can_be_used/ */
function expanded(variables: Values, given: Values): Values {
  const expand = (value: string) => value.replaceAll(/\$(\w+)/g, (_, name: string) => given[name] ?? "");
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, expand(value)]));
}
