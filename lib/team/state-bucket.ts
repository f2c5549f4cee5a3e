import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { KmsKeyPolicy } from "@cdktf/provider-aws/lib/kms-key-policy";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { accountRootOf } from "../arn";
import { checkBucketName, checkProp } from "../checks";
import { propOf } from "../prop-of";
import { staysInRegion } from "../region";

/** How long a replaced version of a state can be gone back to. */
export const DAYS_OF_OLD_VERSIONS = 90;

/** All that changes a key, or who may use it. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
const MANAGEMENT = [
  ...["Cancel", "Create", "Delete", "Disable", "Enable", "Import", "Put", "Retire", "Revoke", "Rotate", "Schedule", "Update"].map(
    (verb) => `kms:${verb}*`,
  ),
  "kms:TagResource",
  "kms:UntagResource",
];

export interface StateBucketProps {
  /** The bucket's name, which no other AWS account may have. */
  readonly name: string;
  /** The name of the bucket that gets S3's access logs of this one. */
  readonly accessLogBucket?: string | undefined;
}

/**
 * A bucket for Terraform's states: versioned, encrypted by a KMS key of its own, closed to the public, to plain HTTP and to objects that
 * are encrypted otherwise, by a key in the request too. Terraform refuses to destroy it.
 *
 * https://developer.hashicorp.com/terraform/language/backend/s3
 */
export class StateBucket extends Construct {
  public readonly arn: string;

  /** The ARN of the key that encrypts the states. */
  public readonly kmsKeyArn: string;

  private readonly key: KmsKey;

  constructor(scope: Construct, id: string, { name, accessLogBucket }: StateBucketProps) {
    super(scope, id);
    checkBucketName(propOf(scope, "bucket"), name);

    const key = new KmsKey(this, "key", {
      description: `Encrypts the Terraform states in ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      lifecycle: { preventDestroy: true, postcondition: [staysInRegion(this)] },
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    this.key = key;
    this.kmsKeyArn = key.arn;

    const bucket = new S3Bucket(this, "bucket", { bucket: name, lifecycle: { preventDestroy: true } });
    this.arn = bucket.arn;

    const versioning = new S3BucketVersioningA(this, "versioning", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });

    new S3BucketLifecycleConfiguration(this, "expiry", {
      bucket: bucket.id,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: DAYS_OF_OLD_VERSIONS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versioning],
    });

    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn }, bucketKeyEnabled: true }],
    });

    new S3BucketOwnershipControls(this, "ownership", { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } });

    const publicAccessBlock = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });

    const everyone = [{ type: "*", identifiers: ["*"] }];
    const document = new DataAwsIamPolicyDocument(this, "document", {
      statement: [
        {
          sid: "DenyPlainHttp",
          effect: "Deny",
          principals: everyone,
          actions: ["s3:*"],
          resources: [bucket.arn, `${bucket.arn}/*`],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
        {
          // A request that says nothing is encrypted by the bucket's own rule, which is this key.
          sid: "DenyOtherEncryption",
          effect: "Deny",
          principals: everyone,
          actions: ["s3:PutObject"],
          resources: [`${bucket.arn}/*`],
          condition: [
            { test: "Null", variable: "s3:x-amz-server-side-encryption", values: ["false"] },
            { test: "StringNotEquals", variable: "s3:x-amz-server-side-encryption-aws-kms-key-id", values: [key.arn] },
          ],
        },
        {
          // Whoever encrypts a state by a key of his own takes it from all others: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
          sid: "DenyKeysInRequests",
          effect: "Deny",
          principals: everyone,
          actions: ["s3:PutObject"],
          resources: [`${bucket.arn}/*`],
          condition: [{ test: "Null", variable: "s3:x-amz-server-side-encryption-customer-algorithm", values: ["false"] }],
        },
      ],
    });

    new S3BucketPolicy(this, "policy", { bucket: bucket.id, policy: document.json, dependsOn: [publicAccessBlock] });

    if (accessLogBucket !== undefined) {
      checkBucketName(propOf(scope, "accessLogBucket"), accessLogBucket);
      checkProp(
        propOf(scope, "accessLogBucket"),
        accessLogBucket !== name,
        "be another bucket than bucket: each log would be logged",
        name,
      );
      new S3BucketLoggingA(this, "access-log", { bucket: bucket.id, targetBucket: accessLogBucket, targetPrefix: `${name}/` });
    }
  }

  /**
   * The key of the states can't be managed by these roles, whatever else allows it. All others are as in AWS's own policy for a key:
   * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
   */
  public keepKeyFrom(roleArns: readonly string[]): void {
    const document = new DataAwsIamPolicyDocument(this, "key-document", {
      statement: [
        {
          sid: "EnableIAMUserPermissions",
          effect: "Allow",
          principals: [{ type: "AWS", identifiers: [accountRootOf(this.key.arn)] }],
          actions: ["kms:*"],
          resources: ["*"],
        },
        {
          sid: "DenyManagementToTheTeam",
          effect: "Deny",
          principals: [{ type: "*", identifiers: ["*"] }],
          actions: MANAGEMENT,
          resources: ["*"],
          condition: [{ test: "ArnEquals", variable: "aws:PrincipalArn", values: [...roleArns] }],
        },
      ],
    });
    new KmsKeyPolicy(this, "key-policy", { keyId: this.key.keyId, policy: document.json });
  }
}
