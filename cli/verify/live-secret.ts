import {
  type DescribeSecretCommandOutput,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  paginateListSecretVersionIds,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { isDenied } from "../aws-error";
import { describeSecret } from "../secret-on-aws";

/** What AWS has of a secret. */
export interface LiveSecret {
  readonly secret: DescribeSecretCommandOutput;
  /** The resource policy. */
  readonly policy: string | undefined;
  readonly current: { readonly id: string | undefined; readonly created: Date | undefined };
}

/** Undefined when there is no such secret. Of one that is scheduled for deletion AWS tells no more than that. */
export async function lookAt(client: SecretsManagerClient, arn: string): Promise<LiveSecret | undefined> {
  const secret = await describeSecret(client, arn);
  if (!secret) {
    return undefined;
  }
  if (secret.DeletedDate) {
    return { secret, policy: undefined, current: { id: undefined, created: undefined } };
  }

  const [id] = Object.entries(secret.VersionIdsToStages ?? {}).find(([, stages]) => stages.includes("AWSCURRENT")) ?? [];
  const { ResourcePolicy: policy } = await client.send(new GetResourcePolicyCommand({ SecretId: arn }));
  return { secret, policy, current: { id, created: await createdOf(client, arn, id) } };
}

/** Undefined when reading is denied. What is no text, which somebody stored by hand, is an empty one. */
export async function readValue(client: SecretsManagerClient, arn: string, versionId: string | undefined): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: arn, VersionId: versionId }))).SecretString ?? "";
  } catch (error) {
    if (isDenied(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The roles of a team may not list versions: then the date is not told. */
async function createdOf(client: SecretsManagerClient, arn: string, id: string | undefined): Promise<Date | undefined> {
  try {
    for await (const { Versions = [] } of paginateListSecretVersionIds({ client }, { SecretId: arn })) {
      const version = Versions.find(({ VersionId }) => VersionId === id);
      if (version) {
        return version.CreatedDate;
      }
    }
    return undefined;
  } catch (error) {
    if (isDenied(error)) {
      return undefined;
    }
    throw error;
  }
}
