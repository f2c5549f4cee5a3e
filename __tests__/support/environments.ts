import { parse } from "yaml";
import { block } from "./documents";
import { type Pipeline, readPipeline } from "./gitlab-driver";
import { type Job, readWorkflow, textOf, type Workflow } from "./workflow-file";

const PAGE = "docs/environments.md";

/** The main.ts of the page, with two environments in two accounts. */
export const PROGRAM_OF_TWO = block(PAGE, "ts", "export const app");

/** deploy.yml with two environments, as the page says. */
export function workflowOfTwo(): Workflow {
  const workflow = readWorkflow(".github/workflows/deploy.yml");
  const rows = parse(block(PAGE, "yaml", "include:"));
  const calls: Record<string, Job> = parse(block(PAGE, "yaml", "deploy-environment.yml"));
  const jobs = Object.entries(workflow.jobs)
    .filter(([, { uses }]) => uses === undefined)
    .map(([name, job]) => [name, job.strategy ? { ...job, strategy: { ...job.strategy, matrix: rows } } : job]);
  return { ...workflow, jobs: { ...Object.fromEntries(jobs), ...calls } };
}

/** GitLab's file with two environments, as the page says. */
export function pipelineOfTwo(): Pipeline {
  const { jobs, ...pipeline } = readPipeline(textOf("docs/gitlab-ci.yml"));
  const bases = Object.entries(jobs).filter(([name]) => name.startsWith(".") || name === "build");
  return { ...pipeline, jobs: { ...Object.fromEntries(bases), ...parse(block(PAGE, "yaml", "extends:")) } };
}

/** The workflow for one environment without the cdktf CLI, as docs/ci-without-the-cdktf-cli.md says. */
export function workflowWithoutCli(): Workflow {
  const workflow = readWorkflow(".github/workflows/deploy-environment.yml");
  const { deploy } = workflow.jobs;
  const steps = [...(deploy?.steps?.slice(0, -3) ?? []), ...parse(block("docs/ci-without-the-cdktf-cli.md", "yaml", "aws-credentials.sh"))];
  return { ...workflow, jobs: { deploy: { ...deploy, steps } } };
}
