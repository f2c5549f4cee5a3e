import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { App, Fn, Testing } from "cdktf";
import { AiKeyStack, type AiKeyStackProps, BootstrapStack, type BootstrapStackProps } from "../../../lib";
import { resources, synthesized } from "../../support/synthesized";

/** The bootstrap for a stack, and the stack. */
function stacksWith(props: Partial<BootstrapStackProps> = {}, keyProps: AiKeyStackProps = {}) {
  const app = new App({ outdir: "never-written" });
  const stack = new AiKeyStack(app, "ai-secret", {
    region: "eu-central-1",
    ...keyProps,
  });
  const bootstrap = new BootstrapStack(app, "bootstrap", {
    region: "eu-central-1",
    bucket: "acme-terraform-states",
    stacks: [stack],
    github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
    ...props,
  });
  return { stack, bootstrap };
}

const only = (type: string) => resources(stacksWith().bootstrap, type)[0];

test("the stack is this tree", () => {
  expect(Testing.renderConstructTree(stacksWith().bootstrap)).toMatchInlineSnapshot(`
    "bootstrap (BootstrapStack)
    ├── aws (AwsProvider)
    ├── account (DataAwsCallerIdentity)
    ├── partition (DataAwsPartition)
    ├── states (StateBucket)
        ├── key (KmsKey)
        ├── alias (KmsAlias)
        ├── bucket (S3Bucket)
        ├── versioning (S3BucketVersioningA)
        ├── expiry (S3BucketLifecycleConfiguration)
        ├── encryption (S3BucketServerSideEncryptionConfigurationA)
        ├── ownership (S3BucketOwnershipControls)
        ├── public-access (S3BucketPublicAccessBlock)
        ├── document (DataAwsIamPolicyDocument)
        ├── policy (S3BucketPolicy)
        ├── key-document (DataAwsIamPolicyDocument)
        └── key-policy (KmsKeyPolicy)
    ├── ai-key-region (DataAwsRegion)
    ├── github (TokenTrust)
        ├── provider (IamOpenidConnectProvider)
        ├── deploy-production (DataAwsIamPolicyDocument)
        └── plan (DataAwsIamPolicyDocument)
    ├── ops-trust (DataAwsIamPolicyDocument)
    ├── roles (TeamRoles)
        ├── deploy (IamRole)
        ├── deploy-document (DataAwsIamPolicyDocument)
        ├── deploy-policy (IamRolePolicy)
        ├── plan (IamRole)
        ├── plan-document (DataAwsIamPolicyDocument)
        ├── plan-policy (IamRolePolicy)
        ├── ops (IamRole)
        ├── ops-document (DataAwsIamPolicyDocument)
        └── ops-policy (IamRolePolicy)
    ├── alarm-watch (AlarmWatch)
    ├── state_bucket (TerraformOutput)
    ├── state_kms_key_arn (TerraformOutput)
    ├── deploy_role_arn (TerraformOutput)
    ├── plan_role_arn (TerraformOutput)
    └── ops_role_arn (TerraformOutput)
    "
  `);
});

