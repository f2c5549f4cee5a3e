/** What actions are on. AWS chooses the ids of keys, which a tag names; "any" is no single resource. */
export const KINDS = ["secret", "policy", "role", "user", "key", "alias", "rule", "parameter", "function", "any"] as const;

export type Kind = (typeof KINDS)[number];

/** An ARN of the stack's account and region. */
export type ArnOf = (service: string, resource: string) => string;

/** The ARNs of each kind, by the names that a stack has; a name can be a pattern. */
export const ARNS: Readonly<Record<Kind, (arn: ArnOf, names: readonly string[]) => string[]>> = {
  secret: (arn, names) => names.map((name) => arn("secretsmanager", `secret:${name}-??????`)), // AWS adds six characters
  policy: (arn, names) => names.map((name) => arn("iam", `policy/${name}`)),
  role: (arn, names) => names.flatMap((name) => [arn("iam", `role/${name}`), arn("iam", `role/*/${name}`)]), // Terraform names no path
  user: (arn, names) => names.flatMap((name) => [arn("iam", `user/${name}`), arn("iam", `user/*/${name}`)]),
  key: (arn) => [arn("kms", "key/*")],
  alias: (arn, names) => names.map((name) => arn("kms", name)),
  rule: (arn, names) => names.map((name) => arn("events", `rule/${name}`)),
  parameter: (arn, names) => names.map((name) => arn("ssm", `parameter${name}`)),
  function: (arn, names) => names.map((name) => arn("lambda", `function:${name}`)),
  any: () => ["*"],
};

/** Actions by what they are on. */
export type Actions = Readonly<Partial<Record<Kind, readonly string[]>>>;

/** What the AWS provider calls for resources of one type. */
export interface ProviderCalls {
  /** The argument that names one of a kind; where Terraform makes the name up, `_prefix` after it has its beginning. */
  readonly named?: readonly [kind: Kind, argument: string];
  /** To refresh one, as each plan does. */
  readonly read: Actions;
  /** To make, change and delete one. */
  readonly change: Actions;
}

const READ_SECRET = { secret: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"] };
const READ_KEY_POLICY = ["kms:DescribeKey", "kms:GetKeyPolicy"];

/**
 * By Terraform's type, or `data.` and the type. The end-to-end tests hold it against what the provider really calls; the names are those of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const PROVIDER_CALLS: Readonly<Record<string, ProviderCalls>> = {
  aws_secretsmanager_secret: {
    named: ["secret", "name"],
    read: READ_SECRET,
    change: {
      secret: ["CreateSecret", "DeleteResourcePolicy", "DeleteSecret", "TagResource", "UntagResource", "UpdateSecret"].map(
        (name) => `secretsmanager:${name}`,
      ),
    },
  },
  aws_secretsmanager_secret_version: {
    read: { secret: ["secretsmanager:ListSecretVersionIds"] },
    change: { secret: ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"] },
  },
  aws_secretsmanager_secret_policy: {
    read: READ_SECRET,
    change: { secret: ["secretsmanager:DeleteResourcePolicy", "secretsmanager:PutResourcePolicy"] },
  },
  aws_secretsmanager_secret_rotation: {
    read: READ_SECRET,
    change: {
      secret: ["secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret"],
      function: ["lambda:InvokeFunction"], // AWS asks it of whoever rotates: secretsmanager/latest/apireference/API_RotateSecret.html
    },
  },
  aws_iam_policy: {
    named: ["policy", "name"],
    read: { policy: ["iam:GetPolicy", "iam:GetPolicyVersion"] },
    change: {
      policy: [
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:ListPolicyVersions",
        "iam:TagPolicy",
        "iam:UntagPolicy",
      ],
    },
  },
  aws_iam_role_policy_attachment: {
    named: ["role", "role"],
    read: { role: ["iam:ListAttachedRolePolicies"] },
    change: { role: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"] },
  },
  aws_iam_user_policy_attachment: {
    named: ["user", "user"],
    read: { user: ["iam:ListAttachedUserPolicies"] },
    change: { user: ["iam:AttachUserPolicy", "iam:DetachUserPolicy"] },
  },
  "data.aws_secretsmanager_secret": { read: READ_SECRET, change: {} },
  "data.aws_secretsmanager_secret_rotation": { read: { secret: ["secretsmanager:DescribeSecret"] }, change: {} },
  "data.aws_iam_role": { named: ["role", "name"], read: { role: ["iam:GetRole"] }, change: {} },
  "data.aws_iam_user": { named: ["user", "user_name"], read: { user: ["iam:GetUser"] }, change: {} },
  aws_kms_key: {
    read: { key: [...READ_KEY_POLICY, "kms:GetKeyRotationStatus", "kms:ListResourceTags"] },
    change: { key: ["kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource"] }, // an administrator makes keys
  },
  aws_kms_key_policy: { read: { key: READ_KEY_POLICY }, change: { key: ["kms:PutKeyPolicy"] } },
  aws_kms_alias: {
    named: ["alias", "name"],
    read: { any: ["kms:ListAliases"] },
    change: { alias: ["kms:CreateAlias", "kms:DeleteAlias"], key: ["kms:CreateAlias", "kms:DeleteAlias"] },
  },
  aws_cloudwatch_event_rule: {
    named: ["rule", "name"],
    read: { rule: ["events:DescribeRule", "events:ListTagsForResource"] },
    change: { rule: ["events:DeleteRule", "events:PutRule", "events:TagResource", "events:UntagResource"] },
  },
  aws_cloudwatch_event_target: {
    read: { rule: ["events:ListTargetsByRule"] },
    change: { rule: ["events:PutTargets", "events:RemoveTargets"] },
  },
  aws_ssm_parameter: {
    named: ["parameter", "name"],
    read: { any: ["ssm:DescribeParameters"], parameter: ["ssm:GetParameter", "ssm:ListTagsForResource"] },
    change: { parameter: ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource"] },
  },
  aws_lambda_permission: {
    named: ["function", "function_name"],
    read: { function: ["lambda:GetPolicy"] },
    change: { function: ["lambda:AddPermission", "lambda:RemovePermission"] },
  },
  "data.aws_caller_identity": { read: {}, change: {} }, // sts:GetCallerIdentity needs no right
  "data.aws_iam_policy_document": { read: {}, change: {} },
  "data.aws_region": { read: {}, change: {} },
};
