import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { DEFAULT_REGION, DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { encoded, type IdentityToken } from "./identity-token";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How someone calls a local AWS. */
export class AwsClients {
  private readonly endpoint: string;
  private readonly accessKeyId: string;
  public readonly secrets: SecretsManagerClient;
  public readonly iam: IAMClient;
  public readonly kms: KMSClient;
  public readonly s3: S3Client;
  public readonly sts: STSClient;

  constructor(endpoint: string, credentials: Credentials = DUMMY_CREDENTIALS, customUserAgent = "") {
    this.endpoint = endpoint;
    this.accessKeyId = credentials.accessKeyId;
    const config = { endpoint, region: DEFAULT_REGION, credentials, customUserAgent };
    this.secrets = new SecretsManagerClient(config);
    this.iam = new IAMClient(config);
    this.kms = new KMSClient(config);
    this.s3 = new S3Client({ ...config, forcePathStyle: true });
    this.sts = new STSClient(config);
  }

  public async assume(RoleArn: string, RoleSessionName = "test"): Promise<Credentials> {
    return credentialsOf(await this.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName })));
  }

  /** As a job of a CI does. */
  public async assumeByToken(RoleArn: string, token: IdentityToken, RoleSessionName = "test"): Promise<Credentials> {
    const command = new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName, WebIdentityToken: encoded(token) });
    return credentialsOf(await this.sts.send(command));
  }

  /** A call of Lambda, which this project has no client of. @throws Error with AWS's name of what is wrong */
  public async lambda(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const authorization = `AWS4-HMAC-SHA256 Credential=${this.accessKeyId}/20260101/${DEFAULT_REGION}/lambda/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(`${this.endpoint}/2015-03-31/functions/${path}`, {
      method,
      headers: { authorization, "content-type": "application/json", ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) {
      const error = new Error(text);
      error.name = answer.headers.get("x-amzn-errortype") ?? `HTTP ${answer.status}`;
      throw error;
    }
  }

  public close(): void {
    for (const client of [this.secrets, this.iam, this.kms, this.s3, this.sts]) {
      client.destroy();
    }
  }
}

/** What a command finds its credentials by. */
export function environmentOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): NodeJS.ProcessEnv {
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
}

interface Answer {
  readonly Credentials?: { readonly AccessKeyId?: string; readonly SecretAccessKey?: string; readonly SessionToken?: string };
}

function credentialsOf({ Credentials: { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = {} }: Answer): Credentials {
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
