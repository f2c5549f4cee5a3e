import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { satisfies } from "semver";
import { startServer } from "../../../lab/process/loopback-server";
import { startConnectProxy } from "../../support/connect-proxy";
import { PROGRAM_OF_TWO } from "../../support/environments";
import { type GitHub, PULL_REQUEST, startGitHub } from "../../support/github";
import { readPipeline, wholeJob } from "../../support/gitlab-driver";
import { copyProject, PROGRAM } from "../../support/project";
import { readWorkflow, textOf } from "../../support/workflow-file";

jest.setTimeout(60_000); // milliseconds, on a busy machine: each script starts Node and main.ts

const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
const project = join(folder, "project");

beforeAll(() => copyProject(project));
afterAll(() => rmSync(folder, { recursive: true }));

/** The stack "ai-secret" with two keys, whose state is in S3, and one that has none. */
const TWO_KEYS = PROGRAM.replace(
  "tags: {",
  'keys: [{}, { provider: "openai" }], state: { bucket: "states", key: "a", region: "us-east-1", kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-a6ef-1234567890ab" }, tags: {',
).replace("app.synth()", 'new TerraformStack(app, "other");\napp.synth()');
const NO_KEY = `import { App, TerraformStack } from "cdktf"; const app = new App(); new TerraformStack(app, "other"); app.synth();`;

function run(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  return new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: project, env: { PATH: process.env.PATH, ...env } };
    execFile(join(project, script), args, options, (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr }));
  });
}

function use(program: string): void {
  writeFileSync(join(project, "main.ts"), program.replace("{ App }", "{ App, TerraformStack }"));
}

/** A stand-in for OpenTofu 1.12 with a warning about its configuration, and with the outputs of a state. */
function install(outputs: object): NodeJS.ProcessEnv {
  const path = join(folder, "tofu");
  const script = `
    case "$*" in
      *init*) echo "Initializing"; exit "\${INIT:-0}" ;;
      *output*) printf '\\nWarning: Unable to open CLI configuration file\\n\\n%s\\n' '${JSON.stringify(outputs, undefined, 2)}' ;;
    esac`;
  writeFileSync(path, `#!/bin/sh${script}\n`);
  chmodSync(path, 0o755);
  return { TERRAFORM_BINARY_NAME: path };
}

