import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreatePolicyCommand, GetRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, GetKeyPolicyCommand, GetKeyRotationStatusCommand, UntagResourceCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { PolicyDocument } from "../../lab/aws/aws-view";
import { unwrapped } from "../../lab/expect";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { randomKey } from "../../lab/random-key";
import { TEAM_RIGHTS, TEAM_ROLES, type TeamRole } from "../../lab/team-rights";
import { KEY_TAG } from "../../lib/secret/encryption-key";
import { FUNCTION_SECRET, furnishAccount } from "../support/account";
import { asked } from "../support/asked";
import { attachProvider } from "../support/attached-provider";
import type { AwsCall } from "../support/aws-call";
import { AwsClients, environmentOf } from "../support/aws-clients";
import { deployToken, PLAN_TOKEN } from "../support/ci-tokens";
import { block } from "../support/documents";
import { type Judge, startJudge } from "../support/judge";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { commitLockFile } from "../support/lock-file";
import { Organization } from "../support/organization";
import { outputsOf } from "../support/outputs-of";
import { withPrograms } from "../support/page-commands";
import { PageShell } from "../support/page-shell";
import { ACCOUNT } from "../support/policy-matrix";
import { CALLED_BY_AWS, type CalledTargets, prepareRoleCalls } from "../support/role-calls";
import { evaluateRoles, ROLE_MATRIX, type RolePolicies } from "../support/role-matrix";

const BUCKET = "acme-terraform-states";
const LOGS = "acme-access-logs";
const STATE_KEY = "ai-secret/terraform.tfstate";
const STAGING_STATE_KEY = "ai-staging/terraform.tfstate";
const SETUP = "docs/setup.md";
const ACCESS = "docs/access.md";

const READ_ANY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" }],
});

/** The name of the sessions that Terraform runs in. */
const SESSION = "terraform";

const TOKENS = { deploy: deployToken("test"), deploy_staging: deployToken("staging"), plan: PLAN_TOKEN };

const FIRST = { ai_api_key: randomKey(), openai_api_key: randomKey("openai") };
const SECOND = { ai_api_key: randomKey(), openai_api_key: randomKey("openai"), ai_api_key_version: "2", openai_api_key_version: "2" };

interface Variant {
  readonly state?: string;
  readonly bootstrapState?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly replicas?: readonly { readonly region: string }[];
  readonly everyDays?: number;
  readonly readers?: readonly string[];
}

/** Every option that a stack can have, a stack of another environment, and the bootstrap for both. */
const program = ({
  state = "undefined",
  bootstrapState = "undefined",
  tags = {},
  description,
  replicas = [],
  everyDays = 30,
  readers = [],
}: Variant) => `
import { App } from "cdktf";
import { AiKeyStack, BootstrapStack } from "./lib";

const app = new App();
const stack = new AiKeyStack(app, "ai-secret", {
  region: "us-east-1",
  environment: "Test",
  preventDestroy: false,
  tags: ${JSON.stringify(tags)},
  state: ${state},
  keys: [
    { replicas: ${JSON.stringify(replicas)} },
    {
      provider: "openai",
      description: ${JSON.stringify(description)},
      readers: ${JSON.stringify(readers)},
      encryptionKey: "customer-managed",
      rotation: {
        function: {
          lambdaArn: "arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotate-key",
          roleArn: "arn:aws:iam::${ACCOUNT}:role/rotate-key",
        },
        everyDays: ${everyDays},
      },
      alarmTopicArn: "arn:aws:sns:us-east-1:${ACCOUNT}:security",
      publishArnTo: "/ai/openai-secret-arn",
    },
  ],
});
stack.secret("openai").grantRead({ roleName: "named" });
const staging = new AiKeyStack(app, "ai-staging", { region: "us-east-1", environment: "Staging", encryptionKey: "customer-managed" });
new BootstrapStack(app, "bootstrap", {
  region: "us-east-1",
  bucket: "${BUCKET}",
  accessLogBucket: "${LOGS}",
  stacks: [stack, staging],
  state: ${bootstrapState},
  github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
});
app.synth();
`;

