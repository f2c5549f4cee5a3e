import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient, TagResourceCommand } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";

/** A region of another account in a local AWS, which has one more for each role that somebody assumes there. */
export class OtherAccount {
  private constructor(
    /** What a program in this account has in its environment. */
    public readonly environment: NodeJS.ProcessEnv,
    private readonly s3: S3Client,
    private readonly secrets: SecretsManagerClient,
  ) {}

  public static async open(endpoint: string, account: string, region: string): Promise<OtherAccount> {
    const sts = new STSClient({ endpoint, region, credentials: DUMMY_CREDENTIALS });
    const RoleArn = `arn:aws:iam::${account}:role/test`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
    sts.destroy();
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken: sessionToken = "" } = Credentials ?? {};
    const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey, sessionToken } };
    const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
    return new OtherAccount(environment, new S3Client({ ...config, forcePathStyle: true }), new SecretsManagerClient(config));
  }

  public async makeStateBucket(bucket: string, region: "us-east-1" | "eu-central-1"): Promise<void> {
    const elsewhere = region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
    await this.s3.send(new CreateBucketCommand({ Bucket: bucket, ...elsewhere }));
    await this.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }

  public async secretNames(): Promise<(string | undefined)[]> {
    const { SecretList = [] } = await this.secrets.send(new ListSecretsCommand({}));
    return SecretList.map(({ Name }) => Name);
  }

  public async secretValue(name: string, stage = "AWSCURRENT"): Promise<string | undefined> {
    const { SecretString } = await this.secrets.send(new GetSecretValueCommand({ SecretId: name, VersionStage: stage }));
    return SecretString;
  }

  /** As somebody does by hand. */
  public async tag(name: string, key: string, value: string): Promise<void> {
    await this.secrets.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key: key, Value: value }] }));
  }

  public close(): void {
    this.s3.destroy();
    this.secrets.destroy();
  }
}