test("old versions of a state are kept for 90 days, and unfinished uploads for 7", () => {
  expect(only("aws_s3_bucket_versioning").versioning_configuration).toEqual({
    status: "Enabled",
  });
  expect(only("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
    {
      status: "Enabled",
      noncurrent_version_expiration: [{ noncurrent_days: 90 }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    },
  ]);
});

test("access to the bucket is logged where a bucket for it is named", () => {
  expect(resources(stacksWith().bootstrap, "aws_s3_bucket_logging")).toEqual([]);
  expect(resources(stacksWith({ accessLogBucket: "acme-access-logs" }).bootstrap, "aws_s3_bucket_logging")).toMatchObject([
    { target_bucket: "acme-access-logs", target_prefix: "acme-terraform-states/" },
  ]);
});

test("states are encrypted by a key that rotates", () => {
  expect(only("aws_kms_key")).toMatchObject({ enable_key_rotation: true });
  expect(only("aws_s3_bucket_server_side_encryption_configuration").rule).toMatchObject([
    {
      apply_server_side_encryption_by_default: {
        sse_algorithm: "aws:kms",
        kms_master_key_id: expect.stringContaining("aws_kms_key"),
      },
    },
  ]);
});

test("the bucket is closed to the public, and belongs to its owner alone", () => {
  expect(only("aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(only("aws_s3_bucket_ownership_controls").rule).toEqual({
    object_ownership: "BucketOwnerEnforced",
  });
});

test("neither the bucket nor its key can be destroyed by mistake", () => {
  for (const type of ["aws_s3_bucket", "aws_kms_key"]) {
    expect(only(type).lifecycle).toMatchObject({ prevent_destroy: true });
  }
});

test("the bucket stays in its region: Terraform refuses a changed one, which would move the roles' rights alone", () => {
  expect(only("aws_kms_key").lifecycle.postcondition).toMatchObject([
    { error_message: expect.stringContaining("is in another region than the stack") },
  ]);
});

test("its own state can move into the bucket", () => {
  const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const state = {
    bucket: "acme-terraform-states",
    key: "bootstrap/terraform.tfstate",
    region: "eu-central-1",
    kmsKeyArn,
  };
  expect(synthesized(stacksWith({ state }).bootstrap).terraform.backend.s3).toMatchObject({
    key: "bootstrap/terraform.tfstate",
    use_lockfile: true,
  });
});

test("the ops role is for this account's principals, or for those that are named, whether they exist or not", () => {
  const trust = (props: Partial<BootstrapStackProps>) =>
    synthesized(stacksWith(props).bootstrap).data.aws_iam_policy_document["ops-trust"].statement[0];
  const ops = ["arn:aws:iam::111122223333:role/on-call"];

  expect(trust({})).not.toHaveProperty("condition");
  expect(trust({ ops })).toMatchObject({
    principals: [{ type: "AWS", identifiers: ["arn:aws:iam::111122223333:root"] }],
    condition: [{ test: "ArnLike", variable: "aws:PrincipalArn", values: ops }],
  });
});

test("fails for a bad bucket, region, tag or ops principal, and for no stack", () => {
  const at = (props: Partial<BootstrapStackProps>) => () => stacksWith(props);
  expect(at({ bucket: "Acme" })).toThrow("bucket must be 3 to 63 lower-case letters");
  expect(at({ accessLogBucket: "Acme" })).toThrow("accessLogBucket must be 3 to 63 lower-case letters");
  expect(at({ accessLogBucket: "acme-terraform-states" })).toThrow("accessLogBucket must be another bucket than bucket");
  expect(at({ region: "Frankfurt" })).toThrow("region must be an AWS region");
  expect(at({ tags: { Team: "" } })).toThrow("tags.Team must have 1 to 256 characters");
  expect(at({ ops: ["*"] })).toThrow("ops must hold ARNs of single roles and users");
  expect(at({ stacks: [] })).toThrow("stacks must have at least one stack");
});

describe("a stack that roles are for", () => {
  test("fails when it has a resource whose rights are not known", () => {
    const { stack, bootstrap } = stacksWith();
    new S3Bucket(stack, "bucket", {});
    expect(() => synthesized(bootstrap)).toThrow("[ai-secret] has a aws_s3_bucket, whose rights are not known.");
  });

  test("fails when it has a policy of no name: the role would get a right on all of them", () => {
    const { stack, bootstrap } = stacksWith();
    new IamPolicy(stack, "policy", { policy: "{}" });
    expect(() => synthesized(bootstrap)).toThrow("[ai-secret] names a policy that is known at deploy only. Write the name out");
  });

  test("fails when it has a name that is known at deploy only", () => {
    const { bootstrap } = stacksWith({}, { keys: [{ secretName: Fn.join("/", ["ai", "key"]) }] });
    expect(() => synthesized(bootstrap)).toThrow("[ai-secret] names a secret that is known at deploy only. Write the name out");
  });

  test("has its state where it says, or under its own name", () => {
    const statesOf = (bootstrap: BootstrapStack) => JSON.stringify(synthesized(bootstrap).data.aws_iam_policy_document);
    const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const state = {
      bucket: "acme-terraform-states",
      key: "keys/production.tfstate",
      region: "eu-central-1",
      kmsKeyArn,
    };

    expect(statesOf(stacksWith().bootstrap)).toContain("/ai-secret/terraform.tfstate.tflock");
    expect(statesOf(stacksWith({}, { state }).bootstrap)).toContain("/keys/production.tfstate.tflock");
  });
});

describe("stacks of several environments", () => {
  /** A bootstrap for a stack of each. */
  function bootstrapOf(...stacks: (AiKeyStackProps & { readonly id?: string })[]) {
    const app = new App({ outdir: "never-written" });
    return new BootstrapStack(app, "bootstrap", {
      region: "eu-central-1",
      bucket: "acme-terraform-states",
      github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
      stacks: stacks.map(({ id, ...props }, index) => new AiKeyStack(app, id ?? `ai-${index}`, { region: "eu-central-1", ...props })),
    });
  }

  const outputsOf = (bootstrap: BootstrapStack) =>
    Object.keys(synthesized(bootstrap).output).filter((name) => name.startsWith("deploy_role"));

  test("have a deploy role each, with a name and an output of its own; those of one environment share one", () => {
    const bootstrap = bootstrapOf(
      { environment: "Staging" },
      { environment: "Production", keys: [{ provider: "openai" }] },
      { environment: "production", keys: [{ provider: "groq" }] },
      { environment: "pre.Prod 2", keys: [{ secretName: "pre" }] },
    );
    expect(outputsOf(bootstrap).sort()).toEqual(["deploy_role_arn_pre_prod_2", "deploy_role_arn_production", "deploy_role_arn_staging"]);
    expect(resources(bootstrap, "aws_iam_role").map((role) => role.name_prefix)).toEqual([
      "ai-key-deploy-pre-prod-2-",
      "ai-key-deploy-production-",
      "ai-key-deploy-staging-",
      "ai-key-ops-",
      "ai-key-plan-",
    ]);
  });

  test("keep the role, the ids and the output of before where they are of one environment", () => {
    const bootstrap = bootstrapOf({ keys: [{ provider: "openai" }] }, { keys: [{ provider: "groq" }] });
    expect(outputsOf(bootstrap)).toEqual(["deploy_role_arn"]);
    expect(Testing.renderConstructTree(bootstrap)).toContain("├── deploy (IamRole)");
  });

  test("are trusted by the environment that a role is for, and no other one", () => {
    const { data } = synthesized(bootstrapOf({ environment: "Staging" }, { environment: "Production" }));
    const subjects = Object.entries<{ statement: { condition: { values: string[] }[] }[] }>(data.aws_iam_policy_document)
      .filter(([id]) => id.startsWith("github_deploy"))
      .map(([, { statement }]) => statement[0]?.condition[1]?.values);
    const repository = "repo:acme@123456/ai-keys@456789";
    expect(subjects).toEqual(
      ["production", "staging"].map((environment) => expect.arrayContaining([`${repository}:environment:${environment}`])),
    );
    expect(JSON.stringify(subjects[0])).not.toContain("staging");
  });

  test("have the states of their own environment alone in the role that deploys", () => {
    const { data } = synthesized(bootstrapOf({ id: "ai-staging", environment: "Staging" }, { id: "ai-production" }));
    const [, staging] = Object.entries(data.aws_iam_policy_document).find(([id]) => id.startsWith("roles_deploy-staging-document")) ?? [];
    expect(JSON.stringify(staging)).toContain("/ai-staging/terraform.tfstate.tflock");
    expect(JSON.stringify(staging)).not.toContain("production");
  });

  test("with long names have roles of names that IAM takes", () => {
    const [deploy] = resources(bootstrapOf({ environment: "x".repeat(60) }, {}), "aws_iam_role").filter(({ name_prefix }) =>
      name_prefix.includes("xx"),
    );
    expect(deploy.name_prefix).toHaveLength(64 - 26);
  });

  test.each<[string, AiKeyStackProps, AiKeyStackProps, string]>([
    [
      "policies begin alike",
      { keys: [{ secretName: "ai/x" }] },
      { keys: [{ secretName: "ai-x" }] },
      "not both name a policy ai-x-read-*: the role of one could change the other's",
    ],
    [
      "one policy's name begins as another's",
      { keys: [{ secretName: "ai/x" }] },
      { keys: [{ secretName: "ai/x-read-y" }] },
      "not both name a policy ai-x-read-*",
    ],
    [
      "rules' names are cut off where they are alike",
      { keys: [{ secretName: "ai/customer-facing-production-eu-1/key" }], alarmTopicArn: "arn:aws:sns:eu-central-1:111122223333:security" },
      { keys: [{ secretName: "ai/customer-facing-production-eu-2/key" }], alarmTopicArn: "arn:aws:sns:eu-central-1:111122223333:security" },
      "not both name a rule ai-customer-facing-production-e-alarm-*",
    ],
  ])("fail where a role could not tell them apart: %s", (_, one, another, message) => {
    expect(() => synthesized(bootstrapOf({ environment: "Staging", ...one }, another))).toThrow(
      `[ai-0] and [ai-1], of two environments, must ${message}`,
    );
    expect(() => synthesized(bootstrapOf(one, another))).not.toThrow(); // of one environment
  });

  test("fail for one state, for a lock that is another's state, and for an environment that no role can be named after", () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const state = (key: string) => ({ bucket: "acme-terraform-states", key, region: "eu-central-1", kmsKeyArn });
    const message = "stacks must each have a state of another key";
    expect(() => bootstrapOf({ environment: "Staging", state: state("a") }, { state: state("a") })).toThrow(message);
    expect(() => bootstrapOf({ environment: "Staging", state: state("a") }, { state: state("a.tflock") })).toThrow(message);
    expect(() => bootstrapOf({ environment: "Staging", state: state("ai-1/terraform.tfstate") }, {})).toThrow(message);
    expect(() => bootstrapOf({ environment: "@", keys: [{ secretName: "ai" }] })).toThrow(
      "[ai-0] environment must be a literal of letters",
    );
    expect(() => bootstrapOf({ environment: "a.b" }, { environment: "a-b" })).toThrow(
      "must be of environments that differ in letters and digits",
    );
  });
});