describe(".ci/accept.js", () => {
  const ENV = { STATE_BUCKET: "states", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy" };
  const accept = (args = ["ai-secret"], env: NodeJS.ProcessEnv = ENV) => run(".ci/accept.js", args, env);
  const handedOver = join(project, "handed-over/stacks/ai-secret/cdk.tf.json");
  const refused = (line: RegExp) => ({ status: 1, stdout: "", stderr: expect.stringMatching(line) });

  beforeAll(async () => {
    use(TWO_KEYS);
    expect(await run(".ci/which-stack.ts")).toMatchObject({ status: 0 }); // synthesizes
    renameSync(join(project, "cdktf.out"), join(project, "handed-over"));
  });

  test("fails without a lock file in the commit, by which a state could bring another provider", async () => {
    expect(await accept()).toEqual(refused(/^terraform\.lock\.hcl is missing: commit it, [^\n]+\n$/));
    writeFileSync(join(project, "terraform.lock.hcl"), "# locked");
  });

  test.each([
    ["without a stack", [], ENV, /^Say which stack: \.ci\/accept\.js <stack>\n$/],
    ["for one that was not handed over", ["ai-staging"], ENV, /^The build has handed over no stack "ai-staging": [^\n]+\n$/],
    ["without a bucket", ["ai-secret"], { AWS_ROLE_ARN: ENV.AWS_ROLE_ARN }, /^STATE_BUCKET is empty: [^\n]+\n$/],
    [
      "for another bucket",
      ["ai-secret"],
      { ...ENV, STATE_BUCKET: "mine" },
      /that is not deployed:\n- terraform\.backend\.s3 must have [^\n]+\n$/,
    ],
  ])("fails %s, without a stack trace", async (_, args, env, line) => {
    expect(await accept(args, env)).toEqual(refused(line));
  });

  test("writes what it looked at, not what it got, beside the lock file of the commit, and nothing else that was handed over", async () => {
    const text = readFileSync(handedOver, "utf8");
    for (const name of [".terraform.lock.hcl", "evil.tf", "terraform.tfvars"]) {
      writeFileSync(join(project, "handed-over/stacks/ai-secret", name), "evil");
    }
    writeFileSync(handedOver, text.replace("{", '{ "resource": { "evil": {} },')); // Terraform would take both members of one name

    expect(await accept()).toEqual({ status: 0, stdout: "", stderr: "" });
    const folder = join(project, "cdktf.out/stacks/ai-secret");
    expect(readdirSync(folder).sort()).toEqual([".terraform.lock.hcl", "cdk.tf.json"]);
    expect(readFileSync(join(folder, ".terraform.lock.hcl"), "utf8")).toBe("# locked");
    expect(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"))).toEqual(JSON.parse(text));
    expect(readFileSync(join(folder, "cdk.tf.json"), "utf8")).not.toContain("evil");
    writeFileSync(handedOver, text);
  });

  test("shows nothing of a file of this machine that a link leads to, and nothing of what is no JSON", async () => {
    rmSync(handedOver);
    writeFileSync(handedOver, "SECRET=1");
    expect(await accept()).toEqual(refused(/^What the build has handed over is no JSON\n$/));
    rmSync(handedOver);
    symlinkSync("/proc/self/environ", handedOver);
    expect(await accept()).toEqual(refused(/must not be, or be below, a symbolic link\n$/));
    rmSync(join(project, "handed-over"), { recursive: true });
    mkdirSync(join(project, "elsewhere"));
    symlinkSync("elsewhere", join(project, "handed-over"));
    expect(await accept()).toEqual(refused(/no stack "ai-secret"/));
  });
});

describe(".ci/plan-variables.js", () => {
  const SCRIPT = ".ci/plan-variables.js";

  beforeAll(async () => {
    use(TWO_KEYS);
    expect(await run(".ci/which-stack.ts")).toMatchObject({ status: 0 }); // synthesizes
  });

  test("has for each key a value that is none, and the number of the last deploy, with a warning before it", async () => {
    const { status, stdout } = await run(
      SCRIPT,
      ["ai-secret"],
      install({ api_key_version: { value: 42 }, openai_key_version: { value: 7 } }),
    );
    expect(status).toBe(0);
    expect(stdout.trim().split("\n")).toEqual([
      "export TF_VAR_ai_api_key=plan-only-0123456789",
      "export TF_VAR_ai_api_key_version=42",
      "export TF_VAR_openai_api_key=plan-only-0123456789",
      "export TF_VAR_openai_api_key_version=7",
    ]);
  });

  test("takes 1 for a key that was not deployed yet", async () => {
    const { stdout } = await run(SCRIPT, ["ai-secret"], install({ api_key_version: { value: 42 } }));
    expect(stdout).toMatch(/ai_api_key_version=42\n[\s\S]*openai_api_key_version=1\n/);
    expect(await run(SCRIPT, ["ai-secret"], install({}))).toMatchObject({ stdout: expect.stringContaining("ai_api_key_version=1\n") });
  });

  test("fails for a stack without a key, in one line", async () => {
    expect(await run(SCRIPT, ["other"], install({}))).toEqual({ status: 1, stdout: "", stderr: 'The stack "other" has no key.\n' });
  });

  test("fails with Terraform", async () => {
    const { status, stderr } = await run(SCRIPT, ["ai-secret"], { ...install({}), INIT: "3" });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/init -lockfile=readonly failed; the reason is above\.\n$/),
    });
  });
});

