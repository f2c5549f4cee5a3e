/** What AWS takes at most. */
export interface Limit {
  readonly what: string;
  readonly most: number;
  readonly unit: string;
  /** What to do about too much. */
  readonly remedy: string;
  /** The page of AWS's documentation. */
  readonly source: string;
}

const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const SECRETS_MANAGER = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html";
const CREATE_SECRET = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html";
const TAGS = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";

const FEWER_STACKS = "Make a second environment of some of the stacks, or give the secrets shorter names.";

/**
 * AWS's limits, where a program can reach them. All are checked at synth, as far as a value is known there. IAM counts a policy without its
 * white space, which the AWS provider takes out before it sends one. docs/limits.md shows the table.
 */
export const LIMITS = {
  inlinePolicies: {
    what: "the inline policies of a role, together",
    most: 10_240,
    unit: "characters",
    remedy: FEWER_STACKS,
    source: IAM,
  },
  managedPolicy: {
    what: "a managed policy",
    most: 6_144,
    unit: "characters",
    remedy: "Name fewer replicas.",
    source: IAM,
  },
  attachedPolicies: {
    what: "managed policies on a role (default quota)",
    most: 10,
    unit: "policies",
    remedy: FEWER_STACKS,
    source: IAM,
  },
  readPolicies: {
    what: "managed policies on a reader (default quota)",
    most: 10,
    unit: "policies",
    remedy:
      "Give it one policy for many keys: an IamRolePolicy or IamUserPolicy of yours with the readStatements of each secret, and grantRead({ arn }) where a secret has readers.",
    source: IAM,
  },
  trustPolicy: {
    what: "the trust policy of a role (default quota)",
    most: 2_048,
    unit: "characters",
    remedy: "Name a role that these people assume, such as the one of a permission set, in place of each of them.",
    source: IAM,
  },
  resourcePolicy: {
    what: "the resource policy of a secret",
    most: 20_480,
    unit: "characters",
    remedy:
      "Name fewer readers: a role that several applications or people assume, in place of each of them. Or say fewer policyStatements.",
    source: SECRETS_MANAGER,
  },
  keyPolicy: {
    what: "the policy of a KMS key",
    most: 32_768,
    unit: "bytes",
    remedy: "Name fewer readers: a role that several applications or people assume, in place of each of them.",
    source: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
  },
  secretValue: {
    what: "the value of a secret",
    most: 65_536,
    unit: "bytes",
    remedy: "Store the key alone.",
    source: SECRETS_MANAGER,
  },
  secretName: {
    what: "the name of a secret",
    most: 512,
    unit: "characters",
    remedy: "Give a shorter name.",
    source: CREATE_SECRET,
  },
  secretDescription: {
    what: "the description of a secret",
    most: 2_048,
    unit: "characters",
    remedy: "Give a shorter description.",
    source: CREATE_SECRET,
  },
  policyName: {
    what: "the name of a managed policy",
    most: 128,
    unit: "characters",
    remedy: "It is cut off.",
    source: IAM,
  },
  roleName: {
    what: "the name of a role",
    most: 64,
    unit: "characters",
    remedy: "It is cut off.",
    source: IAM,
  },
  ruleName: {
    what: "the name of an EventBridge rule",
    most: 64,
    unit: "characters",
    remedy: "It is cut off.",
    source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
  },
  functionEnvironment: {
    what: "the environment of a Lambda function",
    most: 4_096,
    unit: "bytes",
    remedy: "Rotate some of the keys by CI, or give the secrets shorter names.",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
  },
  eventPattern: {
    what: "the event pattern of an EventBridge rule (default quota)",
    most: 2_048,
    unit: "characters",
    remedy: "Name fewer readers: a role that several applications or people assume, in place of each of them. Or leave out alarmTopicArn.",
    source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html",
  },
  tagKey: {
    what: "the key of a tag",
    most: 128,
    unit: "characters",
    remedy: "Give a shorter key.",
    source: TAGS,
  },
  tagValue: {
    what: "the value of a tag",
    most: 256,
    unit: "characters",
    remedy: "Give a shorter value.",
    source: TAGS,
  },
  tags: {
    what: "tags on a resource",
    most: 50,
    unit: "tags",
    remedy: "Give fewer tags.",
    source: TAGS,
  },
} satisfies Readonly<Record<string, Limit>>;

/** What is wrong with more than AWS takes; nothing, where it takes it. */
export function excess(limit: Limit, got: number): string | undefined {
  const { what, most, unit, remedy, source } = limit;
  return got > most ? `${what}: ${got} ${unit}, and AWS takes ${most} (${source}). ${remedy}` : undefined;
}
