import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SecretsManagerClient, TagResourceCommand } from "@aws-sdk/client-secrets-manager";
import { keyVersion } from "../../cli/key-version/key-version";
import { unwrapped } from "../../lab/expect";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { randomKey } from "../../lab/random-key";
import { type GitHub, startGitHub } from "../support/github";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { PROGRAM, ROOT } from "../support/project";
import { makeStateBucket, STATE_BUCKET, STATE_KEY } from "../support/state-bucket";
import { type JobResult, WorkflowDriver } from "../support/workflow-driver";
import { readWorkflow } from "../support/workflow-file";

const deployYml = readWorkflow(".github/workflows/deploy.yml");
const KEY = randomKey();
const NEW_KEY = randomKey();
const SECRET = "ai/production/api-key";

const shared = {
  "vars.AWS_REGION": "us-east-1",
  "vars.TERRAFORM_BINARY_NAME": process.env.TERRAFORM_BINARY_NAME ?? "",
  "github.run_id": "7",
};
const planning = { ...shared, "vars.AWS_PLAN_ROLE_ARN": "arn:aws:iam::123456789012:role/plan" };
const CONTEXTS = {
  plan: { ...planning, "github.token": "token-for-comments", "github.event.pull_request.number": "12" },
  drift: planning,
  deploy: { ...shared, "vars.AWS_DEPLOY_ROLE_ARN": "arn:aws:iam::123456789012:role/deploy", "secrets.AI_API_KEY": KEY },
};

