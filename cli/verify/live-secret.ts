import { DescribeKeyCommand, type KeyState, KMSClient, NotFoundException } from "@aws-sdk/client-kms";
import {
  type DescribeSecretCommandOutput,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { awsConfig } from "../aws/aws-config";
import { unlessDenied } from "../aws/aws-error";
import { createdOf, currentIdOf, describeSecret } from "../aws/secret-on-aws";

/** What AWS has of a secret. */
export interface LiveSecret {
  readonly secret: DescribeSecretCommandOutput;
  /** The resource policy. */
  readonly policy: string | undefined;
  /** Of the KMS key that is declared; undefined when none is, or describing it is denied. */
  readonly keyState: KeyState | "Deleted" | undefined;
  readonly current: { readonly id: string | undefined; readonly created: Date | undefined };
}

/**
 * Undefined when there is no such secret. Of one that is scheduled for deletion AWS tells no more than that.
 *
 * @param keyArn the KMS key that is declared
 */
export async function findLiveSecret(
  client: SecretsManagerClient,
  arn: string,
  keyArn: string | undefined,
): Promise<LiveSecret | undefined> {
  const secret = await describeSecret(client, arn);
  if (!secret) {
    return undefined;
  }
  if (secret.DeletedDate) {
    return { secret, policy: undefined, keyState: undefined, current: { id: undefined, created: undefined } };
  }

  const id = currentIdOf(secret);
  const { ResourcePolicy: policy } = await client.send(new GetResourcePolicyCommand({ SecretId: arn }));
  const keyState = keyArn === undefined ? undefined : await unlessDenied(() => stateOfKey(keyArn));
  return { secret, policy, keyState, current: { id, created: await createdOf(client, arn, id) } };
}

/** Undefined when reading is denied. What is no text, which somebody stored by hand, is an empty one. */
export async function readValue(client: SecretsManagerClient, arn: string, versionId: string | undefined): Promise<string | undefined> {
  const command = new GetSecretValueCommand({ SecretId: arn, VersionId: versionId });
  return unlessDenied(async () => (await client.send(command)).SecretString ?? "");
}

async function stateOfKey(keyArn: string): Promise<KeyState | "Deleted" | undefined> {
  const client = new KMSClient(awsConfig(keyArn));
  try {
    return (await client.send(new DescribeKeyCommand({ KeyId: keyArn }))).KeyMetadata?.KeyState;
  } catch (error) {
    if (error instanceof NotFoundException) {
      return "Deleted";
    }
    throw error;
  } finally {
    client.destroy();
  }
}
