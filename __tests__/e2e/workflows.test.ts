import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrapped } from "../../lab/expect";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { randomKey } from "../../lab/random-key";
import { AWS_PROVIDER_VERSION } from "../../lib/version-floors";
import { attachProvider } from "../support/attached-provider";
import { block } from "../support/documents";
import { PROGRAM_OF_TWO, pipelineOfTwo, workflowOfTwo, workflowWithoutCli } from "../support/environments";
import { type GitHub, PULL_REQUEST, startGitHub } from "../support/github";
import { GitLabDriver } from "../support/gitlab-driver";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { LoadedPackages } from "../support/loaded-packages";
import { OtherAccount } from "../support/other-account";
import { withPrograms } from "../support/page-commands";
import { PROGRAM, ROOT } from "../support/project";
import { type Context, type JobResult, type Machine, WorkflowDriver } from "../support/workflow-driver";
import { readWorkflow } from "../support/workflow-file";

const KEYS = { staging: randomKey(), production: randomKey(), next: randomKey() };
const SECRETS = { staging: "ai/staging/api-key", production: "ai/production/api-key" };
const STACKS = ["ai-secret", "ai-staging", "ai-production"];
const ACCOUNTS = { staging: "111122223333", production: "444455556666" };

const planRole = (account: string) => `arn:aws:iam::${account}:role/plan`;
const deployRole = (account: string) => `arn:aws:iam::${account}:role/deploy`;

const REPOSITORY = {
  "vars.AWS_REGION": "us-east-1",
  "vars.TERRAFORM_BINARY_NAME": process.env.TERRAFORM_BINARY_NAME ?? "",
  "vars.AWS_STAGING_PLAN_ROLE_ARN": planRole(ACCOUNTS.staging),
  "vars.AWS_PLAN_ROLE_ARN": planRole(ACCOUNTS.production),
  "vars.STATE_BUCKET": "acme-terraform-states",
  "github.run_id": "7",
};

