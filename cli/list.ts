import { type DescribeSecretCommandOutput, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { managedResources } from "../lab/terraform/state";
import { text } from "../lab/terraform/synthesized-stack";
import { awsConfig } from "./aws/aws-config";
import { describeAwsError } from "./aws/aws-error";
import { createdOf, currentIdOf, describeSecret } from "./aws/secret-on-aws";
import { declaredSecrets } from "./declared-secret";
import { type DeployedStack, deployedStacks, leftOutLines } from "./deployed-stack";
import type { Answer } from "./terminal/answer";
import { table } from "./terminal/table";

/** A secret, as far as it is known. */
interface Listed {
  readonly stack: string;
  readonly name: string;
  readonly arn: string | null;
  /** The number of the deployed version. */
  readonly version: number | null;
  readonly stored: Date | null;
  /** When AWS deletes it; null when that is not scheduled. */
  readonly deletion: Date | null;
  readonly rotation: string | null;
  /** Where state and AWS differ. */
  readonly note?: string;
  /** Why AWS gave no answer. */
  readonly error?: string;
}

/**
 * Every secret that the stacks declare, or that their states know of. It reads no key.
 *
 * @param root the project's folder
 * @param stack one stack; without it, all whose states can be read
 */
export async function list(root: string, stack: string | undefined): Promise<Answer> {
  const found = await deployedStacks(root, stack);
  const secrets = (await Promise.all(found.deployed.map(secretsOf))).flat();
  const notes = secrets.flatMap(({ stack, name, note, error }) => {
    const remark = note ?? error;
    return remark === undefined ? [] : `${stack}: ${name}. ${remark}`;
  });
  const rows = secrets.map(({ stack, name, arn, version, stored, deletion, rotation }) => [
    stack,
    name,
    arn ?? "-",
    String(version ?? "-"),
    stored?.toISOString() ?? "-",
    deletion ? `on ${deletion.toISOString().slice(0, 10)}` : "-",
    rotation ?? "-",
  ]);
  return {
    ok: secrets.every(({ error }) => error === undefined),
    text: [
      table([["STACK", "SECRET", "ARN", "VERSION", "STORED", "DELETION", "ROTATION"], ...rows]),
      ...[...notes, ...leftOutLines(found)].map((line) => `\n${line}`),
    ].join("\n"),
    data: { secrets, leftOut: found.leftOut },
  };
}

async function secretsOf(deployed: DeployedStack): Promise<Listed[]> {
  const { stack, state } = deployed;
  const declared = declaredSecrets(stack, state);
  const forgotten = managedResources(state)
    .filter(({ type }) => type === "aws_secretsmanager_secret")
    .flatMap(({ instances }) => instances.map(({ attributes }) => ({ name: text(attributes.name) ?? "", arn: text(attributes.arn) })))
    .filter(({ arn }) => arn !== undefined && !declared.some((secret) => secret.arn === arn))
    .map((secret) => ({ ...secret, version: undefined }));

  return Promise.all([...declared, ...forgotten].map((secret) => listed(stack.name, stack.region(), secret)));
}

interface Known {
  readonly name: string;
  readonly arn: string | undefined;
  readonly version: number | undefined;
}

async function listed(stack: string, region: string | undefined, { name, arn, version }: Known): Promise<Listed> {
  const known = { stack, name, arn: arn ?? null, version: version ?? null, stored: null, deletion: null, rotation: null };
  const client = new SecretsManagerClient(awsConfig(arn ?? name, region));
  try {
    const secret = await describeSecret(client, arn ?? name);
    if (!secret) {
      return { ...known, note: arn === undefined ? "It is not deployed." : "The state has it, and AWS does not." };
    }
    const { ARN: found = null, DeletedDate: deletion = null } = secret;
    const stored = (deletion ? undefined : await createdOf(client, String(found), currentIdOf(secret))) ?? null;
    const lost = arn === undefined ? { note: "AWS has it, and the state does not: see ai-key verify." } : {};
    return { ...known, arn: found, stored, deletion, rotation: rotationOf(secret), ...lost };
  } catch (error) {
    return { ...known, error: describeAwsError(error) };
  } finally {
    client.destroy();
  }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
function rotationOf({ RotationEnabled, RotationRules, NextRotationDate }: DescribeSecretCommandOutput): string | null {
  if (!RotationEnabled) {
    return null;
  }
  const { AutomaticallyAfterDays: days, ScheduleExpression: schedule } = RotationRules ?? {};
  const rule = schedule ?? (days === undefined ? "by hand" : `every ${days} days`);
  return NextRotationDate ? `${rule}, next on ${NextRotationDate.toISOString().slice(0, 10)}` : rule;
}
