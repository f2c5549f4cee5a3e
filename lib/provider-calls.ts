/** What actions are on: a kind of ARN; "any" has none, and a new key none yet. */
export type Kind = "secret" | "policy" | "role" | "user" | "key" | "newKey" | "alias" | "rule" | "parameter" | "function" | "any";

/** Actions by what they are on. */
export type Actions = Readonly<Partial<Record<Kind, readonly string[]>>>;

/** What the AWS provider calls for resources of one type. */
export interface ProviderCalls {
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
    read: READ_SECRET,
    change: {
      secret: ["CreateSecret", "DeleteSecret", "TagResource", "UntagResource", "UpdateSecret"].map((name) => `secretsmanager:${name}`),
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
    change: { secret: ["secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret"] },
  },
  aws_iam_policy: {
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
    read: { role: ["iam:ListAttachedRolePolicies"] },
    change: { role: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"] },
  },
  aws_iam_user_policy_attachment: {
    read: { user: ["iam:ListAttachedUserPolicies"] },
    change: { user: ["iam:AttachUserPolicy", "iam:DetachUserPolicy"] },
  },
  "data.aws_iam_role": { read: { role: ["iam:GetRole"] }, change: {} },
  "data.aws_iam_user": { read: { user: ["iam:GetUser"] }, change: {} },
  aws_kms_key: {
    read: { key: [...READ_KEY_POLICY, "kms:GetKeyRotationStatus", "kms:ListResourceTags"] },
    change: {
      newKey: ["kms:CreateKey", "kms:TagResource"],
      key: ["kms:EnableKeyRotation", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource"],
    },
  },
  aws_kms_key_policy: { read: { key: READ_KEY_POLICY }, change: { key: ["kms:PutKeyPolicy"] } },
  aws_kms_alias: {
    read: { any: ["kms:ListAliases"] },
    change: { alias: ["kms:CreateAlias", "kms:DeleteAlias"], key: ["kms:CreateAlias", "kms:DeleteAlias"] },
  },
  aws_cloudwatch_event_rule: {
    read: { rule: ["events:DescribeRule", "events:ListTagsForResource"] },
    change: { rule: ["events:DeleteRule", "events:PutRule", "events:TagResource", "events:UntagResource"] },
  },
  aws_cloudwatch_event_target: {
    read: { rule: ["events:ListTargetsByRule"] },
    change: { rule: ["events:PutTargets", "events:RemoveTargets"] },
  },
  aws_ssm_parameter: {
    read: { any: ["ssm:DescribeParameters"], parameter: ["ssm:GetParameter", "ssm:ListTagsForResource"] },
    change: { parameter: ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource"] },
  },
  aws_lambda_permission: {
    read: { function: ["lambda:GetPolicy"] },
    change: { function: ["lambda:AddPermission", "lambda:RemovePermission"] },
  },
  "data.aws_caller_identity": { read: {}, change: {} }, // sts:GetCallerIdentity needs no right
  "data.aws_iam_policy_document": { read: {}, change: {} },
  "data.aws_region": { read: {}, change: {} },
};
