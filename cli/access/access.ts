import { IAMClient } from "@aws-sdk/client-iam";
import { GetResourcePolicyCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AWS_READ_POLICIES } from "../../lib/team/aws-read-policies";
import { awsConfig } from "../aws/aws-config";
import { describeSecret, missingSecretMessage } from "../aws/secret-on-aws";
import { declaredSecrets } from "../declared-secret";
import { type DeployedStacks, deployedStacks, leftOutLines, stacksWithSecrets, withStates } from "../deployed-stack";
import type { Answer } from "../terminal/answer";
import { table } from "../terminal/table";
import { holdersOf, managedHoldersOf } from "./holders";
import { checkReadPolicy, readPolicyArnOf } from "./read-policy";
import { type ReaderRow, readerRows } from "./readers";
import { type ReadRules, readRulesIn } from "./resource-policy";

export interface AccessOptions {
  /** The ARN of the read policy; without it, it is looked for in the outputs of the stack that has the secret. */
  readonly policy?: string;
}

/**
 * Who can read a key, by the secret's resource policy and by who has the read policy attached.
 *
 * @param target the id of a stack, for all of its secrets; or one secret's name or ARN
 * @param root the project's folder
 */
export async function access(target: string, root: string, { policy }: AccessOptions): Promise<Answer> {
  const stacks = stacksWithSecrets(root);
  if (stacks.length === 0 && policy === undefined) {
    throw new Error(
      "This folder has no synthesized stack with a secret, which would tell the read policy: say --policy <arn>, the output read_policy_arn " +
        "of the stack that has the secret, or run this in the project's folder, after npx cdktf synth.",
    );
  }
  if (!stacks.some(({ name }) => name === target)) {
    return accessToSecret(target, policy ?? ((arn, name) => findReadPolicy(arn, name, root)), managedHoldersOf);
  }

  const found = await deployedStacks(root, target);
  let managed: ReturnType<ListManaged> | undefined;
  const listOnce: ListManaged = (iam, partition) => {
    managed ??= managedHoldersOf(iam, partition); // the account's: the same for each secret
    return managed;
  };
  const answers = await Promise.all(
    found.deployed.flatMap(({ stack, state }) =>
      declaredSecrets(stack, state).map(({ arn, name }) =>
        accessToSecret(arn ?? name, policy ?? ((arn) => policyIn(found, arn)), listOnce, stack.region()),
      ),
    ),
  );
  return {
    ok: answers.every(({ ok }) => ok),
    text: answers.map(({ text }) => text).join("\n\n"),
    data: { stack: target, secrets: answers.map(({ ok, data }) => ({ ok, ...data })) },
  };
}

/** The ARN of a read policy, or what finds it for a secret. */
type ReadPolicy = string | ((arn: string, name: string) => Promise<string> | string);

type ListManaged = typeof managedHoldersOf;

async function accessToSecret(secret: string, readPolicy: ReadPolicy, listManaged: ListManaged, region?: string): Promise<Answer> {
  const secrets = new SecretsManagerClient(awsConfig(secret, region));
  const iam = new IAMClient(awsConfig(secret, region));
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

    const policyArn = typeof readPolicy === "string" ? readPolicy : await readPolicy(arn, String(found.Name));
    await checkReadPolicy(iam, policyArn, arn);
    const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: arn }));
    const rules = readRulesIn(ResourcePolicy);
    const [, partition = "aws", , , account = ""] = arn.split(":");
    const managed = await listManaged(iam, partition);
    const readers = readerRows(rules, await holdersOf(iam, policyArn), account, managed);
    const data = {
      found: true,
      arn,
      policyArn,
      keyId: found.KmsKeyId,
      allowList: rules.allowList ?? null,
      denied: rules.denied,
      readers,
      managedPolicies: managed ? "listed" : "not known",
    };
    return {
      ok: true,
      text: [`${arn}\n`, readersTable(readers), "", table(facts(rules, policyArn, managed !== undefined))].join("\n"),
      data,
    };
  } finally {
    secrets.destroy();
    iam.destroy();
  }
}

/** By the stacks that declare a secret of this name, as no other state is needed. */
async function findReadPolicy(arn: string, name: string, root: string): Promise<string> {
  const stacks = stacksWithSecrets(root).filter((stack) =>
    stack.secretNames().some((declared) => declared === name || declared.includes("${")),
  );
  return policyIn(await withStates(root, stacks), arn);
}

function policyIn(found: DeployedStacks, arn: string): string {
  const policy = found.deployed.map(({ state }) => readPolicyArnOf(arn, state)).find((policy) => policy !== undefined);
  if (policy === undefined) {
    const unknown = `No stack of this project has deployed ${arn}: say --policy <arn>, the output read_policy_arn of the stack that has.`;
    throw new Error([unknown, ...leftOutLines(found)].join("\n"));
  }
  return policy;
}

function readersTable(readers: readonly ReaderRow[]): string {
  const rows = readers.map(({ who, listed, readPolicy, reads }) => [who, listed, readPolicy, reads]);
  return table([["WHO", "ON THE LIST", "READ POLICY", "READS"], ...(rows.length > 0 ? rows : [["nobody", "-", "-", "-"]])]);
}

function facts({ allowList, denied }: ReadRules, policyArn: string, managedKnown: boolean): string[][] {
  const everyoneElse = allowList
    ? "denied, administrators and the account's root included"
    : "not denied: whoever has secretsmanager:GetSecretValue on the secret by another policy reads it too";
  return [
    ["Everyone else", everyoneElse],
    ["Denied", denied.join("; ") || "nothing, by the secret's resource policy"],
    ["Read policy", policyArn],
    ...(managedKnown ? [] : [["AWS's own policies", `not known: these credentials may not list who has ${AWS_READ_POLICIES.join(", ")}`]]),
  ];
}
