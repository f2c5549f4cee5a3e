import {
  DeleteBucketPolicyCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DUMMY_CREDENTIALS } from "../process/child-environment";
import { undefinedForError } from "./aws-view";

/** A bucket of a local AWS, seen through the AWS SDK, independently of Terraform. */
export class BucketView {
  private readonly s3: S3Client;

  /** @param endpoint on a loopback address */
  constructor(
    endpoint: string,
    region: string,
    private readonly bucket: string,
  ) {
    this.s3 = new S3Client({ endpoint, region, credentials: DUMMY_CREDENTIALS, forcePathStyle: true, maxAttempts: 2 });
  }

  /** Every version of every object. */
  public async versions(): Promise<{ key: string; kmsKeyArn: string; text: string }[]> {
    const { Versions = [] } = await this.s3.send(new ListObjectVersionsCommand({ Bucket: this.bucket }));
    return Promise.all(
      Versions.map(async ({ Key = "", VersionId }) => {
        const { Body, SSEKMSKeyId = "" } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key, VersionId }));
        return { key: Key, kmsKeyArn: SSEKMSKeyId, text: (await Body?.transformToString()) ?? "" };
      }),
    );
  }

  public async put(key: string, text: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: text }));
  }

  /** The names of the statements in the bucket's policy. */
  public async policySids(): Promise<string[]> {
    const { Policy = "{}" } = await this.s3.send(new GetBucketPolicyCommand({ Bucket: this.bucket }));
    const { Statement = [] }: { Statement?: { Sid: string }[] } = JSON.parse(Policy);
    return Statement.map(({ Sid }) => Sid);
  }

  /** The ARN of the key that encrypts what is put there without a word on encryption. */
  public async kmsKeyArn(): Promise<string | undefined> {
    const { ServerSideEncryptionConfiguration } = await this.s3.send(new GetBucketEncryptionCommand({ Bucket: this.bucket }));
    return ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  }

  /** For how many days a replaced version is kept. */
  public async daysOfOldVersions(): Promise<number | undefined> {
    const { Rules = [] } = await this.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: this.bucket }));
    return Rules.find(({ Status }) => Status === "Enabled")?.NoncurrentVersionExpiration?.NoncurrentDays;
  }

  public async hasTags(): Promise<boolean> {
    try {
      return (await this.s3.send(new GetBucketTaggingCommand({ Bucket: this.bucket }))).TagSet !== undefined;
    } catch (error) {
      return undefinedForError(error, "NoSuchTagSet") ?? false;
    }
  }

  /** moto denies whatever a policy denies under a condition, without a look at the condition. */
  public async setPolicyAside(): Promise<void> {
    await this.s3.send(new DeleteBucketPolicyCommand({ Bucket: this.bucket }));
  }

  public close(): void {
    this.s3.destroy();
  }
}
