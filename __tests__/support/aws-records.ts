import { GetAccountAuthorizationDetailsCommand, IAMClient, type PolicyDetail } from "@aws-sdk/client-iam";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { secretNameOf } from "../../lib/arn";

/** The part of a policy that is looked into here. */
export interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

interface Statement {
  readonly Effect: string;
  readonly Condition?: Readonly<Record<string, object>>;
}

/** A role or a user, as IAM has it. */
export interface Identity {
  readonly arn: string;
  readonly policies: readonly PolicyDocument[];
  /** Of a role: who may assume it. */
  readonly trust?: PolicyDocument;
  /** What bounds or adds to its rights besides its own policies. */
  readonly besides: readonly string[];
}

export interface SecretRecord {
  readonly ARN: string;
  /** Undefined for the key that AWS manages. */
  readonly KmsKeyId?: string;
  readonly RotationLambdaARN?: string;
  readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>;
}

/** What a local AWS has at the moment. Roles and users are kept until `forgetIdentities`: their policies are long. */
export class AwsRecords {
  private readonly clients = new Map<string, IAMClient>();
  private readonly kept = new Map<string, Promise<readonly Identity[]>>();

  /** @param endpoint the local AWS */
  constructor(private readonly endpoint: string) {}

  /**
   * The roles and users of an account.
   *
   * @param accessKeyId one of the account's: by it the local AWS knows the account
   */
  public identities(accessKeyId: string): Promise<readonly Identity[]> {
    const kept = this.kept.get(accessKeyId) ?? this.readIdentities(accessKeyId);
    this.kept.set(accessKeyId, kept);
    return kept;
  }

  /** What was kept is read again. */
  public forgetIdentities(): void {
    this.kept.clear();
  }

  /** Undefined when there is no such secret. */
  public secret(arn: string): Promise<SecretRecord | undefined> {
    return this.ask("secretsmanager", arn, "DescribeSecret", { SecretId: secretNameOf(arn) });
  }

  public async secretPolicy(arn: string): Promise<PolicyDocument | undefined> {
    const { ResourcePolicy = "" } =
      (await this.ask<{ ResourcePolicy?: string }>("secretsmanager", arn, "GetResourcePolicy", { SecretId: arn })) ?? {};
    return parsed(ResourcePolicy);
  }

  /** The ARN of the key that an alias stands for; undefined when there is no such alias. */
  public async keyOfAlias(aliasArn: string): Promise<string | undefined> {
    const found = await this.ask<{ KeyMetadata: { Arn: string } }>("kms", aliasArn, "DescribeKey", { KeyId: aliasArn });
    return found?.KeyMetadata.Arn;
  }

  /** Undefined when there is no such key. */
  public async keyPolicy(arn: string): Promise<PolicyDocument | undefined> {
    const found = await this.ask<{ Policy: string }>("kms", arn, "GetKeyPolicy", { KeyId: arn, PolicyName: "default" });
    return parsed(found?.Policy ?? "");
  }

  public async keyTags(arn: string): Promise<Readonly<Record<string, string>>> {
    const found = await this.ask<{ Tags?: { TagKey: string; TagValue: string }[] }>("kms", arn, "ListResourceTags", { KeyId: arn });
    return Object.fromEntries((found?.Tags ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue]));
  }

  /** The ARN of the KMS key that an object is encrypted by; undefined where there is no object or no key. */
  public async keyOfObject(objectArn: string, region: string): Promise<string | undefined> {
    const { headers } = await this.s3("HEAD", objectArn, region);
    return headers.get("x-amz-server-side-encryption-aws-kms-key-id") ?? undefined;
  }

  /** The ARN of the KMS key that encrypts what a bucket is given. */
  public async keyOfBucket(bucketArn: string, region: string): Promise<string | undefined> {
    const answer = await this.s3("GET", `${bucketArn}?encryption`, region);
    return (await answer.text()).match(/<KMSMasterKeyID>(.*?)</)?.[1];
  }

  public close(): void {
    for (const client of this.clients.values()) {
      client.destroy();
    }
  }

  private async readIdentities(accessKeyId: string): Promise<Identity[]> {
    const command = new GetAccountAuthorizationDetailsCommand({ Filter: ["Role", "User", "LocalManagedPolicy"] });
    const { RoleDetailList = [], UserDetailList = [], Policies = [] } = await this.iam(accessKeyId).send(command);
    const attached = new Map(
      Policies.map(({ Arn, PolicyVersionList = [] }) => [
        Arn,
        PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document,
      ]),
    );
    const documents = (inline: readonly PolicyDetail[] = [], managed: readonly { PolicyArn?: string }[] = []) => ({
      policies: [
        ...inline.map(({ PolicyDocument = "" }) => parsed(PolicyDocument)),
        ...managed.flatMap(({ PolicyArn }) => parsed(attached.get(PolicyArn) ?? "") ?? []),
      ].filter((document) => document !== undefined),
      besides: managed.flatMap(({ PolicyArn }) => (attached.has(PolicyArn) ? [] : [`the policy ${PolicyArn}`])),
    });

    return [
      ...RoleDetailList.map(({ Arn = "", AssumeRolePolicyDocument = "", PermissionsBoundary, RolePolicyList, AttachedManagedPolicies }) => {
        const { policies, besides } = documents(RolePolicyList, AttachedManagedPolicies);
        return { arn: Arn, policies, trust: parsed(AssumeRolePolicyDocument), besides: [...besides, ...boundary(PermissionsBoundary)] };
      }),
      ...UserDetailList.map(({ Arn = "", GroupList = [], PermissionsBoundary, UserPolicyList, AttachedManagedPolicies }) => {
        const { policies, besides } = documents(UserPolicyList, AttachedManagedPolicies);
        const groups = GroupList.map((group) => `the group ${group}`);
        return { arn: Arn, policies, besides: [...besides, ...boundary(PermissionsBoundary), ...groups] };
      }),
    ];
  }

  private iam(accessKeyId: string): IAMClient {
    const client =
      this.clients.get(accessKeyId) ??
      new IAMClient({ endpoint: this.endpoint, region: "us-east-1", credentials: { ...DUMMY_CREDENTIALS, accessKeyId } });
    this.clients.set(accessKeyId, client);
    return client;
  }

  private s3(method: string, arn: string, region: string): Promise<Response> {
    return fetch(`${this.endpoint}/${arn.split(":::")[1]}`, { method, headers: { authorization: authorization("s3", region) } });
  }

  /** Undefined when the service finds no such thing. */
  private async ask<T>(service: "secretsmanager" | "kms", arn: string, action: string, body: object): Promise<T | undefined> {
    const answer = await fetch(this.endpoint, {
      method: "POST",
      headers: {
        authorization: authorization(service, arn.split(":")[3] ?? ""),
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `${service}.${action}`,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (answer.ok) {
      return JSON.parse(text);
    }
    if (text.includes("NotFound")) {
      return undefined;
    }
    throw new Error(`${action} of ${arn} failed: ${text}`);
  }
}

function boundary(set: { PermissionsBoundaryArn?: string } | undefined): string[] {
  return set?.PermissionsBoundaryArn ? [`the boundary ${set.PermissionsBoundaryArn}`] : [];
}

/** IAM gives documents percent-encoded. */
function parsed(document: string): PolicyDocument | undefined {
  return document ? JSON.parse(document.startsWith("%") ? decodeURIComponent(document) : document) : undefined;
}

function authorization(service: string, region: string): string {
  const { accessKeyId } = DUMMY_CREDENTIALS;
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
