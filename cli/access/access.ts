import { IAMClient } from "@aws-sdk/client-iam";
import { GetResourcePolicyCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { awsConfig } from "../aws/aws-config";
import { describeSecret, missingSecretMessage } from "../aws/secret-on-aws";
import { deployedStacks } from "../deployed-stack";
import type { Answer } from "../terminal/answer";
import { table } from "../terminal/table";
import { holdersOf } from "./holders";
import { readPolicyArnOf } from "./read-policy-arn";
import { type ReaderRow, readerRows } from "./readers";
import { type ReadRules, readRulesIn } from "./resource-policy";

export interface AccessOptions {
  /** The ARN of the read policy; without it, it is looked for in the outputs of the project's stacks. */
  readonly policy?: string;
}

/**
 * Who can read a key, by the secret's resource policy and by who has the read policy attached.
 *
 * @param secret its name or its ARN
 * @param root the project's folder
 */
export async function access(secret: string, root: string, options: AccessOptions): Promise<Answer> {
  const secrets = new SecretsManagerClient(awsConfig(secret));
  const iam = new IAMClient(awsConfig(secret));
  try {
    const found = await describeSecret(secrets, secret);
    if (!found) {
      return { ok: false, text: await missingSecretMessage(secrets, secret), data: { found: false } };
    }

    const arn = String(found.ARN);
    if (found.DeletedDate) {
      const text = `${arn} is scheduled for deletion: nobody can read it. ai-key restore brings it back.`;
      return { ok: false, text, data: { found: true, arn, deleted: found.DeletedDate } };
    }

    const policyArn = options.policy ?? (await findReadPolicy(arn, root));
    const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: arn }));
    const rules = readRulesIn(ResourcePolicy);
    const readers = readerRows(rules, await holdersOf(iam, policyArn), arn.split(":")[4] ?? "");
    const data = {
      found: true,
      arn,
      policyArn,
      keyId: found.KmsKeyId,
      allowList: rules.allowList ?? null,
      denied: rules.denied,
      readers,
    };
    return { ok: true, text: [`${arn}\n`, readersTable(readers), "", table(facts(rules, policyArn))].join("\n"), data };
  } finally {
    secrets.destroy();
    iam.destroy();
  }
}

async function findReadPolicy(arn: string, root: string): Promise<string> {
  const stacks = await deployedStacks(root);
  const policy = readPolicyArnOf(
    arn,
    stacks.map(({ state }) => state),
  );
  if (policy === undefined) {
    throw new Error(`No stack of this project has deployed ${arn}: say --policy <arn>, the output read_policy_arn of the stack that has.`);
  }
  return policy;
}

function readersTable(readers: readonly ReaderRow[]): string {
  const rows = readers.map(({ who, listed, readPolicy, reads }) => [who, listed, readPolicy, reads]);
  return table([["WHO", "ON THE LIST", "READ POLICY", "READS"], ...(rows.length > 0 ? rows : [["nobody", "-", "-", "-"]])]);
}

function facts({ allowList, denied }: ReadRules, policyArn: string): string[][] {
  const everyoneElse = allowList
    ? "denied, administrators and the account's root included"
    : "not denied: whoever has secretsmanager:GetSecretValue on the secret by another policy reads it too";
  return [
    ["Everyone else", everyoneElse],
    ["Denied", denied.join("; ") || "nothing, by the secret's resource policy"],
    ["Read policy", policyArn],
  ];
}
