import type { TerraformState } from "../../lab/terraform/state";

/** The read policy of a secret, by the outputs of the stacks: each key has both ARNs there, under names that end the same way. */
export function readPolicyArnOf(secretArn: string, states: readonly (TerraformState | undefined)[]): string | undefined {
  const outputs = states.flatMap((state) => Object.entries(state?.outputs ?? {}));
  const output = outputs.find(([name, { value }]) => name.endsWith("api_secret_arn") && value === secretArn)?.[0];
  const policy = outputs.find(([name]) => name === output?.replace(/api_secret_arn$/, "read_policy_arn"))?.[1].value;
  return typeof policy === "string" ? policy : undefined;
}
