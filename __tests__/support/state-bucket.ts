import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";

/** The bucket for shared states, by its name. */
export const STATE_BUCKET = "acme-terraform-states";

/** The key of the stack's state in it. */
export const STATE_KEY = "ai-secret/terraform.tfstate";

/**
 * Makes the bucket, with versions as shared states want it, and a KMS key for it, both in us-east-1.
 *
 * @returns the ARN of the KMS key
 */
export async function makeStateBucket(endpoint: string): Promise<string> {
  const config = { endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const kms = new KMSClient(config);
  try {
    await s3.send(new CreateBucketCommand({ Bucket: STATE_BUCKET }));
    await s3.send(new PutBucketVersioningCommand({ Bucket: STATE_BUCKET, VersioningConfiguration: { Status: "Enabled" } }));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? "";
  } finally {
    s3.destroy();
    kms.destroy();
  }
}
