import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AwsView } from "../../lab/aws/aws-view";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { DEFAULT_REGION, DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { deployedFunction } from "../../lab/rotation/deployed-function";
import { type ProviderStub, startProviderStub } from "../../lab/rotation/provider-stub";
import { type RotatingAws, startRotatingAws } from "../../lab/rotation/rotating-aws";
import { runFunction } from "../../lab/rotation/run-function";
import { inState, parseState } from "../../lab/terraform/state";
import type { RotatedKey } from "../../lib/rotation/rotator-settings";
import { runAiKey } from "../support/ai-key-command";
import { drill, type Event } from "../support/alarm-drill";
import { attachProvider } from "../support/attached-provider";
import { AwsClients } from "../support/aws-clients";
import { block } from "../support/documents";
import { type Judge, startJudge } from "../support/judge";
import { KeyRotations } from "../support/key-rotations";
import { describeWithAws, emptyAws, type Lab, localAws, openLab } from "../support/lab";
import { ACCOUNT } from "../support/policy-matrix";
import { Run } from "../support/rehearsal-run";
import { callByRotatorRoles, EVALUATED } from "../support/rotator-calls";
import { evaluateRotator, ROTATOR_MATRIX, ROTATOR_RIGHTS, ROTATOR_ROLES, rotatorPolicies, TARGETS } from "../support/rotator-matrix";
import { answerForStepFunctions } from "../support/step-functions";

const OPENAI: RotatedKey = { provider: "openai", made: { projectId: "proj_abc", serviceAccountId: "user-abc" } };
const OPENROUTER: RotatedKey = { provider: "openrouter", made: { limit: 50 }, body: { provider: "openrouter" }, keyName: "KEY" };

/** Each call of a rotation, from the second one of a secret on: the first one has fewer. */
const CALLS = {
  openai: [
    "createSecret: DescribeSecret",
    "createSecret: GetSecretValue", // of the version that is made
    "createSecret: GetSecretValue", // the admin key
    "createSecret: GET api.openai.com/v1/organization/projects/proj_abc/api_keys",
    "createSecret: DELETE api.openai.com/v1/organization/projects/proj_abc/api_keys/{key}",
    "createSecret: POST api.openai.com/v1/organization/projects/proj_abc/service_accounts/user-abc/api_keys",
    "createSecret: PutSecretValue",
    "setSecret: DescribeSecret",
    "testSecret: DescribeSecret",
    "testSecret: GetSecretValue",
    "testSecret: GET api.openai.com/v1/models",
    "finishSecret: DescribeSecret",
    "finishSecret: GetSecretValue",
    "finishSecret: UpdateSecretVersionStage",
  ],
  openrouter: [
    "createSecret: DescribeSecret",
    "createSecret: GetSecretValue",
    "createSecret: GetSecretValue",
    "createSecret: GET openrouter.ai/api/v1/keys",
    "createSecret: GET openrouter.ai/api/v1/keys", // the page after the last key
    "createSecret: DELETE openrouter.ai/api/v1/keys/{key}",
    "createSecret: POST openrouter.ai/api/v1/keys",
    "createSecret: PutSecretValue",
    "setSecret: DescribeSecret",
    "testSecret: DescribeSecret",
    "testSecret: GetSecretValue",
    "testSecret: GET openrouter.ai/api/v1/key",
    "finishSecret: DescribeSecret",
    "finishSecret: GetSecretValue",
    "finishSecret: UpdateSecretVersionStage",
  ],
};

/** The first one deletes nothing, has the key tested before it is stored, and finds it current in the steps that follow. */
const CALLS_OF_FIRST = 10;

const ENDS = ["the same version is made again", "another version is made"] as const;

describeWithAws("the rotation function", () => {
  let rotations: KeyRotations;

  /** @param times the rotations that have been done before */
  const open = async (key: RotatedKey, times = 0) => {
    rotations = await KeyRotations.open(localAws(), key);
    for (let time = 0; time < times; time += 1) {
      await rotations.rotate();
    }
    return rotations;
  };

  beforeAll(async () => (await emptyAws()).close());

  afterEach(() => rotations.close());

  test.each([OPENAI, OPENROUTER])("$provider: the first rotation makes the first key, and the next ones replace it", async (key) => {
    await open(key, 1);
    const first = await rotations.stored();
    expect([await rotations.keysAtProvider(), rotations.instants.length]).toEqual([["AWSCURRENT"], CALLS_OF_FIRST]);

    await rotations.rotate();
    expect(await rotations.stored()).not.toBe(first);
    expect(await rotations.keysAtProvider()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);

    await rotations.rotate();
    expect(rotations.instants.map(({ call }) => call)).toEqual(CALLS[key.provider]);
    expect(await rotations.keysAtProvider()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(rotations.broken).toEqual([]);
  });

  describe.each([OPENAI, OPENROUTER])("$provider, killed after each call", (key) => {
    const calls = CALLS[key.provider];

    test.each(ENDS)("and then %s: the provider has the current key and the one before it, at each instant and no others", async (end) => {
      await open(key, 2);
      for (const [index, call] of calls.entries()) {
        const before = await rotations.stored();
        rotations.killAfter = index + 1;
        await rotations.rotate();
        expect([call, rotations.log.at(-1), rotations.instants.at(-1)?.call]).toEqual([call, "Error: killed", call]);
        expect([call, (await rotations.stored()) !== before]).toEqual([call, index === calls.length - 1]);
        await goOn(end);
        expect([call, rotations.broken, rotations.pending]).toEqual([call, [], 0]);
        expect([call, await rotations.keysAtProvider()]).toEqual([call, ["AWSCURRENT", "AWSPREVIOUS"]]);
        expect([call, (await rotations.stored()) !== before]).toEqual([call, true]);
      }
    });

    test.each(ENDS)("in its first rotation, and then %s: there is a key, and the next rotation leaves it alone", async (end) => {
      for (let number = 1; number <= CALLS_OF_FIRST; number += 1) {
        await open(key);
        rotations.killAfter = number;
        await rotations.rotate();
        expect([number, rotations.log.at(-1), rotations.instants.length]).toEqual([number, "Error: killed", number]);
        await goOn(end);
        expect([number, (await rotations.stored()) !== undefined, rotations.pending]).toEqual([number, true, 0]);
        await rotations.rotate();
        expect([number, rotations.broken, await rotations.keysAtProvider()]).toEqual([number, [], ["AWSCURRENT", "AWSPREVIOUS"]]);
        await rotations.close();
      }
    });
  });

  test("100 rotations in a row leave two keys at the provider", async () => {
    await open(OPENAI, 100);
    expect(rotations.log.filter((line) => line.startsWith("finishSecret"))).toHaveLength(100);
    expect(await rotations.keysAtProvider()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(rotations.broken).toEqual([]);
  });

  test("two calls of each step at once end with one new key: who stores second deletes its own", async () => {
    await open(OPENAI, 2);
    rotations.twice = true;
    await rotations.rotate();
    rotations.twice = false;
    expect(await rotations.keysAtProvider()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(rotations.broken.filter((promise) => promise.includes("current key"))).toEqual([]);
    await rotations.rotate();
    expect(await rotations.keysAtProvider()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  test("AWS refuses a rotation while another one has not ended", async () => {
    await open(OPENAI, 1);
    rotations.killAfter = 5;
    await rotations.rotate();
    await expect(rotations.rotate()).rejects.toThrow("A previous rotation isn't complete");
    await rotations.repeat();
    expect(await rotations.keysAtProvider()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  test("a rotation that comes too soon leaves the key that applications may still have", async () => {
    await open(OPENAI, 2);
    const keys = await rotations.keysAtProvider();
    await rotations.rotate(0);
    expect(rotations.log.at(-1)).toMatch(
      /the key before the current one may be in use until .*: rotate after that\. If a key has leaked, delete it at OpenAI\.$/,
    );
    expect([await rotations.keysAtProvider(), rotations.broken]).toEqual([keys, []]);
    await rotations.repeat();
    expect(await rotations.keysAtProvider()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  test("a key of somebody else's at the provider, and one that was stored by hand, are no business of the function's", async () => {
    const { stub } = await open(OPENAI, 2);
    const foreign = {
      id: "key_of_a_person",
      name: "ai-key-by-hand",
      value: "sk-by-hand-0123456789",
      owner: "user-abc",
      created: 0,
      expires: null,
    };
    stub.keys.set(foreign.id, foreign);
    await rotations.storeByHand(foreign.value);
    await rotations.rotate();
    await rotations.rotate();
    expect(stub.keys.get(foreign.id)).toEqual(foreign);
    expect((await rotations.keysAtProvider()).filter((name) => name !== foreign.name)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  describe("when the provider fails, the current key stays, and the next rotation is as any", () => {
    test.each([
      [
        401,
        /refuses to .* \(HTTP 401\): it does not take the admin key\. Make another one, .*, and deploy the stack of the rotator with it\.$/,
      ],
      [403, /the admin key may not\. It has to be an admin key with the right to write the project's API keys\.$/],
      [404, /there is no project proj_abc with service account user-abc\. Mend rotation in the program/],
      [400, /If there are too many keys, delete some; if the organization demands an expiry, set expiresInDays\.$/],
      [429, /answers with HTTP 429\. Secrets Manager tries again\.$/],
      [503, /answers with HTTP 503\. Secrets Manager tries again\.$/],
    ])("HTTP %i", async (status, message) => {
      const { stub } = await open(OPENAI, 2);
      for (const method of ["GET", "POST"]) {
        const before = await rotations.stored();
        const body = { error: { message: `Incorrect API key provided: ${stub.adminKey}.` } };
        stub.fault = (asked) => (asked === method ? { status, body } : undefined);
        await rotations.rotate();
        expect(rotations.log.at(-1)).toMatch(message);
        expect([await rotations.stored(), rotations.broken]).toEqual([before, []]);
        stub.fault = () => undefined;
        await rotations.repeat();
        expect(await rotations.stored()).not.toBe(before);
        expect([await rotations.keysAtProvider(), rotations.broken]).toEqual([["AWSCURRENT", "AWSPREVIOUS"], []]);
        await rotations.rotate();
      }
      const keys = [stub.adminKey, ...[...stub.keys.values()].map(({ value }) => value)];
      expect(keys.filter((key) => rotations.log.join("\n").includes(key.slice(-12)))).toEqual([]);
    });
  });

  const goOn = async (end: (typeof ENDS)[number]) => {
    if (end === "another version is made") {
      await rotations.giveUp();
      await rotations.rotate();
    } else {
      await rotations.repeat();
    }
  };
});

const SECRET = "ai/test/openai-api-key";

/** A key that OpenAI makes, the rotator, and what docs/rotation.md has for ECS. */
const BODY = { keyName: "OPENAI_API_KEY", endpoint: "https://api.openai.com/v1", fields: { note: 'a "quoted" \\ text' } };

function programWith(ecs: string): string {
  const [imports = "", body = ""] = ecs.split("\n\nconst SECRET_NAME");
  return `
${imports}
import { AiKeyStack } from "./lib";
import { KeyRotator } from "./lib/rotation";

const SECRET_NAME${body.replace("app.synth();", "")}
const openai = { projectId: "proj_abc", serviceAccountId: "user-abc", expiresInDays: 90 };
const aiSecret = new AiKeyStack(app, "ai-secret", {
  region: "us-east-1",
  environment: "Test",
  readers: ["arn:aws:iam::${ACCOUNT}:role/application"],
  keys: [{ provider: "openai", rotation: { openai, everyDays: 30 }, body: ${JSON.stringify(BODY)} }],
});
const rotator = new TerraformStack(app, "rotator");
new AwsProvider(rotator, "rotator-aws", { region: "us-east-1" });
new KeyRotator(rotator, "rotator", { stacks: [aiSecret] });
app.synth();
`;
}

describeWithAws("a deployed rotator", () => {
  const config = { endpoint: localAws(), region: DEFAULT_REGION, credentials: DUMMY_CREDENTIALS };
  const [events, queues, iam] = [new EventBridgeClient(config), new SQSClient(config), new IAMClient(config)];
  let lab: Lab;
  let stub: ProviderStub;
  /** Between the rotations and the local AWS: the function calls with its role. */
  let judge: Judge;
  let aws: RotatingAws;
  let leakProof: LeakProof;
  const log = () => join(lab.sandbox.logs, "function.log");
  const plan = (folder: string, variables = {}) => lab.sandbox.tryTerraform(["plan", "-detailed-exitcode"], variables, folder);
  const stored = async () => JSON.parse((await lab.aws.secretValue(SECRET)) ?? "{}");

  /** Who may take a role, and what the role may do with what: of one statement each. */
  const rightsOf = async (RoleName: string) => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const { PolicyNames: [PolicyName, ...others] = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const [[trust, ...trusts], [right, ...rights]] = [Role?.AssumeRolePolicyDocument, PolicyDocument].map(
      (document) => JSON.parse(decodeURIComponent(document ?? "")).Statement,
    );
    expect([others, trusts, rights]).toEqual([[], [], []]);
    return [trust.Principal.Service, right.Action, right.Resource];
  };

  beforeAll(async () => {
    lab = await openLab(programWith(block("docs/rotation.md", "ts", "Secret Label Updated")), { ownProviders: true });
    stub = await startProviderStub();
    leakProof = new LeakProof({ "the admin key": stub.adminKey });
    const { sandbox } = lab;
    const rotator = sandbox.folderOf("rotator");
    judge = await startJudge(localAws(), answerForStepFunctions);
    aws = await startRotatingAws(judge.endpoint, async (event) => {
      const state = parseState(readFileSync(join(sandbox.project, "terraform.rotator.tfstate"), "utf8"));
      const { accessKeyId, secretAccessKey, sessionToken = "" } = await judge.sessionFor("lambda.amazonaws.com", TARGETS.role);
      const own = deployedFunction(rotator, state, join(sandbox.folder, "function"), {
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: DEFAULT_REGION,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      });
      const run = await runFunction({ ...own, providerUrl: stub.url }, event);
      appendFileSync(log(), run.log);
      if (!run.ok) {
        throw new Error(run.log);
      }
    });
    sandbox.endpoint = aws.url;
    await sandbox.terraform(["init"], {}, rotator);
    await sandbox.terraform(["apply", "-auto-approve"], { openai_admin_key: stub.adminKey }, rotator);
  });

  afterAll(async () => {
    leakProof?.stop();
    for (const client of [events, queues, iam]) {
      client.destroy();
    }
    await aws?.close();
    await judge?.close();
    await stub?.close();
    await lab?.close();
  });

  test("the deploy of the secret has the first key made, without a key in the environment", async () => {
    await lab.sandbox.apply({});
    await aws.settled();
    expect(aws.pending()).toEqual([]);
    const { OPENAI_API_KEY: apiKey, ...beside } = await stored();
    expect([beside, stub.accepts(apiKey)]).toEqual([{ provider: "openai", endpoint: BODY.endpoint, ...BODY.fields }, true]);
    expect(stub.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1/organization/projects/proj_abc/api_keys",
      "POST /v1/organization/projects/proj_abc/service_accounts/user-abc/api_keys",
      "GET /v1/models",
    ]);
  });

  test("ai-key rotate has it replaced, and verify tells of it", async () => {
    const { OPENAI_API_KEY: first } = await stored();
    expect(await runAiKey(lab.sandbox, "rotate ai-secret", {})).toMatch(/^Rotated arn:aws:.*: version \S+ is current\.\nexit code 0\n$/);
    const { OPENAI_API_KEY: second } = await stored();
    expect([second === first, stub.accepts(first), stub.accepts(second)]).toEqual([false, true, true]);

    const verified = await runAiKey(lab.sandbox, "verify ai-secret", {});
    const today = new Date().toISOString().slice(0, 10);
    expect(verified).toMatch(/^yes +Rotation +by arn:aws:lambda:us-east-1:123456789012:function:ai-key-rotator$/m);
    expect(verified).toMatch(new RegExp(`^yes +Last rotation +worked, on ${today}T.*$`, "m"));
    expect(verified).toMatch(/^yes +Next rotation +by \d{4}-\d\d-\d\d$/m);
    expect(verified).toMatch(/^yes +Key's end +on \d{4}-\d\d-\d\d, in 90 days$/m);
    expect(verified).toContain("exit code 0");
  });

  test("a rotation that fails leaves the key, verify says what to do, and the next deploy changes nothing", async () => {
    const before = await stored();
    stub.fault = () => ({ status: 401, body: { error: { message: `Incorrect API key provided: ${stub.adminKey}.` } } }); // looked for below
    await aws.rotate(SECRET);
    await aws.settled();
    expect(await stored()).toEqual(before);
    const verified = await runAiKey(lab.sandbox, "verify ai-secret", {});
    expect(verified).toMatch(
      /^NO +Last rotation +has not ended, and the one before ended on .*aws logs tail \/aws\/lambda\/ai-key-rotator/m,
    );
    expect(verified).toContain("exit code 1");
    expect(await runAiKey(lab.sandbox, "rotate ai-secret", {})).toContain(
      "A rotation of ai/test/openai-api-key has begun before, and has not ended",
    );
    stub.fault = () => undefined;

    expect((await plan(lab.sandbox.stackFolder)).exitCode).toBe(0);
    expect((await plan(lab.sandbox.folderOf("rotator"), { openai_admin_key: stub.adminKey })).exitCode).toBe(0);
  });

  test("no copy of a key or of the admin key is anywhere: states, plans, packages and the function's log among it", async () => {
    await lab.sandbox.terraform(["plan", "-out=saved.tfplan"], { openai_admin_key: stub.adminKey }, lab.sandbox.folderOf("rotator"));
    expect(readFileSync(log(), "utf8")).toMatch(/^createSecret of ai\/test\/openai-api-key: made key_1$/m);
    const keys = Object.fromEntries([...stub.keys.values()].map(({ id, value }) => [id, value]));
    const ofKeys = new LeakProof(keys);
    const found = [...leakProof.check(lab.sandbox.folder).findings, ...ofKeys.check(lab.sandbox.folder).findings];
    ofKeys.stop();
    expect(describeFindings(found)).toEqual([]);
  });

  test("the function has made its calls with its role alone, and was refused none", async () => {
    const own = judge.judgements.filter(({ caller }) => caller.includes("assumed-role/ai-key-rotator-us-east-1/"));
    const nameOf = (arn: string) => arn.match(/:secret:(.*)-\w{6}$/)?.[1];
    const calls = new Set(own.map(({ action, resource, result }) => `${result}: ${action} ${nameOf(resource)}`));
    expect([...calls].sort()).toEqual([
      "Allowed: secretsmanager:DescribeSecret ai/test/openai-api-key",
      "Allowed: secretsmanager:GetSecretValue ai/rotator/openai-admin-key",
      "Allowed: secretsmanager:GetSecretValue ai/test/openai-api-key",
      "Allowed: secretsmanager:PutSecretValue ai/test/openai-api-key",
      "Allowed: secretsmanager:UpdateSecretVersionStage ai/test/openai-api-key",
    ]);
  });

  test("docs/rotation.md: everyone may do exactly what the table says, when they call", async () => {
    const direct = new AwsClients(localAws());
    const arnOf = async (name: string) => (await lab.aws.describeSecret(name))?.ARN ?? "";
    const called = await callByRotatorRoles({
      judge,
      direct,
      keyArn: await arnOf(SECRET),
      adminKeyArn: await arnOf("ai/rotator/openai-admin-key"),
      readPolicyArn: (await lab.aws.policyArns("ai-test-openai-api-key-read-"))[0] ?? "",
    });
    direct.close();
    expect(evaluateRotator(rotatorPolicies(), called)).toBe(ROTATOR_MATRIX);
    expect(called.size).toBe(ROTATOR_ROLES.length * (ROTATOR_RIGHTS.length - EVALUATED.length));
  });

  test("docs/rotation.md: the rule for ECS is deployed, runs one call for each new current key, and is destroyed; two calls that moto lacks are answered for it", async () => {
    const { sandbox } = lab;
    const folder = sandbox.folderOf("new-key-new-tasks");
    sandbox.settings = await attachProvider(sandbox, lab.session);
    try {
      await sandbox.terraform(["init"], {}, folder);
      await sandbox.terraform(["apply", "-auto-approve"], {}, folder);
      const machine = inState(await sandbox.pulledState(folder), "aws_sfn_state_machine", "machine");
      const machineArn = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:new-key-new-tasks`;
      const rule = await events.send(new ListTargetsByRuleCommand({ Rule: "new-key-new-tasks" }));
      expect(rule.Targets).toEqual([
        { Id: expect.any(String), Arn: machineArn, RoleArn: `arn:aws:iam::${ACCOUNT}:role/new-key-rule-role` },
      ]);
      expect([machine?.arn, machine?.role_arn]).toEqual([machineArn, `arn:aws:iam::${ACCOUNT}:role/new-key-machine-role`]);
      expect(JSON.parse(String(machine?.definition)).States).toEqual({
        Update: {
          Type: "Task",
          Resource: "arn:aws:states:::aws-sdk:ecs:updateService",
          Parameters: { Cluster: "applications", Service: "chat", ForceNewDeployment: true },
          Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 10, MaxAttempts: 5 }],
          End: true,
        },
      });
      expect(await rightsOf("new-key-rule-role")).toEqual(["events.amazonaws.com", "states:StartExecution", machineArn]);
      const service = "arn:aws:ecs:us-east-1:111122223333:service/applications/chat";
      expect(await rightsOf("new-key-machine-role")).toEqual(["states.amazonaws.com", "ecs:UpdateService", service]);

      const matched = await drill(events, queues, "new-key-new-tasks", [
        labelUpdated("ai/production/openai-api-key", "AWSCURRENT"),
        labelUpdated("ai/production/openai-api-key", "TERRAFORM"),
        labelUpdated("ai/production/another-api-key", "AWSCURRENT"),
      ]);
      expect(matched.map((event) => JSON.parse(event).detail)).toMatchObject([
        { name: "ai/production/openai-api-key", labelUpdated: "AWSCURRENT" },
      ]);

      await sandbox.terraform(["destroy", "-auto-approve"], {}, folder);
      await expect(events.send(new DescribeRuleCommand({ Name: "new-key-new-tasks" }))).rejects.toThrow("does not exist");
      await expect(rightsOf("new-key-rule-role")).rejects.toThrow("not found");
    } finally {
      sandbox.settings = {};
    }
  });
});

/** As AWS has it: https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html */
function labelUpdated(name: string, label: string): Event {
  const detail = { name, labelUpdated: label, versionId: "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111" };
  return { Source: "aws.secretsmanager", DetailType: "Secret Label Updated", Detail: JSON.stringify(detail) };
}

describeWithAws("npm start -- --rotation --keep", () => {
  test("shows the first key and one rotation, with what the stub saw, and leaves all for a look until the printed command clears up", async () => {
    const run = new Run({ args: ["--rotation", "--keep"] });
    const exitCode = await run.exitCode();
    const { output } = run;
    const aws = new AwsView(output.match(/export AWS_ENDPOINT_URL=(\S+)/)?.[1] ?? "", DEFAULT_REGION);
    const left = await aws.secretNames().catch(String);
    aws.close();
    const [localAws] = run.processes();
    const [folder = ""] = run.folders();
    const [, clearUp = ""] = output.match(/^Then clear up: (.*)$/m) ?? [];
    spawnSync("sh", ["-c", clearUp]);
    const remaining = run.folders();
    await run.clear();
    expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
    expect(left).toEqual(["ai/production/openai-api-key", "ai/rotator/openai-admin-key"]);
    expect([clearUp, remaining]).toEqual([`kill ${localAws?.pid}; rm -r ${join(run.temp, folder)}`, []]);
    for (const step of ["deploy the rotator", "make the first key", "rotate", "look for copies of the keys"]) {
      expect(output).toMatch(new RegExp(`^✔ ${step}: .* \\[\\d+\\.\\d s\\]$`, "m"));
    }
    expect(output).toMatch(/GET +\/v1\/organization\/projects\/proj_rehearsal\/api_keys +200/);
    expect(
      output.match(/POST +\/v1\/organization\/projects\/proj_rehearsal\/service_accounts\/user-rehearsal\/api_keys +200/g),
    ).toHaveLength(2);
    expect(output).not.toContain("sk-");
  });
});