describe("rights that don't fit into a role's own policy", () => {
  const bootstrapFor = (count: number) =>
    stacksWith(
      {},
      {
        encryptionKey: "customer-managed",
        keys: Array.from({ length: count }, (_, index) => ({
          provider: `gateway-${index}`,
          format: "any" as const,
          publishArnTo: `/ai/${index}`,
        })),
      },
    ).bootstrap;

  test("are in managed policies too, which no pattern of a secret's policies takes in", () => {
    const policies = resources(bootstrapFor(30), "aws_iam_policy");
    expect(policies.length).toBeGreaterThan(1);
    expect(policies.every(({ path, name_prefix }) => path === "/ai-keys/" && /^ai-key-(deploy|plan|ops)-$/.test(name_prefix))).toBe(true);
    expect(resources(bootstrapFor(30), "aws_iam_role_policy_attachment")).toHaveLength(policies.length);
    expect(resources(bootstrapFor(1), "aws_iam_policy")).toEqual([]);
  });

  test("fail where they don't fit into all that a role can have, with the number", () => {
    expect(() => synthesized(bootstrapFor(250))).toThrow(
      /The rights of the role bootstrap\/roles\/deploy need too many policies: managed policies on a role \(default quota\): \d+ policies, and AWS takes 10/,
    );
  });
});

