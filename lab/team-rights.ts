/** The roles that a `BootstrapStack` makes: one that deploys for each environment, one for plans, and one for people. */
export const TEAM_ROLES = ["deploy", "plan", "ops"] as const;

export type TeamRole = (typeof TEAM_ROLES)[number];

/** yes: allowed. -: nothing allows it. NO: denied, whatever else allows it. */
export type Answer = "yes" | "-" | "NO";

/** The ARNs that the rights are about. Where two are alike, the first is of the environment that the deploy role is for. */
export interface RightTargets {
  readonly secret: string;
  readonly foreignSecret: string;
  readonly anotherSecret: string;
  readonly readPolicy: string;
  readonly foreignReadPolicy: string;
  readonly encryptionKey: string;
  /** A KMS key of another program that has the tags of a stack of this one. */
  readonly foreignKey: string;
  /** The Lambda function that rotates, and one that the program does not name. */
  readonly rotationFunction: string;
  readonly anotherFunction: string;
  readonly state: string;
  readonly foreignState: string;
  readonly administratorsState: string;
  readonly stateKey: string;
  /** A role that a stack of the environment grants reading to. */
  readonly grantedRole: string;
  readonly anotherRole: string;
  /** The name of the secret, and of another environment's. */
  readonly secretName: string;
  readonly foreignSecretName: string;
  /** The environments, as in the tag. */
  readonly environment: string;
  readonly foreignEnvironment: string;
}

/** One right, as AWS is asked for it. In braces: one of `RightTargets`. */
export interface TeamRight {
  readonly what: string;
  readonly answers: readonly [deploy: Answer, plan: Answer, ops: Answer];
  readonly action: string;
  readonly on: string;
  /** What AWS knows of the call besides, by condition keys. */
  readonly context?: Readonly<Record<string, string>>;
  /** The rehearsal shows it, without a look at conditions: its statements have none but on how a call is made. */
  readonly rehearsed?: true;
}

const THROUGH_SECRETS_MANAGER = {
  "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
  "kms:EncryptionContext:SecretARN": "{secret}",
};

const TAGGED = { "aws:ResourceTag/Environment": "{environment}", "aws:ResourceTag/ManagedBy": "cdktf" };
const OF_SECRET = { ...TAGGED, "aws:ResourceTag/AiKeySecret": "{secretName}" };
const OF_FOREIGN_SECRET = {
  ...TAGGED,
  "aws:ResourceTag/Environment": "{foreignEnvironment}",
  "aws:ResourceTag/AiKeySecret": "{foreignSecretName}",
};

/** How long a key that is to be deleted can be brought back, in days: an allowed call asks for more than AWS takes. */
const inDays = (days: number) => ({ "kms:ScheduleKeyDeletionPendingWindowInDays": `${days}` });

/**
 * Who may do what. The rehearsal and docs/ops.md show this table, the unit tests evaluate it by the policies of a program, and the end-to-end
 * tests make the calls.
 */
