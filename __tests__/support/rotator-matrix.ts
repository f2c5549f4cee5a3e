import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { AiKeyStack, type BootstrapStack } from "../../lib";
import { KeyRotator } from "../../lib/rotation";
import { bootstrapOf } from "./bootstrap";
import { markdownTable } from "./markdown-table";
import { ACCOUNT, ANSWERS } from "./policy-matrix";
import { ROOT } from "./project";
import { inAccount, type PolicyStatement, renderedPolicy } from "./rendered-policy";
import { simulate } from "./simulation";
import { synthesized } from "./synthesized";

/** Who may do what: yes: allowed; -: nothing allows it; NO: denied, whatever else allows it. */
export const ROTATOR_MATRIX = readFileSync(join(ROOT, "docs/rotation.md"), "utf8")
  .match(/^\| what [^\n]*\| rotator \|\n(?:\|.*\n)+/m)?.[0]
  .trim();

/** Who comes near a rotator. */
export const ROTATOR_ROLES = ["deploy", "plan", "ops", "application", "rotator"] as const;

export type RotatorRole = (typeof ROTATOR_ROLES)[number];

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

export const ROTATOR_RIGHTS: readonly Right[] = [
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

/**
 * Evaluates every cell as AWS does.
 *
 * @param called what calls have shown instead, by the role and the row, such as `deploy: read the admin key`
 */
export function evaluateRotator({ identity, resource }: RotatorPolicies, called: ReadonlyMap<string, string> = new Map()): string {
  const cell = (role: RotatorRole, { what, action, on, context }: Right) =>
    called.get(`${role}: ${what}`) ??
    ANSWERS[
      simulate(
        identity[role],
        { action, resource: TARGETS[on], context },
        { resourcePolicy: resource[on], principal: role === "rotator" ? TARGETS.role : `arn:aws:iam::${ACCOUNT}:role/${role}` },
      )
    ] ??
    "?";
  return markdownTable([
    ["what", ...ROTATOR_ROLES],
    ...ROTATOR_RIGHTS.map((right) => [right.what, ...ROTATOR_ROLES.map((role) => cell(role, right))]),
  ]);
}

/** What a program's stacks give to each role, as Terraform would render it. */
export function rotatorPolicies(): RotatorPolicies {
  const app = new App({ outdir: "never-written" });
  const stack = new AiKeyStack(app, "ai-secret", {
    region: "us-east-1",
    environment: "Test",
    readers: [`arn:aws:iam::${ACCOUNT}:role/application`],
    keys: [{ provider: "openai", rotation: { openai: { projectId: "proj_abc", serviceAccountId: "user-abc" }, everyDays: 30 } }],
  });
  const bootstrap = bootstrapOf(app, [stack]);
  new KeyRotator(bootstrap, "rotator", { stacks: [stack] });

  const documentsOf = (one: AiKeyStack | BootstrapStack) =>
    Object.entries<{ statement: PolicyStatement[] }>(JSON.parse(filledIn(JSON.stringify(synthesized(one).data.aws_iam_policy_document))));
  const [own, administrators] = [documentsOf(stack), documentsOf(bootstrap)];
  const all = (documents: ReturnType<typeof documentsOf>, beginning: string) =>
    documents
      .filter(([id]) => id.startsWith(beginning))
      .map(([, { statement }]) => renderedPolicy(statement.map((one) => ({ ...one, effect: one.effect ?? "Allow" }))));
  return {
    identity: {
      deploy: all(administrators, "roles_deploy-document"),
      plan: all(administrators, "roles_plan-document"),
      ops: all(administrators, "roles_ops-document"),
      application: all(own, "openai-key_read-policy"),
      rotator: [...all(administrators, "rotator_rights"), ...all(administrators, "rotator_openai-admin-key_read-policy")],
    },
    resource: {
      key: all(own, "openai-key_allow-list")[0] ?? {},
      adminKey: all(administrators, "rotator_openai-admin-key_allow-list")[0] ?? {},
    },
  };
}

/** Does Terraform's part: where the resources are, and what AWS calls them. */
function filledIn(json: string): string {
  return inAccount(json, ACCOUNT)
    .replaceAll(/\$\{element\(split\(\\":\\", data\.aws_caller_identity\.ai-key-account\.arn\), 1\)\}/g, "aws")
    .replaceAll(/\$\{element\(split\(\\"\.\\", data\.aws_region\.ai-key-region\.endpoint\), 1\)\}/g, "us-east-1")
    .replaceAll(/\$\{replace\([^{}]*:root\\"\)\}/g, `arn:aws:iam::${ACCOUNT}:root`)
    .replaceAll(/\$\{aws_s3_bucket\.states_bucket_\w+\.arn\}/g, "arn:aws:s3:::acme-states")
    .replaceAll(/\$\{aws_kms_key\.states_key_\w+\.arn\}/g, `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`)
    .replaceAll(/\$\{aws_iam_role\.rotator_role_\w+\.arn\}/g, TARGETS.role)
    .replaceAll(/\$\{aws_secretsmanager_secret\.rotator_openai-admin-key_secret_\w+\.arn\}/g, TARGETS.adminKey)
    .replaceAll(/\$\{aws_secretsmanager_secret\.openai-key_secret_\w+\.arn\}/g, TARGETS.key)
    .replaceAll(/\$\{aws_cloudwatch_log_group\.rotator_logs_\w+\.arn\}/g, TARGETS.log.replace(":log-stream:today", ""));
}