describeWithAws("deploy.yml and GitLab's file with the environments of docs/environments.md, each job by its scripts", () => {
  let lab: Lab;
  let github: GitHub;
  /** Of the file as it is, and of the one with two environments. */
  let shipped: WorkflowDriver;
  let ofTwo: WorkflowDriver;
  let gitLab: GitLabDriver;
  let staging: OtherAccount;
  let production: OtherAccount;
  let leakProof: LeakProof;
  let folder = "";
  let program = PROGRAM_OF_TWO;
  const results: JobResult[] = [];
  /** The packages that the jobs of each name have loaded. */
  const loaded: Record<string, string[]> = {};
  /** A provider in each account. The jobs that deploy by GitHub start their own, which gets its rights by the job's token. */
  const attached: Record<string, NodeJS.ProcessEnv> = {};

  /** What only the jobs of an environment get. */
  const environments = {
    staging: {
      "vars.AWS_DEPLOY_ROLE_ARN": deployRole(ACCOUNTS.staging),
      "vars.STATE_BUCKET": "acme-staging-states",
      "secrets.AI_API_KEY": "",
    },
    production: {
      "vars.AWS_DEPLOY_ROLE_ARN": deployRole(ACCOUNTS.production),
      "vars.STATE_BUCKET": "acme-production-states",
      "secrets.AI_API_KEY": KEYS.production,
    },
  };

  beforeAll(async () => {
    lab = await openLab(undefined, { ownProviders: true });
    folder = join(lab.sandbox.folder, "jobs");
    mkdirSync(folder);
    // As a machine makes it that has a provider of production: for an older one, the cdktf CLI would ask for another.
    const lock = readFileSync(join(lab.sandbox.stackFolder, ".terraform.lock.hcl"), "utf8");
    const committed = lock.replace(/(constraints *= ).*/, `$1${JSON.stringify(AWS_PROVIDER_VERSION)}`);
    writeFileSync(join(lab.sandbox.project, "terraform.lock.hcl"), committed);
    symlinkSync(join(ROOT, "node_modules"), join(lab.sandbox.project, ".ci/cdktf-cli/node_modules"));
    github = await startGitHub();
    shipped = new WorkflowDriver(lab.session, readWorkflow(".github/workflows/deploy.yml"), environments);
    ofTwo = new WorkflowDriver(lab.session, workflowOfTwo(), environments);
    gitLab = new GitLabDriver(lab.session, pipelineOfTwo(), {
      staging: {
        AWS_DEPLOY_ROLE_ARN: deployRole(ACCOUNTS.staging),
        STATE_BUCKET: "acme-staging-states",
        TF_VAR_ai_api_key: KEYS.next,
      },
      production: {
        AWS_DEPLOY_ROLE_ARN: deployRole(ACCOUNTS.production),
        STATE_BUCKET: "acme-production-states",
        TF_VAR_ai_api_key: KEYS.production,
      },
    });
    staging = await OtherAccount.open(lab.sandbox.endpoint, ACCOUNTS.staging, "us-east-1");
    production = await OtherAccount.open(lab.sandbox.endpoint, ACCOUNTS.production, "eu-central-1");
    await staging.makeStateBucket("acme-staging-states", "us-east-1");
    await production.makeStateBucket("acme-production-states", "eu-central-1");
    for (const [name, account] of Object.entries({ staging, production })) {
      lab.sandbox.settings = account.environment;
      attached[name] = await attachProvider(lab.sandbox, lab.session);
    }
    lab.sandbox.settings = {};
    leakProof = new LeakProof({ ...KEYS, bearer: github.bearer, commenter: github.commenter });
  });
  afterAll(async () => {
    leakProof?.stop();
    staging?.close();
    production?.close();
    await github?.close();
    await lab?.close();
  });

  /** A machine with a fresh clone, with no rights in AWS but those that a job's token gets it. */
  function machine(more: NodeJS.ProcessEnv): Machine {
    const { sandbox } = lab;
    renameSync(join(sandbox.project, "cdktf.out"), join(folder, `cdktf.out-${results.length}`)); // kept for the leak proof
    rmSync(join(sandbox.project, "handed-over"), { recursive: true, force: true });
    writeFileSync(join(sandbox.project, "main.ts"), program);
    const { TF_INPUT: _, AWS_ACCESS_KEY_ID: __, AWS_SECRET_ACCESS_KEY: ___, ...env } = sandbox.environment({});
    for (const stack of STACKS) {
      const place = join(sandbox.project, "cdktf.out/stacks", stack);
      mkdirSync(place, { recursive: true });
      sandbox.overrides.allowOlderProvider(place);
    }
    const local = {
      TF_LOG_CORE: "info", // the most talkative that a deploy accepts where it trades a token
      AWS_ENDPOINT_URL_STS: sandbox.endpoint, // where a token is traded for rights: it does not follow AWS_ENDPOINT_URL
      ...(program === PROGRAM ? {} : { TF_CLI_ARGS_init: "-backend-config=use_path_style=true" }), // a loopback address has no names of buckets
    };
    return { workspace: sandbox.project, folder, env: { ...env, ...local, ...more } };
  }

  async function run(
    job: string,
    stack?: string,
    context: Context = {},
    driver = program === PROGRAM ? shipped : ofTwo,
  ): Promise<JobResult> {
    const packages = new LoadedPackages(folder, `${job}-${results.length}`);
    const result = await driver.run(
      job,
      { ...REPOSITORY, ...context },
      machine({ ...github.env, ...packages.env, ...attached[stack?.replace("ai-", "") ?? ""] }),
      stack,
    );
    results.push(result);
    loaded[job] = [...new Set([...(loaded[job] ?? []), ...packages.names()])].sort();
    return result;
  }

  /** Synthesizes for the jobs after it. */
  const build = () => succeed(run("build"));

  const plan = (stack: string) =>
    run("plan", stack, { "github.token": github.commenter, "github.event.pull_request.number": PULL_REQUEST });

  /** A failed job shows why. */
  const succeed = async (job: Promise<JobResult>) => {
    const { exitCode, output } = await job;
    expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
    return output;
  };

  const step = inOrder();

  step("the driver stops at a failing step, lets no job use what is not its own, and the scanner sees what a step prints", async () => {
    const steps = [
      { run: 'echo "$LEAK"', env: { LEAK: "${{ secrets.AI_API_KEY }}" } },
      { run: "false | cat" },
      { run: "echo unreachable" },
    ];
    const planted = new WorkflowDriver(lab.session, { ...workflowOfTwo(), env: {}, jobs: { planted: { steps } } });
    const place = mkdtempSync(join(folder, "planted-"));
    const bare = { workspace: lab.sandbox.project, folder: place, env: { PATH: process.env.PATH } };

    await expect(planted.run("planted", {}, bare)).rejects.toThrow("The job may not use secrets.AI_API_KEY");
    const printed = { exitCode: 1, output: `${KEYS.next}\n` };
    expect(await planted.run("planted", { "secrets.AI_API_KEY": KEYS.next }, bare)).toMatchObject(printed);
    expect(new KeyScanner({ key: KEYS.next }).scanFolder(place)).toEqual([expect.objectContaining({ key: "key" })]);
    rmSync(place, { recursive: true });
  });

  step("the file as it is shipped fails early for a state that the job would lose", async () => {
    program = PROGRAM;
    await build();
    const { exitCode, output, skipped } = await run("production");
    program = PROGRAM_OF_TWO;

    expect(exitCode).not.toBe(0);
    expect(output).toMatch(
      /^The build has handed over .*\n- terraform\.backend must be a state in S3: a local one is lost with this job\..*\n$/,
    );
    expect(skipped).toEqual(["actions/checkout", "actions/setup-node", "hashicorp/setup-terraform", "opentofu/setup-opentofu"]);
  });

  step("staging fails for a secret that its environment does not have, before anything is in AWS", async () => {
    await build();
    const { exitCode, output } = await run("staging");

    expect(exitCode).not.toBe(0);
    expect(unwrapped(output)).toContain("ai_api_key is empty. A CI secret that does not exist arrives as an empty string");
    expect(await staging.secretNames()).toEqual([]);
    environments.staging["secrets.AI_API_KEY"] = KEYS.staging;
  });

  step("a plan of each environment does without its key, and has a comment of its own", async () => {
    await succeed(plan("ai-staging"));
    await succeed(plan("ai-production"));

    expect(github.comments.map(({ body }) => body.split("\n")[1])).toEqual(
      ["ai-staging", "ai-production"].map(
        (stack) => `The plan for \`${stack}\` ([all of it](https://github.com/acme/ai-secret/actions/runs/7)):`,
      ),
    );
    for (const { body } of github.comments) {
      expect(body).toMatch(/# aws_secretsmanager_secret\.\S+ .*will be created\n/);
      expect(body).toContain("\nPlan: 3 to add, 0 to change, 0 to destroy.\n");
    }
    expect([...(await staging.secretNames()), ...(await production.secretNames())]).toEqual([]);
  });

  step("staging and then production store each its own key in its own account", async () => {
    await succeed(run("staging"));
    expect(await staging.secretValue(SECRETS.staging)).toBe(KEYS.staging);
    expect(await production.secretNames()).toEqual([]);

    await succeed(run("production"));
    expect(await production.secretValue(SECRETS.production)).toBe(KEYS.production);
    expect([await staging.secretNames(), await production.secretNames()]).toEqual([[SECRETS.staging], [SECRETS.production]]);
  });

  step("without the cdktf CLI, production finds nothing to do, and loads no package at all", async () => {
    const strict = new WorkflowDriver(lab.session, workflowWithoutCli(), environments);
    strict.artifacts.set("cdktf.out", ofTwo.artifacts.get("cdktf.out") ?? "");
    const inputs = { "inputs.environment": "production", "inputs.stack": "ai-production" };
    const output = await succeed(run("deploy", undefined, inputs, strict));
    expect(output).toContain("from the dependency lock file");
    expect(output).toContain("No changes.");
    expect(loaded.deploy).toEqual([]);
  });

  step("drift fails after a change by hand, in its environment alone", async () => {
    await staging.tag(SECRETS.staging, "Environment", "somebody");
    const { exitCode, output } = await run("drift", "ai-staging");
    expect(exitCode).toBe(2);
    expect(output).toMatch(/"Environment" += "somebody" -> "Staging"/);
    await succeed(run("drift", "ai-production"));
  });

  step("each job has loaded the packages that stand in its list, and no other", () => {
    const { production: deploy, build: all, plan, drift } = loaded;
    expect(all).toContain("typescript");
    expect(plan).toEqual([]);
    for (const [job, names = []] of Object.entries({ deploy, drift })) {
      expect(names).not.toEqual([]);
      expect(readPackages()[job]).toEqual(expect.arrayContaining(names));
    }
  });

  step("a package with bad code in the build gets neither key nor token, and what it writes into the stack is not deployed", async () => {
    const seen = join(folder, "seen");
    const ran = join(folder, "ran");
    program = `import "./planted";\n${PROGRAM_OF_TWO}`;
    writeFileSync(join(lab.sandbox.project, "planted.js"), plantedCode(seen, ran));
    await build();
    const scanner = new KeyScanner({ ...KEYS, bearer: github.bearer, token: github.token });
    expect(readFileSync(seen, "utf8")).toContain("GITHUB_ENV="); // it has looked, at every process that it could
    expect(describeFindings(scanner.scan("what it has seen", readFileSync(seen)))).toEqual([]);

    const asked = github.audiences.length;
    const { exitCode, output } = await run("production");
    expect(exitCode).toBe(1);
    expect(output.split("\n").filter(Boolean)).toEqual([
      'The build has handed over a stack "ai-production" that is not deployed:',
      '- terraform.required_providers must not have "evil"',
      expect.stringMatching(/^- resource\.aws_secretsmanager_secret\.\S+ must not have a provisioner$/),
    ]);
    expect(github.audiences).toHaveLength(asked);
    expect(existsSync(ran)).toBe(false);
    program = PROGRAM_OF_TWO;
  });

  step("a package with an install script does not run it", async () => {
    const place = mkdtempSync(join(folder, "install-"));
    mkdirSync(join(place, "planted"));
    const scripts = { postinstall: "touch ../ran" };
    writeFileSync(join(place, "planted/package.json"), JSON.stringify({ name: "planted", version: "1.0.0", scripts }));
    writeFileSync(join(place, "package.json"), JSON.stringify({ dependencies: { planted: "file:./planted" } }));
    const install = async (command: string) => {
      const shell = new WorkflowDriver(lab.session, {
        ...workflowOfTwo(),
        env: {},
        jobs: { install: { steps: [{ run: `true; ${command}` }] } },
      });
      const { PATH, HOME } = process.env;
      await succeed(shell.run("install", {}, { workspace: place, folder, env: { PATH, HOME } }));
      return existsSync(join(place, "ran"));
    };

    await install("npm install --package-lock-only --ignore-scripts --offline");
    const commands = [...(readWorkflow(".github/workflows/deploy.yml").jobs.build?.steps ?? [])].flatMap(({ run = "" }) =>
      run.startsWith("npm ci") ? [run] : [],
    );
    expect(commands).toEqual(["npm ci --ignore-scripts"]);
    expect(await install(`${commands[0]} --offline`)).toBe(false);
    expect(await install("npm ci --offline")).toBe(true); // the detector
  });

  /** Runs a job of GitLab's file. */
  async function runGitLab(job: string): Promise<JobResult> {
    const settings = {
      AWS_STAGING_PLAN_ROLE_ARN: planRole(ACCOUNTS.staging),
      AWS_PLAN_ROLE_ARN: planRole(ACCOUNTS.production),
      AWS_TOKEN: github.token,
      CI_JOB_ID: "8",
    };
    const result = await gitLab.run(job, settings, machine(attached[job.replace(/.*-/, "")] ?? {}));
    results.push(result);
    return result;
  }

  step("GitLab's jobs go on with the same states: staging stores another key, production finds nothing to do", async () => {
    await succeed(runGitLab("build"));
    const output = await succeed(runGitLab("deploy-staging"));
    expect(output).toMatch(/api_key_version = \d{6,}/); // made of the key

    expect(await staging.secretValue(SECRETS.staging)).toBe(KEYS.next);
    expect(await staging.secretValue(SECRETS.staging, "AWSPREVIOUS")).toBe(KEYS.staging);

    expect(await succeed(runGitLab("deploy-production"))).toContain("No changes.");
    expect(await production.secretValue(SECRETS.production)).toBe(KEYS.production);
  });

  step("GitLab's plan and drift see no change where there is none", async () => {
    expect(await succeed(runGitLab("plan-staging"))).toContain("No changes.");
    await succeed(runGitLab("drift-production"));
  });

  step("the commands by hand deploy the key at hand, without a terminal too", async () => {
    const run = withPrograms(block("docs/environments.md", "sh", "npm run diff"));
    const shell = new WorkflowDriver(lab.session, {
      ...workflowOfTwo(),
      env: { AI_API_KEY: KEYS.staging },
      jobs: { hand: { steps: [{ name: "By hand", run }] } },
    });
    const output = await succeed(shell.run("hand", {}, machine({ ...staging.environment, ...attached.staging })));
    expect(output.match(/cdktf \w+ ai-staging|Apply complete! Resources: .*/g)).toEqual([
      "cdktf diff ai-staging",
      "cdktf deploy ai-staging",
      "Apply complete! Resources: 1 added, 0 changed, 1 destroyed.",
    ]);
    expect(await staging.secretValue(SECRETS.staging)).toBe(KEYS.staging);
    expect(output).toMatch(/^ai-staging: ai\/staging\/api-key\n(?:(?:yes|-) .*\n)+/m); // verify, of this environment alone
    expect(output).not.toContain("Left out");
  });

  step("no job prints or logs GitHub's token, nor the credentials that it was traded for", () => {
    const files = results.map(({ temp }) => join(temp, "GITHUB_ENV")).filter((path) => existsSync(path));
    const traded = files.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)=(.+)$/gm)]);
    const secrets = traded.map(([, secret = ""], index) => [`secret ${index}`, secret]);
    expect(secrets).not.toEqual([]);

    const scanner = new KeyScanner({ token: github.token, ...Object.fromEntries(secrets) });
    expect(scanner.scan("a planted token", Buffer.from(github.token))).not.toEqual([]);
    expect(describeFindings(results.flatMap(({ output }) => scanner.scan("an output", Buffer.from(output))))).toEqual([]);
    expect(results.filter(({ output }) => output.includes("::add-mask::***"))).not.toEqual([]); // nor would GitHub's log
    expect(describeFindings(scanner.scanFolder(lab.sandbox.logs))).toEqual([]);
  });

  step("tokens are for AWS, or for the audience that the workflow names, such as China's", async () => {
    expect(new Set(github.audiences)).toEqual(new Set(["sts.amazonaws.com"]));

    const china = new WorkflowDriver(lab.session, {
      ...workflowOfTwo(),
      env: { AWS_TOKEN_AUDIENCE: "sts.amazonaws.com.cn" },
      jobs: { china: { permissions: { "id-token": "write" }, steps: [{ run: ".ci/aws-credentials.sh" }] } },
    });
    const aws = { AWS_ROLE_ARN: deployRole(ACCOUNTS.staging), AWS_REGION: "cn-north-1", AWS_ROLE_SESSION_NAME: "china" };
    const env = { PATH: process.env.PATH, AWS_ENDPOINT_URL_STS: lab.sandbox.endpoint, ...aws, ...github.env };
    const machine = { workspace: ROOT, folder: mkdtempSync(join(folder, "china-")), env };
    expect(await china.run("china", {}, machine)).toMatchObject({ exitCode: 0 });
    expect(github.audiences.at(-1)).toBe("sts.amazonaws.com.cn");
  });

  step("no key is in anything that the jobs print, comment, hand on or leave behind, and in no argument", () => {
    writeFileSync(join(folder, "comments.json"), JSON.stringify(github.comments));
    const { findings } = leakProof.check(lab.sandbox.folder);
    expect(describeFindings(findings)).toEqual([]);
  });
});

