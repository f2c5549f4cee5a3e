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
  readonly state: string;
  readonly foreignState: string;
  readonly administratorsState: string;
  readonly stateKey: string;
  /** A role that a stack of the environment grants reading to. */
  readonly grantedRole: string;
  readonly anotherRole: string;
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
  /** The rehearsal shows it. Its statements have no conditions, which the rehearsal does not evaluate. */
  readonly rehearsed?: true;
}

const THROUGH_SECRETS_MANAGER = {
  "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
  "kms:EncryptionContext:SecretARN": "{secret}",
};

const taggedFor = (environment: string) => ({ "aws:ResourceTag/Environment": environment, "aws:ResourceTag/ManagedBy": "cdktf" });

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
  { what: "change who may read it", answers: ["yes", "-", "-"], action: "secretsmanager:PutResourcePolicy", on: "{secret}" },
  {
    what: "have the rotation function replace the key",
    answers: ["yes", "-", "yes"],
    action: "secretsmanager:RotateSecret",
    on: "{secret}",
  },
  { what: "delete the secret", answers: ["yes", "-", "-"], action: "secretsmanager:DeleteSecret", on: "{secret}", rehearsed: true },
  { what: "see another secret", answers: ["-", "-", "-"], action: "secretsmanager:DescribeSecret", on: "{anotherSecret}" },
  { what: "store a key in another secret", answers: ["-", "-", "-"], action: "secretsmanager:PutSecretValue", on: "{anotherSecret}" },
  { what: "read the state", answers: ["yes", "yes", "yes"], action: "s3:GetObject", on: "{state}", rehearsed: true },
  { what: "change the state", answers: ["yes", "-", "-"], action: "s3:PutObject", on: "{state}", rehearsed: true },
  { what: "delete the state", answers: ["-", "-", "-"], action: "s3:DeleteObject", on: "{state}" },
  {
    what: "lock and unlock the state",
    answers: ["yes", "yes", "yes"],
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
    context: taggedFor("{environment}"),
  },
  {
    what: "schedule the deletion of an encryption key without tags",
    answers: ["-", "-", "-"],
    action: "kms:ScheduleKeyDeletion",
    on: "{encryptionKey}",
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
  },
  {
    what: "delete another environment's secret",
    answers: ["-", "-", "-"],
    action: "secretsmanager:DeleteSecret",
    on: "{foreignSecret}",
  },
  { what: "read another environment's state", answers: ["-", "yes", "yes"], action: "s3:GetObject", on: "{foreignState}" },
  { what: "change another environment's state", answers: ["-", "-", "-"], action: "s3:PutObject", on: "{foreignState}" },
  { what: "lock another environment's state", answers: ["-", "yes", "yes"], action: "s3:PutObject", on: "{foreignState}.tflock" },
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
    context: taggedFor("{foreignEnvironment}"),
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