describe(".ci/one-stack.sh, which npm run diff and npm run deploy are", () => {
  test("takes the only stack with keys", async () => {
    use(TWO_KEYS);
    expect(await run(".ci/which-stack.ts")).toEqual({ status: 0, stdout: "ai-secret\n", stderr: "" });
  });

  test.each([
    [
      "several",
      PROGRAM_OF_TWO,
      /^main\.ts has several stacks with keys: ai-production, ai-staging\. Say which one, [^\n]+ -- ai-production\n$/,
    ],
    ["none", NO_KEY, /^main\.ts has no stack with a key\.\n$/],
  ])("fails without a stack where there are %s, in one line", async (_, program, line) => {
    use(program);
    expect(await run(".ci/one-stack.sh", ["cdktf", "deploy"])).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(line) });
  });
});

test.each([
  [".ci/plan-variables.js", [], "Say which stack: .ci/plan-variables.js <stack>"],
  ["cli/key-version/key-version.js", [], "Say which stack: cli/key-version/key-version.js <stack>"],
  [".ci/comment-plan.js", [], "Say which stack, and the file with its plan: .ci/comment-plan.js <stack> <file>"],
  [".ci/comment-plan.js", ["ai-secret"], "Say which stack, and the file with its plan: .ci/comment-plan.js <stack> <file>"],
  ...[".ci/plan-variables.js", "cli/key-version/key-version.js"].map((script): [string, string[], string] => [
    script,
    ["none"],
    'cdktf.out/stacks/none/cdk.tf.json is missing: synthesize main.ts first, which must have the stack "none".',
  ]),
])("%s fails for %j, in one line", async (script, args, line) => {
  expect(await run(script, args)).toEqual({ status: 1, stdout: "", stderr: `${line}\n` });
});

describe("a stack with a key at Google, for which the jobs have no rights", () => {
  const GOOGLE = `import { App } from "cdktf"; import { GoogleAiKeyStack } from "./lib/google";
    const app = new App(); new GoogleAiKeyStack(app, "google-ai-secret", { project: "acme-ai" }); app.synth();`;
  const refused = (stderr: RegExp) => ({ status: 1, stdout: "", stderr: expect.stringMatching(stderr) });

  beforeAll(async () => {
    writeFileSync(join(project, "main.ts"), GOOGLE);
    expect(await run(".ci/which-stack.ts")).toEqual({ status: 0, stdout: "google-ai-secret\n", stderr: "" });
  });

  test("has no number of a key in AWS", async () => {
    const line = /^This number is for keys in AWS\. docs\/google\.md has [^\n]+\n$/;
    expect(await run("cli/key-version/key-version.js", ["google-ai-secret"], { TF_VAR_ai_api_key: "a-key" })).toEqual(refused(line));
  });

  test("is refused when it is handed over, in one line", async () => {
    rmSync(join(project, "handed-over"), { recursive: true, force: true });
    renameSync(join(project, "cdktf.out"), join(project, "handed-over"));
    writeFileSync(join(project, "terraform.lock.hcl"), "# locked");
    const env = { STATE_BUCKET: "states", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy" };
    const line =
      /^The stack "google-ai-secret" keeps a key at Google, and these jobs get rights in AWS alone\. docs\/google\.md says [^\n]+\n$/;
    expect(await run(".ci/accept.js", ["google-ai-secret"], env)).toEqual(refused(line));
  });
});

describe("values that Terraform takes in place of TF_VAR_…", () => {
  const file = () => join(project, "cdktf.out/stacks/ai-secret/terraform.tfvars");

  beforeAll(async () => {
    use(TWO_KEYS);
    expect(await run(".ci/which-stack.ts")).toMatchObject({ status: 0 }); // synthesizes
    writeFileSync(file(), "");
  });
  afterAll(() => rmSync(file()));

  test.each([
    [".ci/plan-variables.js", ["ai-secret"]],
    ["cli/key-version/key-version.js", ["ai-secret"]],
    [".ci/one-stack.sh", ["cdktf", "deploy"]],
    [".ci/one-stack.sh", ["cdktf", "deploy", "ai-secret"]],
  ])("%s refuses them for %j, in one line", async (script, args) => {
    const line = /^cdktf\.out\/stacks\/ai-secret\/terraform\.tfvars: Terraform takes these values [^\n]+\n$/;
    expect(await run(script, args, install({}))).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(line) });
  });
});