/** The packages that each job may load, but for the build, which may load all of package-lock.json. */
function readPackages(): Record<string, readonly string[]> {
  return JSON.parse(readFileSync(join(ROOT, ".ci/packages.json"), "utf8"));
}

/** Reads the environment of every process that it can, and writes a program to run and another provider into all stacks at the end. */
function plantedCode(seen: string, ran: string): string {
  return `
    const { appendFileSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
    for (const process of readdirSync("/proc").filter((name) => /^\\d+$/.test(name) && mine(name))) {
      appendFileSync(${JSON.stringify(seen)}, readFileSync("/proc/" + process + "/environ", "utf8").replaceAll("\\0", "\\n"));
    }
    function mine(pid) {
      for (let id = String(process.pid); id !== "0" && id !== String(${process.pid}); id = parent(id)) {
        if (id === pid) return true;
      }
      return false;
    }
    function parent(id) {
      return readFileSync("/proc/" + id + "/stat", "utf8").replace(/.*\\) \\S /, "").split(" ")[0];
    }
    process.on("exit", () => {
      for (const stack of ["ai-staging", "ai-production"]) {
        const file = process.env.CDKTF_OUTDIR + "/stacks/" + stack + "/cdk.tf.json";
        const config = JSON.parse(readFileSync(file, "utf8"));
        config.terraform.required_providers.evil = { source: "evil/evil" };
        const [secret] = Object.values(config.resource.aws_secretsmanager_secret);
        secret.provisioner = [{ "local-exec": { command: ${JSON.stringify(`env > ${ran}`)} } }];
        writeFileSync(file, JSON.stringify(config));
      }
    });
  `;
}