const CHANGED: Variant = {
  tags: { Team: "platform" },
  description: "another",
  everyDays: 60,
  replicas: [{ region: "us-west-2" }],
  readers: [`arn:aws:iam::${ACCOUNT}:role/another`],
};

function allowedActions(policies: readonly object[]): string[] {
  const documents: PolicyDocument[] = JSON.parse(JSON.stringify(policies));
  const allowed = documents.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === "Allow");
  return [...new Set(allowed.flatMap(({ Action }) => Action))];
}

describeWithAws("a team: a shared state, and roles that can't read the key", () => {
  let lab: Lab;
  let leakProof: LeakProof;
  let judge: Judge;
  /** The local AWS itself. */
  let direct: AwsClients;
  /** Whoever has the dummy credentials. */
  let administrator: AwsClients;
  let bootstrap: Readonly<Record<string, string | undefined>> = {};
  /** A provider of the deploy role's, for one command at a time. */
  let attached: NodeJS.ProcessEnv = {};
  let setup: PageShell;

  /** What is done with a call before it is judged. */
  let hold: ((call: AwsCall | undefined) => Promise<undefined> | undefined) | undefined;

  const stateAt = (key: string) =>
    `{ bucket: "${BUCKET}", key: "${key}", region: "us-east-1", kmsKeyArn: "${bootstrap.state_kms_key_arn}" }`;
  const variant = (options: Variant = {}) =>
    lab.sandbox.use(program({ state: stateAt(STATE_KEY), bootstrapState: stateAt("bootstrap/terraform.tfstate"), ...options }));

  beforeAll(async () => {
    lab = await openLab(program({ tags: { Owner: "us" }, replicas: [{ region: "eu-west-1" }] }), { ownProviders: true });
    const { sandbox } = lab;
    commitLockFile(sandbox);
    leakProof = new LeakProof({
      ...FIRST,
      second: SECOND.ai_api_key,
      "second of openai": SECOND.openai_api_key,
      "the rotation function's environment": FUNCTION_SECRET,
    });

    direct = new AwsClients(sandbox.endpoint);
    judge = await startJudge(sandbox.endpoint, ([call]) => hold?.(call));
    administrator = new AwsClients(judge.endpoint);
    sandbox.endpoint = judge.endpoint;
    await makeLogBucket();
    setup = new PageShell(sandbox, SETUP);
    const deployed = setup.type("cdktf deploy bootstrap"); // nearly a minute, for the rule on old versions
    await furnishAccount(sandbox);
    await deployed;
    const { output } = await setup.type("stacks/bootstrap output");
    expect(output).toMatch(/^plan_role_arn = "arn:aws:iam::\d{12}:role\/\S+"$/m);
    bootstrap = await outputsOf(sandbox, join(sandbox.stackFolder, "../bootstrap"));

    await becomes("administrator");
    await sandbox.shell(withPrograms(block(ACCESS, "sh", "-target=")), {});
    await becomes("deploy");
    attached = await attachProvider(sandbox, lab.session);
    await sandbox.apply(FIRST, attached);
  });
  afterAll(async () => {
    leakProof?.stop();
    direct?.close();
    administrator?.close();
    await judge?.close();
    await lab?.close();
  });

  const roleArn = (role: TeamRole | "deploy_staging") =>
    bootstrap[
      { deploy: "deploy_role_arn_test", deploy_staging: "deploy_role_arn_staging", plan: "plan_role_arn", ops: "ops_role_arn" }[role]
    ] ?? "";
  const sessionOf = (role: TeamRole | "deploy_staging", name: string) =>
    role === "ops" ? administrator.assume(roleArn(role), name) : administrator.assumeByToken(roleArn(role), TOKENS[role], name);

  /** As S3 wants it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
  async function makeLogBucket(): Promise<void> {
    const Principal = { Service: "logging.s3.amazonaws.com" };
    const Statement = [{ Effect: "Allow", Principal, Action: ["s3:PutObject"], Resource: `arn:aws:s3:::${LOGS}/*` }];
    await direct.s3.send(new CreateBucketCommand({ Bucket: LOGS }));
    await direct.s3.send(new PutBucketPolicyCommand({ Bucket: LOGS, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }));
  }

  /**
   * Has a role, or the administrator, run the commands that follow. A provider older than 6.26 reads a key to refresh its version, which
   * no role may: the judge takes that call for the one that newer providers make.
   */
  async function becomes(role: "deploy" | "plan" | "administrator"): Promise<void> {
    lab.sandbox.settings = role === "administrator" ? {} : environmentOf(await sessionOf(role, SESSION));
  }

  test("the bucket keeps old versions for 90 days, encrypted, has its access logged, and is closed to the public and to plain HTTP", async () => {
    const Bucket = BUCKET;
    expect(await administrator.s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: "Enabled" });
    expect((await administrator.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject([
      {
        Status: "Enabled",
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ]);
    expect(
      (await administrator.s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules,
    ).toMatchObject([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: bootstrap.state_kms_key_arn } }]);
    expect((await administrator.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect((await administrator.s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules).toEqual([
      { ObjectOwnership: "BucketOwnerEnforced" },
    ]);
    expect(await administrator.kms.send(new GetKeyRotationStatusCommand({ KeyId: bootstrap.state_kms_key_arn }))).toMatchObject({
      KeyRotationEnabled: true,
    });

    const { Policy = "" } = await administrator.s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement.map(({ Sid, Effect }: { Sid: string; Effect: string }) => `${Effect} ${Sid}`)).toEqual([
      "Deny DenyPlainHttp",
      "Deny DenyOtherEncryption",
      "Deny DenyKeysInRequests",
    ]);
    expect((await administrator.s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toEqual({
      TargetBucket: LOGS,
      TargetPrefix: `${BUCKET}/`,
    });
    await direct.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "ManagedBy", Value: "cdktf" }] } })); // see local-aws.test.ts
  });

  /** Every version of the state, as S3 has it. */
  async function versions(): Promise<{ encryption: string; text: string }[]> {
    const { Versions = [] } = await direct.s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: STATE_KEY }));
    return Promise.all(
      Versions.filter(({ Key }) => Key === STATE_KEY).map(async ({ Key, VersionId }) => {
        const { Body, SSEKMSKeyId = "" } = await direct.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId }));
        return { encryption: SSEKMSKeyId, text: (await Body?.transformToString()) ?? "" };
      }),
    );
  }

  test("local states move into the bucket by the documented commands, and plans find nothing to do there, that of the plan role either", async () => {
    const { sandbox } = lab;
    await variant({ tags: { Owner: "us" }, replicas: [{ region: "eu-west-1" }] });
    await becomes("administrator");
    await setup.type("-migrate-state");
    expect(setup.left).toEqual([]);
    const bootstrapPlan = sandbox.tryTerraform(["plan", "-detailed-exitcode"], {}, join(sandbox.stackFolder, "../bootstrap"));

    await becomes("plan");
    const other = { ...FIRST, ai_api_key: randomKey() }; // a plan needs a key, and not the key
    sandbox.settings = { ...sandbox.settings, ...(await attachProvider(sandbox, lab.session)) };
    expect(await sandbox.tryTerraform(["plan", "-lock=false", "-detailed-exitcode"], other)).toMatchObject({ exitCode: 0 });
    expect(await bootstrapPlan).toMatchObject({ exitCode: 0 });
    expect((await versions()).length).toBeGreaterThan(0);
  });

  test("two deploys at once: the second is refused, and told who has the lock; the first loses nothing", async () => {
    const { sandbox } = lab;
    let arrive = () => {};
    let release = (_: undefined) => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const released = new Promise<undefined>((resolve) => {
      release = resolve;
    });
    hold = (call) => {
      if (call?.action !== "secretsmanager:PutSecretValue") {
        return undefined;
      }
      arrive();
      return released;
    };

    await becomes("deploy");
    try {
      const first = sandbox.apply(SECOND);
      await Promise.race([arrived, first]);
      const second = await sandbox.tryTerraform(["apply", "-auto-approve"], SECOND);
      release(undefined);
      await first;

      expect(second.exitCode).not.toBe(0);
      expect(unwrapped(second.output)).toMatch(/Error acquiring the state lock.*Who: +\S+@/);
      expect(await lab.aws.secretValue("ai/test/api-key")).toBe(SECOND.ai_api_key);
    } finally {
      release(undefined);
      hold = undefined;
    }
  });

  test("a job can't take the role of another, nor any role from a branch that is not protected", async () => {
    const refused = { name: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithWebIdentity" };
    const tries = [
      administrator.assumeByToken(roleArn("deploy"), TOKENS.plan),
      administrator.assumeByToken(roleArn("deploy"), TOKENS.deploy_staging),
      administrator.assumeByToken(roleArn("deploy_staging"), TOKENS.deploy),
      administrator.assumeByToken(roleArn("plan"), TOKENS.deploy),
      administrator.assumeByToken(roleArn("ops"), TOKENS.deploy),
      administrator.assumeByToken(roleArn("deploy"), { ...TOKENS.deploy, ref: "refs/heads/feature" }),
      administrator.assumeByToken(roleArn("deploy"), { ...TOKENS.deploy, repository_id: "999999" }),
    ];
    await Promise.all(tries.map((tried) => expect(tried).rejects.toMatchObject(refused)));
  });

  /** What the table is about: the deployed stack, and what the other environment has by the names that its stack gives. */
  async function madeTargets(): Promise<CalledTargets> {
    const make = async (Name: string) => (await direct.secrets.send(new CreateSecretCommand({ Name, SecretString: "a value" }))).ARN ?? "";
    const { Policy } = await direct.iam.send(
      new CreatePolicyCommand({ PolicyName: "ai-staging-api-key-read-1", PolicyDocument: READ_ANY }),
    );
    const makeKey = async (tags: Readonly<Record<string, string>>) => {
      const Tags = Object.entries({ ManagedBy: "cdktf", ...tags }).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
      return (await direct.kms.send(new CreateKeyCommand({ Tags }))).KeyMetadata?.Arn ?? "";
    };
    await direct.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: STAGING_STATE_KEY, Body: "{}" }));

    const secret = await lab.aws.describeSecret("ai/test/openai-api-key");
    const object = (key: string) => `arn:aws:s3:::${BUCKET}/${key}`;
    return {
      secret: secret?.ARN ?? "",
      foreignSecret: await make("ai/staging/api-key"),
      anotherSecret: await make("ai/another/api-key"),
      readPolicy: (await lab.aws.policyArns("ai-test-openai-api-key-read-"))[0] ?? "",
      foreignReadPolicy: Policy?.Arn ?? "",
      encryptionKey: secret?.KmsKeyId ?? "",
      foreignEncryptionKey: await makeKey({ Environment: "Staging", [KEY_TAG]: "ai/staging/api-key" }),
      foreignKey: await makeKey({ Environment: "Test" }),
      rotationFunction: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotate-key`,
      anotherFunction: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:another`,
      state: object(STATE_KEY),
      foreignState: object(STAGING_STATE_KEY),
      administratorsState: object("bootstrap/terraform.tfstate"),
      stateKey: bootstrap.state_kms_key_arn ?? "",
      grantedRole: `arn:aws:iam::${ACCOUNT}:role/team/named`,
      anotherRole: `arn:aws:iam::${ACCOUNT}:role/another`,
      secretName: "ai/test/openai-api-key",
      foreignSecretName: "ai/staging/api-key",
      environment: "Test",
      foreignEnvironment: "Staging",
    };
  }

  let prepared: Promise<{ targets: CalledTargets; callsOf: Awaited<ReturnType<typeof prepareRoleCalls>> }> | undefined;
  const prepare = async () => {
    const targets = await madeTargets();
    return { targets, callsOf: await prepareRoleCalls(targets, direct) };
  };

  test("each role may do exactly what the table says, when it calls", async () => {
    prepared ??= prepare();
    const { targets, callsOf } = await prepared;
    const called = new Map<string, string>();
    for (const role of TEAM_ROLES) {
      const clients = new AwsClients(judge.endpoint, await sessionOf(role, "table"));
      for (const [what, call] of Object.entries(callsOf(clients))) {
        called.set(`${role}: ${what}`, await asked(call()));
      }
      clients.close();
    }

    expect(evaluateRoles(await rolePolicies(), targets, called)).toBe(ROLE_MATRIX);
    expect(called.size).toBe(TEAM_ROLES.length * (TEAM_RIGHTS.length - CALLED_BY_AWS.length));
  });

  test("another environment's deploy role is refused what the table says of this one, when it calls", async () => {
    prepared ??= prepare();
    const { targets, callsOf } = await prepared;
    const clients = new AwsClients(judge.endpoint, await sessionOf("deploy_staging", "table"));
    const calls = callsOf(clients, {
      foreignSecret: targets.secret,
      foreignReadPolicy: targets.readPolicy,
      foreignEncryptionKey: targets.encryptionKey,
      foreignState: targets.state,
    });
    const rights = TEAM_RIGHTS.filter(({ what }) => what.includes("another environment"));
    const answers = await Promise.all(rights.map(async ({ what }) => [what, await asked(calls[what]?.() ?? Promise.reject())]));
    clients.close();
    expect(answers).toEqual(rights.map(({ what, answers: [deploy] }) => [what, deploy]));
    expect(answers).toHaveLength(10);
  });

  async function rolePolicies(): Promise<RolePolicies> {
    const policy = async (role: TeamRole): Promise<object[]> => {
      const RoleName = roleArn(role).split("/").at(-1);
      const { PolicyDocument = "" } = await direct.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: "ai-keys" }));
      return [JSON.parse(decodeURIComponent(PolicyDocument))];
    };
    const { Policy = "" } = await direct.kms.send(new GetKeyPolicyCommand({ KeyId: bootstrap.state_kms_key_arn, PolicyName: "default" }));
    return { deploy: await policy("deploy"), plan: await policy("plan"), ops: await policy("ops"), stateKeyPolicy: JSON.parse(Policy) };
  }

  test("the deploy role has the right to every call of a create, a change, a rotation and a destroy, and no right that none of them needs", async () => {
    const { sandbox } = lab;
    const secret = await lab.aws.describeSecret("ai/test/openai-api-key");
    await direct.kms.send(new UntagResourceCommand({ KeyId: secret?.KmsKeyId, TagKeys: [KEY_TAG] })); // as older versions made it
    await becomes("administrator");
    await sandbox.shell(withPrograms(block(ACCESS, "sh", "-target=")), {});
    expect((await lab.aws.describeSecret("ai/test/openai-api-key"))?.KmsKeyId).toBe(secret?.KmsKeyId);

    await variant(CHANGED);
    await becomes("deploy");
    judge.join(new Organization([ACCOUNT])); // which hinders no deploy
    sandbox.settings = { ...sandbox.settings, ...attached };
    await sandbox.apply(SECOND);
    await direct.secrets.send(new PutSecretValueCommand({ SecretId: "ai/test/openai-api-key", SecretString: "rotated by the function" }));
    const { deploy } = await rolePolicies();
    await sandbox.terraform(["destroy", "-auto-approve"], SECOND);

    const session = `/${roleArn("deploy").split("/").at(-1)}/${SESSION}`;
    const own = judge.judgements.filter(({ caller }) => caller.endsWith(session));
    expect(own.filter(({ result }) => result !== "Allowed")).toEqual([]);
    const used = new Set(own.map(({ action }) => action));
    expect(allowedActions(deploy).filter((action) => !used.has(action))).toEqual([]);
  });

  test("no version of the state holds a key, and each is encrypted by the given KMS key", async () => {
    const all = await versions();
    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all.map(({ encryption }) => encryption))).toEqual(new Set([bootstrap.state_kms_key_arn]));
    for (const [index, { text }] of all.entries()) {
      writeFileSync(join(lab.sandbox.folder, `state-${index}.json`), text);
    }
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
