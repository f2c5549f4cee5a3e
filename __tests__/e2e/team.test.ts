import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetKeyRotationStatusCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  DeleteBucketPolicyCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { lt } from "semver";
import type { PolicyDocument } from "../../lab/aws/aws-view";
import { unwrapped } from "../../lab/expect";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { randomKey } from "../../lab/random-key";
import { FUNCTION_SECRET, furnishAccount } from "../support/account";
import { attachProvider } from "../support/attached-provider";
import type { AwsCall } from "../support/aws-call";
import { type AwsProxy, startAwsProxy } from "../support/aws-proxy";
import { block } from "../support/documents";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { ACCOUNT } from "../support/policy-matrix";
import { calledSince } from "../support/provider-facts";
import { evaluateRoles, ROLE_MATRIX, type RolePolicies, simulate } from "../support/role-matrix";

const BUCKET = "acme-terraform-states";
const STATE_KEY = "ai-secret/terraform.tfstate";
const SETUP = "docs/setup.md";

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

/** Every option that a stack can have, and the bootstrap for it. */
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
new BootstrapStack(app, "bootstrap", {
  region: "us-east-1",
  bucket: "${BUCKET}",
  stacks: [stack],
  state: ${bootstrapState},
  github: { repository: "acme/ai-keys" },
});
app.synth();
`;

/** Calls that AWS makes on behalf of the caller, which no proxy sees. */
const CALLED_BY_AWS = ["kms:Decrypt", "kms:GenerateDataKey"];

/** What IAM is asked for a call: once for each resource. The tags are those of the stack's KMS keys. */
function requests({ action, resources, context }: AwsCall) {
  const tags = { "aws:ResourceTag/Environment": "Test", "aws:ResourceTag/ManagedBy": "cdktf" };
  const asked = "aws:RequestTag/ManagedBy" in context ? context : { ...context, ...tags };
  return action.startsWith("sts:") ? [] : resources.map((resource) => ({ action, resource, context: asked })); // sts:GetCallerIdentity needs no right
}

function allowedActions(policy: object): string[] {
  const { Statement }: PolicyDocument = JSON.parse(JSON.stringify(policy));
  return [...new Set(Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action))];
}

describeWithAws("a team: a shared state, and roles that can't read the key", () => {
  let lab: Lab;
  let leakProof: LeakProof;
  let proxy: AwsProxy;
  let s3: S3Client;
  let iam: IAMClient;
  let kms: KMSClient;
  let secrets: SecretsManagerClient;
  let bootstrap: Readonly<Record<string, string | undefined>> = {};
  /** The local AWS itself: the proxy before it notes the deploy role's calls. */
  let administrator = "";
  const calls: AwsCall[] = [];

  /** What the proxy does with a call besides noting it. */
  let hold: ((call: AwsCall | undefined) => Promise<undefined> | undefined) | undefined;

  const stateAt = (key: string) =>
    `{ bucket: "${BUCKET}", key: "${key}", region: "us-east-1", kmsKeyArn: "${bootstrap.state_kms_key_arn}" }`;
  const variant = (options: Variant = {}) =>
    lab.sandbox.use(program({ state: stateAt(STATE_KEY), bootstrapState: stateAt("bootstrap/terraform.tfstate"), ...options }));

  beforeAll(async () => {
    lab = await openLab(program({ tags: { Owner: "us" }, replicas: [{ region: "eu-west-1" }] }), { ownProviders: true });
    const { sandbox } = lab;
    leakProof = new LeakProof({
      ...FIRST,
      second: SECOND.ai_api_key,
      "second of openai": SECOND.openai_api_key,
      "the rotation function's environment": FUNCTION_SECRET,
    });

    const config = { endpoint: sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
    s3 = new S3Client({ ...config, forcePathStyle: true });
    iam = new IAMClient(config);
    kms = new KMSClient(config);
    secrets = new SecretsManagerClient(config);

    administrator = sandbox.endpoint;
    const deployed = sandbox.shell(block(SETUP, "sh", "cdktf deploy bootstrap"), {}); // nearly a minute, for the rule on old versions
    await furnishAccount(sandbox);

    proxy = await startAwsProxy(administrator, (seen) => {
      calls.push(...seen);
      return hold?.(seen[0]);
    });
    sandbox.endpoint = proxy.endpoint;
    await sandbox.apply(FIRST);
    await deployed;
    bootstrap = await sandbox.outputsOf(join(sandbox.stackFolder, "../bootstrap"));
  });
  afterAll(async () => {
    leakProof?.stop();
    for (const client of [s3, iam, kms, secrets]) {
      client?.destroy();
    }
    await proxy?.close();
    await lab?.close();
  });

  test("the bucket keeps old versions for 90 days, encrypted, and is closed to the public and to plain HTTP", async () => {
    const Bucket = BUCKET;
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: "Enabled" });
    expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject([
      { Status: "Enabled", NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
    ]);
    expect((await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: bootstrap.state_kms_key_arn } },
    ]);
    expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect((await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules).toEqual([
      { ObjectOwnership: "BucketOwnerEnforced" },
    ]);
    expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId: bootstrap.state_kms_key_arn }))).toMatchObject({
      KeyRotationEnabled: true,
    });

    const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement.map(({ Sid, Effect }: { Sid: string; Effect: string }) => `${Effect} ${Sid}`)).toEqual([
      "Deny DenyPlainHttp",
      "Deny DenyOtherEncryption",
    ]);
    await s3.send(new DeleteBucketPolicyCommand({ Bucket })); // moto denies whatever a policy denies under a condition
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "ManagedBy", Value: "cdktf" }] } })); // see local-aws.test.ts
  });

  /** Every version of the state, as S3 has it. */
  async function versions(): Promise<{ encryption: string; text: string }[]> {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: STATE_KEY }));
    return Promise.all(
      Versions.filter(({ Key }) => Key === STATE_KEY).map(async ({ Key, VersionId }) => {
        const { Body, SSEKMSKeyId = "" } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId }));
        return { encryption: SSEKMSKeyId, text: (await Body?.transformToString()) ?? "" };
      }),
    );
  }

  test("local states move into the bucket by the documented commands, and plans find nothing to do there", async () => {
    const { sandbox } = lab;
    await variant({ tags: { Owner: "us" }, replicas: [{ region: "eu-west-1" }] });
    const { endpoint } = sandbox;
    sandbox.endpoint = administrator;
    const terraform = process.env.TERRAFORM_BINARY_NAME || "terraform";
    await sandbox.shell(block(SETUP, "sh", "-migrate-state").replaceAll("terraform ", `${terraform} `), {});
    const bootstrapPlan = sandbox.tryTerraform(["plan", "-detailed-exitcode"], {}, join(sandbox.stackFolder, "../bootstrap"));
    sandbox.endpoint = endpoint;

    const other = { ...FIRST, ai_api_key: randomKey() }; // a plan needs a key, and not the key
    expect(await sandbox.tryTerraform(["plan", "-detailed-exitcode"], other)).toMatchObject({ exitCode: 0 });
    const { output } = await bootstrapPlan; // nothing but the bucket's policy, which was set aside
    expect(output).toMatch(/# aws_s3_bucket_policy\.\S+ will be created/);
    expect(output).toContain("Plan: 1 to add, 0 to change, 0 to destroy.");
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

  test("each role may do exactly what the table says, by the policies that AWS has", async () => {
    expect(
      evaluateRoles(await rolePolicies(), {
        secretArn: await secretArn("ai/test/openai-api-key"),
        secretName: "ai/test/openai-api-key",
        readPolicyArn: (await lab.aws.policyArns("ai-test-openai-api-key-read-"))[0] ?? "",
        grantedRole: "team/named",
        bucketArn: `arn:aws:s3:::${BUCKET}`,
        stateKey: STATE_KEY,
        stateKmsKeyArn: bootstrap.state_kms_key_arn ?? "",
      }),
    ).toBe(ROLE_MATRIX);
  });

  const secretArn = async (name: string) => (await lab.aws.describeSecret(name))?.ARN ?? "";

  async function rolePolicies(): Promise<RolePolicies> {
    const policy = async (role: string): Promise<object> => {
      const RoleName = bootstrap[`${role}_role_arn`]?.split("/").at(-1);
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: "ai-keys" }));
      return JSON.parse(decodeURIComponent(PolicyDocument));
    };
    return { deploy: await policy("deploy"), plan: await policy("plan"), ops: await policy("ops") };
  }

  test("the deploy role has the right to every call of a create, a change, a rotation and a destroy, and no right that none of them needs", async () => {
    const { sandbox } = lab;
    sandbox.settings = await attachProvider(sandbox, lab.session); // from here on one command runs at a time
    await variant({
      tags: { Team: "platform" },
      description: "another",
      everyDays: 60,
      replicas: [{ region: "us-west-2" }],
      readers: [`arn:aws:iam::${ACCOUNT}:role/another`],
    });
    await sandbox.apply(SECOND);
    await secrets.send(new PutSecretValueCommand({ SecretId: "ai/test/openai-api-key", SecretString: "rotated by the function" }));
    const { deploy } = await rolePolicies();
    const secretArns = [await secretArn("ai/test/openai-api-key"), await secretArn("ai/test/api-key")];
    const provider = await sandbox.providerVersion();
    await sandbox.terraform(["destroy", "-auto-approve"], SECOND);

    const denied = calls.flatMap(requests).filter((request) => simulate(deploy, request) !== "Allowed");
    const olderProvider = lt(provider, "6.26.0") ? secretArns.map((arn) => `secretsmanager:GetSecretValue ${arn}`) : []; // docs/ops.md
    expect(new Set(denied.map(({ action, resource }) => `${action} ${resource}`))).toEqual(new Set(olderProvider));

    const used = new Set([...calls.map(({ action }) => action), ...CALLED_BY_AWS]);
    const unused = allowedActions(deploy).filter((action) => !used.has(action));
    expect(unused).toEqual(unused.filter((action) => lt(provider, calledSince(action))));
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