export const TEAM_RIGHTS: readonly TeamRight[] = [
  { what: "read the key", answers: ["NO", "NO", "NO"], action: "secretsmanager:GetSecretValue", on: "{secret}", rehearsed: true },
  { what: "read many keys at once", answers: ["NO", "NO", "NO"], action: "secretsmanager:BatchGetSecretValue", on: "*" },
  {
    what: "decrypt the key",
    answers: ["-", "-", "-"],
    action: "kms:Decrypt",
    on: "{encryptionKey}",
    context: { ...THROUGH_SECRETS_MANAGER, "kms:EncryptionContext:SecretVersionId": "00000000-0000-0000-0000-000000000000" },
  },
  { what: "store a key", answers: ["yes", "-", "-"], action: "secretsmanager:PutSecretValue", on: "{secret}", rehearsed: true },
  {
    what: "encrypt a key",
    answers: ["yes", "-", "-"],
    action: "kms:GenerateDataKey",
    on: "{encryptionKey}",
    context: THROUGH_SECRETS_MANAGER,
  },
  {
    what: "see the secret and who may read it",
    answers: ["yes", "yes", "yes"],
    action: "secretsmanager:GetResourcePolicy",
    on: "{secret}",
    rehearsed: true,
  },
  { what: "list the versions of the key", answers: ["yes", "yes", "yes"], action: "secretsmanager:ListSecretVersionIds", on: "{secret}" },
  {
    what: "change who may read it",
    answers: ["yes", "-", "-"],
    action: "secretsmanager:PutResourcePolicy",
    on: "{secret}",
    context: { "secretsmanager:BlockPublicPolicy": "true" },
  },
  {
    what: "let everyone read it, past AWS's check of public policies",
    answers: ["NO", "-", "-"],
    action: "secretsmanager:PutResourcePolicy",
    on: "{secret}",
    context: { "secretsmanager:BlockPublicPolicy": "false" },
  },
  {
    what: "have the rotation function replace the key",
    answers: ["yes", "-", "yes"],
    action: "secretsmanager:RotateSecret",
    on: "{secret}",
  },
  {
    what: "have another function replace the key",
    answers: ["-", "-", "-"],
    action: "secretsmanager:RotateSecret",
    on: "{secret}",
    context: { "secretsmanager:RotationLambdaARN": "{anotherFunction}" },
  },
  { what: "call the rotation function", answers: ["yes", "-", "yes"], action: "lambda:InvokeFunction", on: "{rotationFunction}" },
  {
    what: "let Secrets Manager call the rotation function",
    answers: ["yes", "-", "-"],
    action: "lambda:AddPermission",
    on: "{rotationFunction}",
    context: { "lambda:Principal": "secretsmanager.amazonaws.com" },
  },
  {
    what: "let somebody else call or change the rotation function",
    answers: ["-", "-", "-"],
    action: "lambda:AddPermission",
    on: "{rotationFunction}",
    context: { "lambda:Principal": "{anotherRole}" },
  },
  {
    what: "change the code of the rotation function",
    answers: ["-", "-", "-"],
    action: "lambda:UpdateFunctionCode",
    on: "{rotationFunction}",
  },
  { what: "delete the secret", answers: ["yes", "-", "-"], action: "secretsmanager:DeleteSecret", on: "{secret}", rehearsed: true },
  {
    what: "delete the secret without recovery",
    answers: ["-", "-", "-"],
    action: "secretsmanager:DeleteSecret",
    on: "{secret}",
    context: { "secretsmanager:ForceDeleteWithoutRecovery": "true" },
  },
  { what: "see another secret", answers: ["-", "-", "-"], action: "secretsmanager:DescribeSecret", on: "{anotherSecret}" },
  { what: "store a key in another secret", answers: ["-", "-", "-"], action: "secretsmanager:PutSecretValue", on: "{anotherSecret}" },
  { what: "read the state", answers: ["yes", "yes", "yes"], action: "s3:GetObject", on: "{state}", rehearsed: true },
  { what: "change the state", answers: ["yes", "-", "-"], action: "s3:PutObject", on: "{state}", rehearsed: true },
  { what: "delete the state", answers: ["-", "-", "-"], action: "s3:DeleteObject", on: "{state}" },
  {
    what: "lock and unlock the state",
    answers: ["yes", "-", "yes"],
    action: "s3:DeleteObject",
    on: "{state}.tflock",
    rehearsed: true,
  },
  {
    what: "decrypt the state through S3",
    answers: ["yes", "yes", "yes"],
    action: "kms:Decrypt",
    on: "{stateKey}",
    context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
  },
  { what: "decrypt the state otherwise", answers: ["-", "-", "-"], action: "kms:Decrypt", on: "{stateKey}" },
  { what: "read the administrator's state", answers: ["-", "-", "-"], action: "s3:GetObject", on: "{administratorsState}" },
  { what: "change the read policy", answers: ["yes", "-", "-"], action: "iam:CreatePolicyVersion", on: "{readPolicy}" },
  {
    what: "attach the read policy to a granted role",
    answers: ["yes", "-", "-"],
    action: "iam:AttachRolePolicy",
    on: "{grantedRole}",
    context: { "iam:PolicyARN": "{readPolicy}" },
  },
  {
    what: "attach another policy to it",
    answers: ["-", "-", "-"],
    action: "iam:AttachRolePolicy",
    on: "{grantedRole}",
    context: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
  },
  {
    what: "attach the read policy to another role",
    answers: ["-", "-", "-"],
    action: "iam:AttachRolePolicy",
    on: "{anotherRole}",
    context: { "iam:PolicyARN": "{readPolicy}" },
  },
  { what: "make a role", answers: ["-", "-", "-"], action: "iam:CreateRole", on: "{anotherRole}" },
  {
    what: "schedule the deletion of the secret's encryption key",
    answers: ["yes", "-", "-"],
    action: "kms:ScheduleKeyDeletion",
    on: "{encryptionKey}",
    context: { ...OF_SECRET, ...inDays(31) },
  },
  {
    what: "schedule it for sooner than in 30 days",
    answers: ["-", "-", "-"],
    action: "kms:ScheduleKeyDeletion",
    on: "{encryptionKey}",
    context: { ...OF_SECRET, ...inDays(7) },
  },
  {
    what: "change the policy of the secret's encryption key",
    answers: ["yes", "-", "-"],
    action: "kms:PutKeyPolicy",
    on: "{encryptionKey}",
    context: OF_SECRET,
  },
  { what: "make a KMS key", answers: ["-", "-", "-"], action: "kms:CreateKey", on: "*" },
  {
    what: "schedule the deletion of an encryption key without tags",
    answers: ["-", "-", "-"],
    action: "kms:ScheduleKeyDeletion",
    on: "{encryptionKey}",
    context: inDays(31),
  },
  {
    what: "give a KMS key without tags those of the secret's",
    answers: ["-", "-", "-"],
    action: "kms:TagResource",
    on: "{encryptionKey}",
    context: {
      "aws:RequestTag/Environment": "{environment}",
      "aws:RequestTag/ManagedBy": "cdktf",
      "aws:RequestTag/AiKeySecret": "{secretName}",
    },
  },
  {
    what: "schedule the deletion of another program's KMS key with the usual tags",
    answers: ["-", "-", "-"],
    action: "kms:ScheduleKeyDeletion",
    on: "{foreignKey}",
    context: { ...TAGGED, ...inDays(31) },
  },
  { what: "change the policy of that key", answers: ["-", "-", "-"], action: "kms:PutKeyPolicy", on: "{foreignKey}", context: TAGGED },
  { what: "tag that key", answers: ["-", "-", "-"], action: "kms:TagResource", on: "{foreignKey}", context: TAGGED },
  { what: "change the policy of the state's key", answers: ["NO", "NO", "NO"], action: "kms:PutKeyPolicy", on: "{stateKey}" },
  { what: "tag the state's key", answers: ["NO", "NO", "NO"], action: "kms:TagResource", on: "{stateKey}" },
  {
    what: "schedule the deletion of the state's key",
    answers: ["NO", "NO", "NO"],
    action: "kms:ScheduleKeyDeletion",
    on: "{stateKey}",
    context: inDays(31),
  },
  {
    what: "read another environment's key",
    answers: ["NO", "NO", "NO"],
    action: "secretsmanager:GetSecretValue",
    on: "{foreignSecret}",
  },
  {
    what: "see another environment's secret",
    answers: ["-", "yes", "yes"],
    action: "secretsmanager:DescribeSecret",
    on: "{foreignSecret}",
  },
  {
    what: "store a key in another environment's secret",
    answers: ["-", "-", "-"],
    action: "secretsmanager:PutSecretValue",
    on: "{foreignSecret}",
  },
  {
    what: "change who may read another environment's secret",
    answers: ["-", "-", "-"],
    action: "secretsmanager:PutResourcePolicy",
    on: "{foreignSecret}",
    context: { "secretsmanager:BlockPublicPolicy": "true" },
  },
  {
    what: "delete another environment's secret",
    answers: ["-", "-", "-"],
    action: "secretsmanager:DeleteSecret",
    on: "{foreignSecret}",
  },
  { what: "read another environment's state", answers: ["-", "yes", "yes"], action: "s3:GetObject", on: "{foreignState}" },
  { what: "change another environment's state", answers: ["-", "-", "-"], action: "s3:PutObject", on: "{foreignState}" },
  { what: "lock another environment's state", answers: ["-", "-", "yes"], action: "s3:PutObject", on: "{foreignState}.tflock" },
  {
    what: "change another environment's read policy",
    answers: ["-", "-", "-"],
    action: "iam:CreatePolicyVersion",
    on: "{foreignReadPolicy}",
  },
  {
    what: "schedule the deletion of another environment's encryption key",
    answers: ["-", "-", "-"],
    action: "kms:ScheduleKeyDeletion",
    on: "{encryptionKey}",
    context: { ...OF_FOREIGN_SECRET, ...inDays(31) },
  },
];

/** A row for each right, with an answer for each role. */
export function rowsOf(rights: readonly TeamRight[], answer: (right: TeamRight, role: TeamRole) => string): string[][] {
  return rights.map((right) => [right.what, ...TEAM_ROLES.map((role) => answer(right, role))]);
}

/** What the table says. */
export function declaredAnswer({ answers }: TeamRight, role: TeamRole): Answer {
  return answers[TEAM_ROLES.indexOf(role)] ?? "-";
}

/** What AWS is asked: the text with the targets in their places. */
export function aimedAt(text: string, targets: Partial<RightTargets>): string {
  const known = new Map(Object.entries(targets));
  return text.replaceAll(/\{(\w+)\}/g, (_, target) => known.get(target) ?? "");
}