describeWithAws("deploy.yml, each job by the scripts of its steps", () => {
  let lab: Lab;
  let github: GitHub;
  let driver: WorkflowDriver;
  let leakProof: LeakProof;
  let folder = "";
  let program = PROGRAM;
  const results: JobResult[] = [];

  beforeAll(async () => {
    lab = await openLab();
    folder = join(lab.sandbox.folder, "github");
    mkdirSync(folder);
    github = await startGitHub(folder);
    driver = new WorkflowDriver(lab.session, deployYml);
    leakProof = new LeakProof({ key: KEY, rotated: NEW_KEY, bearer: github.bearer });
  });
  afterAll(async () => {
    leakProof?.stop();
    await github?.close();
    await lab?.close();
  });

  /** Runs a job in a fresh clone, with no rights in AWS but those that its token gets it. */
  async function run(job: "plan" | "deploy" | "drift", context: object = {}): Promise<JobResult> {
    const { sandbox } = lab;
    renameSync(join(sandbox.project, "cdktf.out"), join(folder, `cdktf.out-${results.length}`)); // kept for the leak proof
    writeFileSync(join(sandbox.project, "main.ts"), program);
    const { PATH, TF_INPUT: _, AWS_ACCESS_KEY_ID: __, AWS_SECRET_ACCESS_KEY: ___, ...env } = sandbox.environment({});
    mkdirSync(sandbox.stackFolder, { recursive: true });
    sandbox.overrides.allowOlderProvider(sandbox.stackFolder);

    const local = {
      AWS_ENDPOINT_URL_STS: sandbox.endpoint, // where a token is traded for rights: it does not follow AWS_ENDPOINT_URL
      PATH: `${github.bin}:${PATH}`,
      ...(program === PROGRAM ? {} : { TF_CLI_ARGS_init: "-backend-config=use_path_style=true" }), // a loopback address has no names of buckets
    };
    const machine = { workspace: sandbox.project, folder, env: { ...env, ...github.env, ...local } };
    const result = await driver.run(job, { ...CONTEXTS[job], ...context }, machine);
    results.push(result);
    return result;
  }

  const step = inOrder();

  step("the driver stops at a failing step, lets no job use what is not its own, and the scanner sees what a step prints", async () => {
    const steps = [
      { run: 'echo "$LEAK"', env: { LEAK: "${{ secrets.AI_API_KEY }}" } },
      { run: "false | cat" },
      { run: "echo unreachable" },
    ];
    const planted = new WorkflowDriver(lab.session, { ...deployYml, env: {}, jobs: { planted: { steps } } });
    const machine = { workspace: lab.sandbox.project, folder: mkdtempSync(join(folder, "planted-")), env: { PATH: process.env.PATH } };

    await expect(planted.run("planted", {}, machine)).rejects.toThrow("The job may not use secrets.AI_API_KEY");
    expect(await planted.run("planted", { "secrets.AI_API_KEY": KEY }, machine)).toMatchObject({ exitCode: 1, output: `${KEY}\n` });
    expect(new KeyScanner({ key: KEY }).scanFolder(machine.folder)).toEqual([expect.objectContaining({ key: "key" })]);
    rmSync(machine.folder, { recursive: true });
  });

  step("deploy fails early for a state that the job would lose", async () => {
    const { exitCode, output, skipped } = await run("deploy");

    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/^main\.ts must give the stack "ai-secret" a state in S3: a local one is lost with this job\..*\n$/);
    expect(skipped).toEqual(["actions/checkout", "actions/setup-node", "hashicorp/setup-terraform", "opentofu/setup-opentofu", "npm ci"]);
  });

  step("deploy fails for a secret that does not exist, before anything is in AWS", async () => {
    const state = {
      bucket: STATE_BUCKET,
      key: STATE_KEY,
      region: "us-east-1",
      kmsKeyArn: await makeStateBucket(lab.sandbox.endpoint),
    };
    program = PROGRAM.replace("region:", `state: ${JSON.stringify(state)}, region:`);
    const { exitCode, output } = await run("deploy", { "secrets.AI_API_KEY": "" });

    expect(exitCode).not.toBe(0);
    expect(unwrapped(output)).toContain("ai_api_key is empty. A CI secret that does not exist arrives as an empty string");
    expect(await lab.aws.secretNames()).toEqual([]);
  });

  step("plan does without the secret, and comments what would be done", async () => {
    expect(await run("plan")).toMatchObject({ exitCode: 0 });

    expect(readFileSync(join(github.bin, "gh.args"), "utf8")).toMatch(/^pr comment 12 --edit-last --create-if-none --body-file \S+\n$/);
    const comment = readFileSync(join(github.bin, "gh.body"), "utf8");
    expect(comment).toContain("https://github.com/acme/ai-secret/actions/runs/7");
    expect(comment).toMatch(/# aws_secretsmanager_secret\.\S+ .*will be created\n/);
    expect(comment).toContain("\nPlan: 3 to add, 0 to change, 0 to destroy.\n");
    expect(await lab.aws.secretNames()).toEqual([]);
  });

  step("deploy stores the key", async () => {
    expect(await run("deploy")).toMatchObject({ exitCode: 0 });
    expect(await lab.aws.secretValue(SECRET)).toBe(KEY);
  });

  step("deploy stores another key when the CI secret has one, and nobody changes anything else", async () => {
    const { exitCode, output } = await run("deploy", { "secrets.AI_API_KEY": NEW_KEY });
    expect(exitCode).toBe(0);
    expect(output).toContain(`api_key_version = ${keyVersion(NEW_KEY, SECRET)}`);
    expect(await lab.aws.secretValue(SECRET)).toBe(NEW_KEY);
  });

  step("a plan that has nothing to do is commented as such", async () => {
    const comment = deployYml.jobs.plan?.steps.find(({ name }) => name === "Comment the plan's summary");
    const steps = [
      { run: 'echo "No changes. Your infrastructure matches the configuration." > "$RUNNER_TEMP/plan.txt"' },
      ...(comment ? [comment] : []),
    ];
    const commenting = new WorkflowDriver(lab.session, { ...deployYml, env: {}, jobs: { commenting: { steps } } });
    const machine = { workspace: lab.sandbox.project, folder, env: { ...github.env, PATH: `${github.bin}:${process.env.PATH}` } };

    expect(await commenting.run("commenting", CONTEXTS.plan, machine)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(github.bin, "gh.body"), "utf8")).toContain("\nNo changes.\n");
  });

  step("drift has nothing to do after that, and fails after a change by hand", async () => {
    expect(await run("drift")).toMatchObject({ exitCode: 0 });

    const client = new SecretsManagerClient({ endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS });
    await client.send(new TagResourceCommand({ SecretId: SECRET, Tags: [{ Key: "Team", Value: "somebody" }] }));
    client.destroy();
    const { exitCode, output } = await run("drift");
    expect(exitCode).toBe(2);
    expect(output).toMatch(/"Team" += "somebody" -> "platform"/);
  });

  step("GitHub's token is for this user's eyes alone, and no job prints it", () => {
    const file = join(folder, `${results.length}-drift`, "aws-web-identity-token");
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const scanner = new KeyScanner({ token: github.token });
    expect(scanner.scan("the file", readFileSync(file))).not.toEqual([]);
    expect(describeFindings(results.flatMap(({ output }) => scanner.scan("an output", Buffer.from(output))))).toEqual([]);
  });

  step("tokens are for AWS, or for the audience that the workflow names, such as China's", async () => {
    expect(new Set(github.audiences)).toEqual(new Set(["sts.amazonaws.com"]));

    const china = new WorkflowDriver(lab.session, {
      ...deployYml,
      env: { AWS_TOKEN_AUDIENCE: "sts.amazonaws.com.cn" },
      jobs: { china: { steps: [{ run: ".ci/github-token.sh" }] } },
    });
    const env = { PATH: process.env.PATH, ...github.env };
    const machine = { workspace: ROOT, folder: mkdtempSync(join(folder, "china-")), env };
    expect(await china.run("china", {}, machine)).toMatchObject({ exitCode: 0 });
    expect(github.audiences.at(-1)).toBe("sts.amazonaws.com.cn");
  });

  step("the key is in nothing that the jobs print, comment, hand on or leave behind, and in no argument", () => {
    const { findings } = leakProof.check(lab.sandbox.folder);
    expect(describeFindings(findings)).toEqual([]);
  });
});
