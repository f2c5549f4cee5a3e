import { blocks, type SynthesizedStack, texts } from "../../lab/terraform/synthesized-stack";

/** The roles that a stack names without making them. */
export function namedRoles(stack: SynthesizedStack): string[] {
  return namedIn(stack, "aws_iam_role_policy_attachment", "role");
}

/** The users that a stack names without making them. */
export function namedUsers(stack: SynthesizedStack): string[] {
  return namedIn(stack, "aws_iam_user_policy_attachment", "user");
}

/** What a stack takes over or looks up, besides roles and users, and the bucket of its state. */
export function neededFromAccount(stack: SynthesizedStack): string[] {
  const adopted = texts((stack.config.import ?? []).map(({ id }) => id));
  const functions = texts(stack.resources("aws_secretsmanager_secret_rotation").map(([, rotation]) => rotation.rotation_lambda_arn));
  const secrets = stack.resources("aws_secretsmanager_secret").map(([, secret]) => secret);
  const keys = texts(secrets.flatMap((secret) => [secret, ...blocks(secret.replica)]).map(({ kms_key_id }) => kms_key_id));

  return [
    ...adopted.map((arn) => `the secret ${arn} (adoptSecretArn)`),
    ...functions.map((arn) => `the function ${arn} (rotation)`),
    ...keys.filter((arn) => arn.startsWith("arn:")).map((arn) => `the key ${arn} (encryptionKey)`),
  ];
}

/** What the names of a stack's policies begin with. */
export function policyPrefixes(stack: SynthesizedStack): string[] {
  return texts(stack.resources("aws_iam_policy").map(([, policy]) => policy.name_prefix));
}

/** Each name once, without references to resources. */
function namedIn(stack: SynthesizedStack, type: string, argument: string): string[] {
  const names = texts(stack.resources(type).map(([, attachment]) => attachment[argument]));
  return [...new Set(names)].filter((name) => !name.includes("${"));
}
