import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  paginateListSecretVersionIds,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { unlessDenied } from "./aws-error";

/** Undefined when there is no such secret. */
export async function describeSecret(client: SecretsManagerClient, secret: string): Promise<DescribeSecretCommandOutput | undefined> {
  try {
    return await client.send(new DescribeSecretCommand({ SecretId: secret }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

/** Why there is no such secret. */
export async function missingSecretMessage(client: SecretsManagerClient, secret: string): Promise<string> {
  return `There is no secret ${secret} in ${await client.config.region()} in the account of these credentials.`;
}

/** The version that readers get; undefined when no key is stored. */
export function currentIdOf({ VersionIdsToStages: versions = {} }: DescribeSecretCommandOutput): string | undefined {
  return Object.keys(versions).find((id) => versions[id]?.includes("AWSCURRENT"));
}

/** When a version was stored; undefined where listing versions is denied, as it is to roles other than those of BootstrapStack. */
export async function createdOf(client: SecretsManagerClient, arn: string, id: string | undefined): Promise<Date | undefined> {
  return unlessDenied(async () => {
    for await (const { Versions = [] } of paginateListSecretVersionIds({ client }, { SecretId: arn })) {
      const version = Versions.find(({ VersionId }) => VersionId === id);
      if (version) {
        return version.CreatedDate;
      }
    }
    return undefined;
  });
}