describe("a stack with encryption keys of its own", () => {
  const keys = { encryptionKey: "customer-managed" };
  const roles = (props: AiKeyStackProps) => JSON.stringify(synthesized(stacksWith({}, props).bootstrap).data.aws_iam_policy_document);

  test("is refused with a tag that only a deploy knows: a role would know its keys by nothing", () => {
    const tags = { ManagedBy: Fn.join("-", ["cdktf", "2"]) };
    expect(() => roles({ ...keys, tags })).toThrow("[ai-secret] has a tag ManagedBy that is known at deploy only, and a KMS key");
    expect(() => roles({ tags })).not.toThrow();
  });

  test("is refused with a key that is none of a secret's", () => {
    const { stack, bootstrap } = stacksWith({}, keys);
    new KmsKey(stack, "another");
    expect(() => synthesized(bootstrap)).toThrow("[ai-secret] names a key that is known at deploy only");
  });

  test("lets no role make a KMS key, or compare a text as an ARN", () => {
    expect(roles(keys)).not.toContain("kms:CreateKey");
    expect(roles(keys)).toContain('{"test":"StringLike","values":["arn:');
    expect(roles(keys)).not.toMatch(/"ArnLike","values":[^\]]*\],"variable":"kms:/);
  });
});

describe("the alarm", () => {
  const alarmTopicArn = "arn:aws:sns:eu-central-1:111122223333:security";
  const watching = (props: AiKeyStackProps) => {
    const { bootstrap } = stacksWith({}, props);
    return {
      rules: resources(bootstrap, "aws_cloudwatch_event_rule"),
      targets: resources(bootstrap, "aws_cloudwatch_event_target"),
    };
  };

  test("is watched by a rule that the deploy role has no right to: who switches it off is told of", () => {
    const { rules, targets } = watching({ alarmTopicArn });
    expect(rules).toMatchObject([{ name_prefix: "ai-key-watch-", event_pattern: expect.stringContaining('"DisableRule", "PutRule"') }]);
    expect(rules[0]?.event_pattern.split('{"prefix" = "ai-production-api-key-alarm-"}')).toHaveLength(3);
    expect(targets).toMatchObject([{ arn: alarmTopicArn }]);
    const { data } = synthesized(stacksWith({}, { alarmTopicArn }).bootstrap);
    expect(JSON.stringify(data.aws_iam_policy_document)).toContain(":rule/ai-production-api-key-alarm-*");
    expect(JSON.stringify(data.aws_iam_policy_document)).not.toContain("ai-key-watch");
  });

  test("of many keys is watched by rules that AWS takes; of none, by none", () => {
    const keys = Array.from({ length: 60 }, (_, index) => ({ provider: `gateway-${index}`, format: "any" as const }));
    const { rules } = watching({ alarmTopicArn, keys });
    expect(rules.length).toBeGreaterThan(1);
    expect(Math.max(...rules.map(({ event_pattern }) => event_pattern.length))).toBeLessThan(2_048);
    expect(watching({}).rules).toEqual([]);
  });
});
