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
    const found = await restoreSecret(target, undefined);
    const notHere = !found.ok && stacks.length === 0 ? [STACK_NOT_KNOWN] : [];
    const declaring = stacks.find((one) => one.secretNames().includes(found.name));
    return {
      ...found,
      text: [found.text, ...notHere, ...nextSteps([found], declaring ? declaredSecrets(declaring, undefined) : [])].join("\n"),
    };
  }

  const secrets = declaredSecrets(stack, undefined);
  const found = await Promise.all(secrets.map(({ name }) => restoreSecret(name, stack.region())));
  return {
    ok: found.every(({ ok }) => ok),
    text: [...found.map(({ text }) => text), ...nextSteps(found, secrets)].join("\n"),
    data: { stack: target, secrets: found.map(({ data }) => data) },
  };
}

const STACK_NOT_KNOWN = "A stack is known by its id in the project's folder alone, after npx cdktf synth.";

/** What AWS has of one secret. */
interface Found extends Answer {
  readonly name: string;
  /** Undefined when there is no such secret. */
  readonly arn: string | undefined;
  /** The KMS key, unless AWS manages it. */
  readonly keyArn: string | undefined;
  /** Whether its deletion was scheduled: what destroyed the secret has deleted the alias of its own KMS key too. */
  readonly deleted: boolean;
}

async function restoreSecret(secret: string, region: string | undefined): Promise<Found> {
  const client = new SecretsManagerClient(awsConfig(secret, region));
  try {
    const found = await describeSecret(client, secret);
    if (!found) {
      const text = await missingSecretMessage(client, secret);
      return { ok: false, text, data: { restored: false, found: false }, name: secret, arn: undefined, keyArn: undefined, deleted: false };
    }

    const { ARN: arn, DeletedDate: deleted, KmsKeyId: keyId, Name: name = "" } = found;
    const there = { ok: true, name, arn, keyArn: keyId, deleted: deleted !== undefined };
    if (!deleted) {
      const text = `${arn} is not scheduled for deletion: there is nothing to restore.`;
      return { ...there, text, data: { restored: false, found: true, arn } };
    }

    await client.send(new RestoreSecretCommand({ SecretId: arn }));
    return { ...there, text: `Restored ${arn}.`, data: { restored: true, found: true, arn, keyId } };
  } finally {
    client.destroy();
  }
}

/** A key of the stack, as far as `keys` tells them apart. */
interface Key {
  readonly name: string;
  readonly variable: string;
  readonly keyArn?: string | undefined;
}

/** The line for main.ts. Beside other keys, these have to stay: a deploy destroys the secret of a key that is taken out of `keys`. */
function adoption(found: readonly Found[], keys: readonly Key[]): string {
  const entries = keys.length > 0 ? keys : found.map(({ name }) => ({ name, variable: namesOf("").variable, keyArn: undefined }));
  const shown = entries.map((key) => {
    const provider = providerOf(key.variable);
    const secret = found.find(({ name }) => name === key.name);
    const madeHere = key.keyArn?.startsWith("${aws_kms_key."); // by encryptionKey: "customer-managed"
    const props = [
      ...(provider === undefined ? [] : [`provider: ${JSON.stringify(provider)}`]),
      ...(secret?.arn ? [`adoptSecretArn: ${JSON.stringify(secret.arn)}`] : []),
      ...(secret?.keyArn && madeHere && !secret.deleted ? [`adoptEncryptionKeyArn: ${JSON.stringify(secret.keyArn)}`] : []),
    ];
    return props.length > 0 ? `{ ${props.join(", ")} }` : "{}";
  });
  return `keys: [${shown.join(", ")}]`;
}

/** @param keys all keys of the stack that declares the secrets; none when no stack does */
function nextSteps(all: readonly Found[], keys: readonly Key[]): string[] {
  const found = all.filter(({ arn }) => arn !== undefined);
  const keyArns = found.flatMap(({ keyArn, deleted }) => (deleted && keyArn) || []);
  const encryption = `Encrypted by ${keyArns.join(", ")}: if that is scheduled for deletion too, aws kms cancel-key-deletion and aws kms enable-key come first; then it is the encryptionKey.`;
  return found.length === 0
    ? []
    : [
        "What was restored has no allow-list until it is deployed again. Where the state has lost a secret, main.ts takes it over; leave what else the keys have:",
        `  ${adoption(found, keys)}`,
        ...(keyArns.length > 0 ? [encryption] : []),
        "See docs/lifecycle.md.",
      ];
}
