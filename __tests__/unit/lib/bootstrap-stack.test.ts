import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
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
        └── policy (S3BucketPolicy)
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
    ├── state_bucket (TerraformOutput)
    ├── state_kms_key_arn (TerraformOutput)
    ├── deploy_role_arn (TerraformOutput)
    ├── plan_role_arn (TerraformOutput)
    └── ops_role_arn (TerraformOutput)
    "
  `);
});

test("old versions of a state are kept for 90 days", () => {
  expect(only("aws_s3_bucket_versioning").versioning_configuration).toEqual({
    status: "Enabled",
  });
  expect(only("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
    {
      status: "Enabled",
      noncurrent_version_expiration: [{ noncurrent_days: 90 }],
    },
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
  expect(at({ bucket: "Acme" })).toThrow("BootstrapStack.bucket must be 3 to 63 lower-case letters");
  expect(at({ region: "Frankfurt" })).toThrow("BootstrapStack.region must be an AWS region");
  expect(at({ tags: { Team: "" } })).toThrow("BootstrapStack.tags.Team must have 1 to 256 characters");
  expect(at({ ops: ["*"] })).toThrow("BootstrapStack.ops must hold ARNs of single roles and users");
  expect(at({ stacks: [] })).toThrow("BootstrapStack.stacks must have at least one stack");
});

describe("a stack that roles are for", () => {
  test("fails when it has a resource whose rights are not known", () => {
    const { stack, bootstrap } = stacksWith();
    new S3Bucket(stack, "bucket", {});
    expect(() => synthesized(bootstrap)).toThrow("BootstrapStack.stacks: ai-secret has a aws_s3_bucket, whose rights are not known.");
  });

  test("fails when it has a policy of no name: the role would get a right on all of them", () => {
    const { stack, bootstrap } = stacksWith();
    new IamPolicy(stack, "policy", { policy: "{}" });
    expect(() => synthesized(bootstrap)).toThrow("ai-secret names a policy that is known at deploy only. Write the name out");
  });

  test("fails when it has a name that is known at deploy only", () => {
    const { bootstrap } = stacksWith({}, { keys: [{ secretName: Fn.join("/", ["ai", "key"]) }] });
    expect(() => synthesized(bootstrap)).toThrow("ai-secret names a secret that is known at deploy only. Write the name out");
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
