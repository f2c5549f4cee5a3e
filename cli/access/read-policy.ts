import { GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from "@aws-sdk/client-iam";
import type { TerraformState } from "../../lab/terraform/state";
import { unlessDenied } from "../aws/aws-error";
import { matchesArn } from "../aws/matches-arn";

/** The read policy of a secret, by the outputs of its stack: each key has both ARNs there, under names that end the same way. */
export function readPolicyArnOf(secretArn: string, state: TerraformState | undefined): string | undefined {
  const outputs = Object.entries(state?.outputs ?? {});
  const output = outputs.find(([name, { value }]) => name.endsWith("api_secret_arn") && value === secretArn)?.[0];
  const policy = outputs.find(([name]) => name === output?.replace(/api_secret_arn$/, "read_policy_arn"))?.[1].value;
  return typeof policy === "string" ? policy : undefined;
}

/**
 * Who has another secret's read policy says nothing about this one. Where these credentials may not read the policy, it is believed.
 *
 * @throws Error when the policy does not name the secret
 */
export async function checkReadPolicy(iam: IAMClient, policyArn: string, secretArn: string): Promise<void> {
  const document = await unlessDenied(() => documentOf(iam, policyArn));
  const resources = document === undefined ? undefined : allowedResources(document);
  if (resources && !resources.some((pattern) => matchesArn(pattern, secretArn))) {
    throw new Error(
      `The policy ${policyArn} is not for ${secretArn}, but for ${resources.join(", ") || "nothing"}: say the output read_policy_arn of the stack that has this secret.`,
    );
  }
}

async function documentOf(iam: IAMClient, policyArn: string): Promise<string> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: policyArn }));
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: policyArn, VersionId: Policy?.DefaultVersionId }));
  return decodeURIComponent(PolicyVersion?.Document ?? "%7B%7D"); // https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
}

/** @param document a policy's */
function allowedResources(document: string): string[] {
  const { Statement = [] }: { Statement?: Statement | readonly Statement[] } = JSON.parse(document);
  return [Statement].flat().flatMap(({ Effect, Resource = [] }) => (Effect === "Allow" ? [Resource].flat() : []));
}

interface Statement {
  readonly Effect?: string;
  readonly Resource?: string | readonly string[];
}
