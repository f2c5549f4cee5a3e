import { RestoreSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { namesOf, providerOf } from "../lib/key/names";
import { awsConfig } from "./aws/aws-config";
import { describeSecret, missingSecretMessage } from "./aws/secret-on-aws";
import { declaredSecrets } from "./declared-secret";
import { stacksWithSecrets } from "./deployed-stack";
import type { Answer } from "./terminal/answer";

/**
 * Brings back what is scheduled for deletion. It reads no state: that may be what was lost.
 *
 * @param target the id of a stack, for all secrets that it declares; or one secret's name or ARN
 * @param root the project's folder
 */
export async function restore(target: string, root: string): Promise<Answer> {
  const stacks = stacksWithSecrets(root);
  const stack = stacks.find(({ name }) => name === target);
  if (!stack) {
    return restoreSecret(target, undefined, (name) => {
      const declaring = stacks.find((stack) => stack.secretNames().includes(name));
      return declaring ? declaredSecrets(declaring, undefined) : [];
    });
  }

  const secrets = declaredSecrets(stack, undefined);
  const answers = await Promise.all(secrets.map(({ name }) => restoreSecret(name, stack.region(), () => secrets)));
  return {
    ok: answers.every(({ ok }) => ok),
    text: answers.map(({ text }) => text).join("\n\n"),
    data: { stack: target, secrets: answers.map(({ data }) => data) },
  };
}

/** A key of the stack, as far as `keys` tells them apart. */
interface Key {
  readonly name: string;
  readonly variable: string;
}

/** @param keysBeside all keys of the stack that declares a secret of this name; none when no stack does */
async function restoreSecret(secret: string, region: string | undefined, keysBeside: (name: string) => readonly Key[]): Promise<Answer> {
  const client = new SecretsManagerClient(awsConfig(secret, region));
  try {
    const found = await describeSecret(client, secret);
    if (!found) {
      return { ok: false, text: await missingSecretMessage(client, secret), data: { restored: false, found: false } };
    }

    const { ARN: arn, DeletedDate: deleted, KmsKeyId: keyId, Name: name = "" } = found;
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
      text: [`Restored ${arn}.`, ...nextSteps(adoption(String(arn), name, keysBeside(name)), keyId)].join("\n"),
      data: { restored: true, found: true, arn, keyId },
    };
  } finally {
    client.destroy();
  }
}

/** The line for main.ts. Beside other keys, these have to stay: a deploy destroys the secret of a key that is taken out of `keys`. */
function adoption(arn: string, name: string, keys: readonly Key[]): string {
  const entries = keys.length > 0 ? keys : [{ name, variable: namesOf("").variable }];
  const shown = entries.map((key) => {
    const provider = providerOf(key.variable);
    const props = [
      ...(provider === undefined ? [] : [`provider: ${JSON.stringify(provider)}`]),
      ...(key.name === name ? [`adoptSecretArn: ${JSON.stringify(arn)}`] : []),
    ];
    return props.length > 0 ? `{ ${props.join(", ")} }` : "{}";
  });
  return `keys: [${shown.join(", ")}]`;
}

function nextSteps(adoption: string, keyId: string | undefined): string[] {
  const encryption = `It is encrypted by ${keyId}: if that is scheduled for deletion too, aws kms cancel-key-deletion and aws kms enable-key come first.`;
  return [
    "It has no allow-list until it is deployed again. If the state does not have it any more, main.ts takes it over; leave what else the keys have:",
    `  ${adoption}`,
    ...(keyId ? [encryption] : []),
    "See docs/lifecycle.md.",
  ];
}
