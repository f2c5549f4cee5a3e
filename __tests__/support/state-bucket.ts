import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
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
  const s3 = s3At(endpoint);
  const kms = new KMSClient({ endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS });
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

/** Empties the bucket: no version of a state is left. */
export async function clearStateBucket(endpoint: string): Promise<void> {
  const s3 = s3At(endpoint);
  try {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: STATE_BUCKET }));
    const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    await s3.send(new DeleteObjectsCommand({ Bucket: STATE_BUCKET, Delete: { Objects } }));
  } finally {
    s3.destroy();
  }
}

const s3At = (endpoint: string) => new S3Client({ endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS, forcePathStyle: true });