test(".ci/without-keys.sh takes all of Terraform's variables from a command, and nothing else", async () => {
  const env = { TF_VAR_ai_api_key: "key", TF_VAR_openai_api_key: "key\nwith lines", TF_INPUT: "0" };
  const { status, stdout } = await run(".ci/without-keys.sh", ["env"], env);
  expect(status).toBe(0);
  expect(stdout).toContain("TF_INPUT=0\n");
  expect(stdout).not.toMatch(/TF_VAR_|^key|with lines/m);
  expect(await run(".ci/without-keys.sh", ["sh", "-c", "exit 3"])).toMatchObject({ status: 3 });
});

describe("where a setting would log the key", () => {
  const LOGGED = { TF_LOG: "on", TF_VAR_ai_api_key: "sk-a-key-that-must-not-be-logged" };
  const { script = [] } = wholeJob(readPipeline(textOf("docs/gitlab-ci.yml")).jobs, "deploy");
  const { deploy } = readWorkflow(".github/workflows/deploy-environment.yml").jobs;

  test.each([
    ["GitHub", deploy?.steps?.find(({ name }) => name === "Deploy")?.run ?? ""],
    ["GitLab", script.join("\n")],
  ])("the deploy job of %s stops before Terraform gets the key, with the reason in one line", async (_, commands) => {
    use(TWO_KEYS);
    expect(await run(".ci/which-stack.ts")).toMatchObject({ status: 0 }); // synthesizes
    writeFileSync(join(project, "deploy.sh"), `#!/usr/bin/env bash\nset -eo pipefail\n${commands}\n`);
    chmodSync(join(project, "deploy.sh"), 0o755);

    expect(await run("deploy.sh", [], { ...LOGGED, STACK: "ai-secret" })).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^TF_LOG, as it is set, logs [^\n]+\n$/),
    });
  });
});

