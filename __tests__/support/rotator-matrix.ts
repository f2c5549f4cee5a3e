import { markdownTable } from "./markdown-table";
import { ACCOUNT, ANSWERS } from "./policy-matrix";
import { simulate } from "./simulation";

/** Who comes near a rotator. */
const ROTATOR_ROLES = ["deploy", "plan", "ops", "application", "rotator"] as const;

type RotatorRole = (typeof ROTATOR_ROLES)[number];

const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:${name}-a1B2c3`;

export const TARGETS = {
  key: secret("ai/test/openai-api-key"),
  anotherKey: secret("ai/test/another-api-key"),
  adminKey: secret("ai/rotator/openai-admin-key"),
  rotator: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:ai-key-rotator`,
  role: `arn:aws:iam::${ACCOUNT}:role/ai-key-rotator-us-east-1`,
  log: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/ai-key-rotator:log-stream:today`,
} as const;

/** One question to AWS. */
interface Right {
  readonly what: string;
  readonly action: string;
  readonly on: keyof typeof TARGETS;
  readonly context?: Readonly<Record<string, string>>;
}

const PENDING = { "secretsmanager:VersionStage": "AWSPENDING" };

const ROTATOR_RIGHTS: readonly Right[] = [
  { what: "read the admin key", action: "secretsmanager:GetSecretValue", on: "adminKey" },
  { what: "see the admin key's secret", action: "secretsmanager:DescribeSecret", on: "adminKey" },
  { what: "store another admin key", action: "secretsmanager:PutSecretValue", on: "adminKey" },
  { what: "change who may read it", action: "secretsmanager:PutResourcePolicy", on: "adminKey" },
  { what: "call the function", action: "lambda:InvokeFunction", on: "rotator" },
  { what: "let somebody call the function", action: "lambda:AddPermission", on: "rotator" },
  { what: "see what the function knows", action: "lambda:GetFunctionConfiguration", on: "rotator" },
  { what: "change what the function knows", action: "lambda:UpdateFunctionConfiguration", on: "rotator" },
  { what: "change the function's code", action: "lambda:UpdateFunctionCode", on: "rotator" },
  { what: "give the function's role to another function", action: "iam:PassRole", on: "role" },
  { what: "take the function's role", action: "sts:AssumeRole", on: "role" },
  { what: "rotate the key", action: "secretsmanager:RotateSecret", on: "key" },
  {
    what: "have another function rotate it",
    action: "secretsmanager:RotateSecret",
    on: "key",
    context: { "secretsmanager:RotationLambdaARN": `arn:aws:lambda:us-east-1:${ACCOUNT}:function:mine` },
  },
  { what: "read the key that is being made", action: "secretsmanager:GetSecretValue", on: "key", context: PENDING },
  {
    what: "read the current key",
    action: "secretsmanager:GetSecretValue",
    on: "key",
    context: { "secretsmanager:VersionStage": "AWSCURRENT" },
  },
  { what: "store a key", action: "secretsmanager:PutSecretValue", on: "key" },
  { what: "move the labels of its versions", action: "secretsmanager:UpdateSecretVersionStage", on: "key" },
  {
    what: "change who may read the key",
    action: "secretsmanager:PutResourcePolicy",
    on: "key",
    context: { "secretsmanager:BlockPublicPolicy": "true" },
  },
  { what: "delete its secret", action: "secretsmanager:DeleteSecret", on: "key" },
  { what: "read a key that is not rotated", action: "secretsmanager:GetSecretValue", on: "anotherKey", context: PENDING },
  { what: "store such a key", action: "secretsmanager:PutSecretValue", on: "anotherKey" },
  { what: "write the function's log", action: "logs:PutLogEvents", on: "log" },
];

export interface RotatorPolicies {
  /** What each role has. */
  readonly identity: Readonly<Record<RotatorRole, readonly object[]>>;
  /** What stands at a secret. */
  readonly resource: Readonly<Partial<Record<keyof typeof TARGETS, object>>>;
}

/** Evaluates every cell as AWS does. */
export function evaluateRotator({ identity, resource }: RotatorPolicies): string {
  const cell = (role: RotatorRole, { action, on, context }: Right) =>
    simulate(
      identity[role],
      { action, resource: TARGETS[on], context },
      { resourcePolicy: resource[on], principal: role === "rotator" ? TARGETS.role : `arn:aws:iam::${ACCOUNT}:role/${role}` },
    );
  return markdownTable([
    ["what", ...ROTATOR_ROLES],
    ...ROTATOR_RIGHTS.map((right) => [right.what, ...ROTATOR_ROLES.map((role) => ANSWERS[cell(role, right)] ?? "?")]),
  ]);
}
