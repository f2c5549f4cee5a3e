import { setTimeout as sleep } from "node:timers/promises";
import { InvalidRequestException, RotateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { functionNameOf } from "../lib/arn";
import { awsConfig } from "./aws/aws-config";
import { currentIdOf, describeSecret, missingSecretMessage } from "./aws/secret-on-aws";
import { declaredSecrets } from "./declared-secret";
import { stacksWithSecrets } from "./deployed-stack";
import type { Answer } from "./terminal/answer";

/** Milliseconds. A function has four steps of 60 s at most. */
const PATIENCE = 300_000;
const PAUSE = 2_000;

/**
 * Has the key replaced, by the function and with the schedule that the secret has, and waits for the end. It reads no key.
 *
 * @param target the id of a stack, for all of its secrets that are rotated; or one secret's name or ARN
 * @param root the project's folder
 */
export async function rotate(target: string, root: string, patience = PATIENCE): Promise<Answer> {
  const stack = stacksWithSecrets(root).find(({ name }) => name === target);
  const rotated = stack && declaredSecrets(stack, undefined).flatMap(({ name, rotates }) => (rotates ? name : []));
  if (rotated?.length === 0) {
    throw new Error(`The stack ${target} has no secret with rotation.`);
  }
  const found = await Promise.all((rotated ?? [target]).map((secret) => rotateSecret(secret, stack?.region(), patience)));
  return {
    ok: found.every(({ ok }) => ok),
    text: found.map(({ text }) => text).join("\n"),
    data: stack ? { stack: target, secrets: found.map(({ data }) => data) } : (found[0]?.data ?? {}),
  };
}

async function rotateSecret(secret: string, region: string | undefined, patience: number): Promise<Answer> {
  const client = new SecretsManagerClient(awsConfig(secret, region));
  const failed = (text: string) => ({ ok: false, text, data: { secret, rotated: false } });
  try {
    const found = await describeSecret(client, secret);
    if (!found) {
      return failed(await missingSecretMessage(client, secret));
    }
    const { ARN: arn, RotationEnabled: enabled, RotationLambdaARN: by = "" } = found;
    if (!enabled) {
      return failed(`${arn} has no rotation. Store the new key in the CI secret, and deploy: see docs/rotation.md.`);
    }
    const { VersionId: version } = await client.send(new RotateSecretCommand({ SecretId: arn }));
    for (const end = Date.now() + patience; Date.now() < end; await sleep(PAUSE)) {
      const now = await describeSecret(client, secret);
      if (version !== undefined && now && currentIdOf(now) === version) {
        return { ok: true, text: `Rotated ${arn}: version ${version} is current.`, data: { secret: arn, rotated: true, version } };
      }
    }
    return failed(
      `The rotation of ${arn} has not ended in ${patience / 1_000} s, and the key before stays. AWS goes on with it; the function's log says what is wrong: aws logs tail /aws/lambda/${functionNameOf(by)} --since 1h. ai-key verify says when it has ended.`,
    );
  } catch (error) {
    if (error instanceof InvalidRequestException && /previous rotation/i.test(error.message)) {
      return failed(`A rotation of ${secret} has begun before, and has not ended. AWS repeats it: see ai-key verify for what to do.`);
    }
    throw error;
  } finally {
    client.destroy();
  }
}
