import { RestoreSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { awsConfig } from "./aws/aws-config";
import { describeSecret, missingSecretMessage } from "./aws/secret-on-aws";
import type { Answer } from "./terminal/answer";

/**
 * Brings back a secret that is scheduled for deletion.
 *
 * @param secret its name or its ARN
 */
export async function restore(secret: string): Promise<Answer> {
  const client = new SecretsManagerClient(awsConfig(secret));
  try {
    const found = await describeSecret(client, secret);
    if (!found) {
      return { ok: false, text: await missingSecretMessage(client, secret), data: { restored: false, found: false } };
    }

    const { ARN: arn, DeletedDate: deleted, KmsKeyId: keyId } = found;
    if (!deleted) {
      return {
        ok: true,
        text: `${arn} is not scheduled for deletion: there is nothing to restore.`,
        data: { restored: false, found: true, arn },
      };
    }

    await client.send(new RestoreSecretCommand({ SecretId: arn }));
    return {
      ok: true,
      text: [`Restored ${arn}.`, ...nextSteps(String(arn), keyId)].join("\n"),
      data: { restored: true, found: true, arn, keyId },
    };
  } finally {
    client.destroy();
  }
}

function nextSteps(arn: string, keyId: string | undefined): string[] {
  const encryption = `It is encrypted by ${keyId}: if that is scheduled for deletion too, aws kms cancel-key-deletion and aws kms enable-key come first.`;
  return [
    "It has no allow-list until it is deployed again. If the state does not have it any more, main.ts takes it over:",
    `  keys: [{ adoptSecretArn: "${arn}" }]`,
    ...(keyId ? [encryption] : []),
    "See docs/lifecycle.md.",
  ];
}
