import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

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