describe(".ci/aws-credentials.sh", () => {
  const ROLE = { AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy", AWS_REGION: "eu-central-1", AWS_ROLE_SESSION_NAME: "github-7" };
  const exported = join(folder, "exported");

  test.each([
    ["a role", { ...ROLE, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer", AWS_ROLE_ARN: "" }, /^AWS_ROLE_ARN is empty: [^\n]+\n$/],
    ["a region", { ...ROLE, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer", AWS_REGION: "" }, /^AWS_REGION is empty: [^\n]+\n$/],
    ["a token", ROLE, /^GitHub gives this job no token: [^\n]+\n$/],
  ])("fails without %s, in one line", async (_, env, line) => {
    expect(await run(".ci/aws-credentials.sh", [], env)).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(line) });
  });

  /** What STS answers, with the form that it was asked by. */
  async function trade(status: number, answer: string) {
    const forms: string[] = [];
    const sts = await startServer(async (request, response) => {
      forms.push(await text(request));
      response.writeHead(status).end(answer);
    });
    const github = await startGitHub();
    writeFileSync(exported, "");
    const env = { ...ROLE, ...github.env, AWS_ENDPOINT_URL_STS: sts.url, GITHUB_ENV: exported };
    const result = await run(".ci/aws-credentials.sh", [], env);
    await Promise.all([sts.close(), github.close()]);
    return { ...result, token: github.token, form: Object.fromEntries(new URLSearchParams(forms[0])) };
  }

  test("trades the token once for credentials, and has the log hide all of them", async () => {
    const credentials = "<AccessKeyId>id</AccessKeyId><SecretAccessKey>a/secret+</SecretAccessKey><SessionToken>session==</SessionToken>";
    const { status, stdout, token, form } = await trade(200, `<r><Credentials>${credentials}</Credentials></r>`);
    expect({ status, stdout: stdout.split("\n") }).toEqual({
      status: 0,
      stdout: [token, "id", "a/secret+", "session==", ""].map((value) => value && `::add-mask::${value}`),
    });
    expect(readFileSync(exported, "utf8")).toBe("AWS_ACCESS_KEY_ID=id\nAWS_SECRET_ACCESS_KEY=a/secret+\nAWS_SESSION_TOKEN=session==\n");
    expect(form).toEqual({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: ROLE.AWS_ROLE_ARN,
      RoleSessionName: ROLE.AWS_ROLE_SESSION_NAME,
      WebIdentityToken: token,
    });
  });

  test("fails with AWS's reason where the role does not trust the token, in one line", async () => {
    const message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    const { status, stderr } = await trade(403, `<ErrorResponse><Error><Message>${message}</Message></Error></ErrorResponse>`);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `AWS gives this job no rights of ${ROLE.AWS_ROLE_ARN}: ${message}\n` });
    expect(readFileSync(exported, "utf8")).toBe("");
  });
});

describe(".ci/comment-plan.js", () => {
  const FINE = { status: 0, stdout: "", stderr: "" };
  let github: GitHub;

  beforeEach(async () => {
    github = await startGitHub();
  });
  afterEach(async () => await github.close());

  async function comment(stack: string, plan: string, env: NodeJS.ProcessEnv = {}) {
    const file = join(folder, "plan.txt");
    writeFileSync(file, plan);
    return run(".ci/comment-plan.js", [stack, file], { ...github.env, GITHUB_TOKEN: github.commenter, PULL_REQUEST, ...env });
  }

  test("replaces the comment of its own stack, and leaves those of others, of whom some have written its marker", async () => {
    const forged = { id: 1, user: { login: "somebody" }, body: "<!-- the plan for ai-staging -->\nmerge me" };
    github.comments.push(forged, ...Array.from({ length: 120 }, (_, index) => ({ id: index + 2, user: { login: "b" }, body: "?" })));

    expect(await comment("ai-staging", "ai-staging  # aws.a will be created\nsecret\nPlan: 3 to add")).toEqual(FINE);
    expect(await comment("ai-production", "No changes. All is well.")).toEqual(FINE);
    expect(await comment("ai-staging", "Plan: 4 to add")).toEqual(FINE);

    expect(forged.body).toContain("merge me");
    expect(github.comments.slice(121).map(({ body }) => body)).toEqual([
      "<!-- the plan for ai-staging -->\nThe plan for `ai-staging` ([all of it](https://github.com/acme/ai-secret/actions/runs/7)):\n```\nPlan: 4 to add\n```",
      expect.stringMatching(/\n```\nNo changes\.\n```$/),
    ]);
  });

  const title = "on a runner behind a proxy, goes through it by the variable that the workflow sets";
  const readsProxies = satisfies(process.versions.node, "^22.21.0 || >=24");
  if (!readsProxies) {
    console.error(`SKIPPED: ${title}. It needs Node 22.21, or 24 and newer, which deploy.yml has`);
  }
  (readsProxies ? test : test.skip)(title, async () => {
    const { plan } = readWorkflow(".github/workflows/deploy.yml").jobs;
    const { env } = plan?.steps?.find(({ run }) => run?.startsWith(".ci/comment-plan.js")) ?? {};
    const port = Number(new URL(github.env.GITHUB_API_URL ?? "").port);
    const proxy = await startConnectProxy(() => ({ port }));
    const behind = { GITHUB_API_URL: "http://github.invalid", HTTP_PROXY: proxy.url, NODE_USE_ENV_PROXY: env?.NODE_USE_ENV_PROXY };
    const { status } = await comment("ai-secret", "No changes.", behind);
    await proxy.close();
    expect({ status, asked: [...new Set(proxy.asked)] }).toEqual({ status: 0, asked: ["github.invalid:80"] });
    expect(github.comments).toHaveLength(1);
  });

  test("fails for a plan that was cut off, and where GitHub refuses, in one line", async () => {
    expect(await comment("ai-secret", "Refreshing")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^The plan has none [^\n]+\n$/),
    });
    const refused = await comment("ai-secret", "No changes.", { GITHUB_TOKEN: "another" });
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^The plan could not be commented: GitHub answered 401 [^\n]+\n$/),
    });
    expect(github.comments).toEqual([]);
  });
});
