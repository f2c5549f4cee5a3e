import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import { ROOT } from "../support/project";

const outdir = mkdtempSync(join(tmpdir(), "ai-key-test-"));

afterAll(() => rmSync(outdir, { recursive: true }));

test("the app is one stack with one key, and the bootstrap for it", () => {
  process.env.CDKTF_OUTDIR = outdir;
  const { app } = jest.requireActual<typeof import("../../main")>("../../main");

  expect(Testing.renderConstructTree(app)).toMatchInlineSnapshot(`
    "App
    ├── ai-secret (AiKeyStack)
        ├── aws (AwsProvider)
        ├── ai_api_key (EphemeralVariable)
        ├── ai_api_key_version (TerraformVariable)
        ├── ai-key (AiKeySecret)
            ├── secret (SecretsmanagerSecret)
            ├── version (SecretsmanagerSecretVersion)
            └── read-policy (ReadPolicy)
                ├── document (DataAwsIamPolicyDocument)
                └── policy (IamPolicy)
        ├── ai-key-region (DataAwsRegion)
        ├── api_secret_arn (TerraformOutput)
        ├── api_secret_name (TerraformOutput)
        ├── read_policy_arn (TerraformOutput)
        ├── api_key_version (TerraformOutput)
        └── backend (LocalBackend)
    └── bootstrap (BootstrapStack)
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
        ├── ops_role_arn (TerraformOutput)
        └── backend (LocalBackend)
    "
  `);
  expect(readdirSync(join(outdir, "stacks"))).toEqual(["ai-secret", "bootstrap"]);
});

test("the app fits a screen", () => {
  expect(readFileSync(join(ROOT, "main.ts"), "utf8").split("\n").length).toBeLessThan(40);
});
