import { createValidatedPolicy, validateResourcePolicy } from "@cloud-copilot/iam-policy";
import { runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { markdownTable } from "./markdown-table";
import { ACCOUNT, ANSWERS } from "./policy-matrix";

/** What each of the three roles may do: yes: allowed; -: nothing allows it; NO: denied, whatever else allows it. */
export const ROLE_MATRIX = `
| what                                                    | deploy | plan | ops |
| ------------------------------------------------------- | ------ | ---- | --- |
| read the key                                            | NO     | NO   | NO  |
| read many keys at once                                  | NO     | NO   | NO  |
| decrypt the key                                         | -      | -    | -   |
| store a key                                             | yes    | -    | -   |
| encrypt a key                                           | yes    | -    | -   |
| see the secret and who may read it                      | yes    | yes  | yes |
| list the versions of the key                            | yes    | yes  | yes |
| change who may read it                                  | yes    | -    | -   |
| have the rotation function replace the key              | yes    | -    | yes |
| delete the secret                                       | yes    | -    | -   |
| see another secret                                      | -      | -    | -   |
| store a key in another secret                           | -      | -    | -   |
| read the state                                          | yes    | yes  | yes |
| change the state                                        | yes    | -    | -   |
| delete the state                                        | -      | -    | -   |
| lock and unlock the state                               | yes    | yes  | yes |
| decrypt the state through S3                            | yes    | yes  | yes |
| decrypt the state otherwise                             | -      | -    | -   |
| read the administrator's state                          | -      | -    | -   |
| change the read policy                                  | yes    | -    | -   |
| attach the read policy to a granted role                | yes    | -    | -   |
| attach another policy to it                             | -      | -    | -   |
| attach the read policy to another role                  | -      | -    | -   |
| make a role                                             | -      | -    | -   |
| schedule the deletion of the secret's encryption key    | yes    | -    | -   |
| schedule the deletion of an encryption key without tags | -      | -    | -   |
`.trim();

export const TEAM_ROLES = ["deploy", "plan", "ops"] as const;

export type TeamRole = (typeof TEAM_ROLES)[number];

/** The roles' policies, as AWS has them. */
export type RolePolicies = Readonly<Record<TeamRole, object>>;

/** What the policies are about. */
export interface RoleTargets {
  readonly secretArn: string;
  readonly secretName: string;
  readonly readPolicyArn: string;
  /** A role that the stack grants reading to. */
  readonly grantedRole: string;
  readonly bucketArn: string;
  readonly stateKey: string;
  readonly stateKmsKeyArn: string;
}

interface Question {
  readonly what: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** AWS's own policy for a key: it leaves everything to IAM. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const KEY_POLICY = createValidatedPolicy(
  {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }],
  },
  validateResourcePolicy,
  { name: "key" },
);

/** Whether a role's policy allows a call to AWS, in the words of the simulator. */
export function simulate(policy: object, { action, resource, context = {} }: Omit<Question, "what">): string {
  return runUnsafeSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/team`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: [{ name: "role", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: action.startsWith("kms:") ? KEY_POLICY : undefined,
    },
    {},
  );
}

/**
 * Evaluates every cell as AWS does, and gives the table in the form of `ROLE_MATRIX`.
 *
 * @param called what calls have shown instead, by the role and the row, such as `deploy: read the key`
 */
export function evaluateRoles(policies: RolePolicies, targets: RoleTargets, called: ReadonlyMap<string, string> = new Map()): string {
  const cell = (role: TeamRole, question: Question) =>
    called.get(`${role}: ${question.what}`) ?? ANSWERS[simulate(policies[role], question)] ?? "?";
  return markdownTable([
    ["what", ...TEAM_ROLES],
    ...questions(targets).map((question) => [question.what, ...TEAM_ROLES.map((role) => cell(role, question))]),
  ]);
}

function questions({ secretArn, secretName, readPolicyArn, grantedRole, bucketArn, stateKey, stateKmsKeyArn }: RoleTargets): Question[] {
  const state = `${bucketArn}/${stateKey}`;
  const another = secretArn.replace(secretName, "ai/another/api-key");
  const role = `arn:aws:iam::${ACCOUNT}:role`;
  const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const tags = { "aws:ResourceTag/Environment": "Test", "aws:ResourceTag/ManagedBy": "cdktf" };
  const through = { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com", "kms:EncryptionContext:SecretARN": secretArn };
  const ask = (what: string, action: string, resource: string, context?: Question["context"]) => ({ what, action, resource, context });

  return [
    ask("read the key", "secretsmanager:GetSecretValue", secretArn),
    ask("read many keys at once", "secretsmanager:BatchGetSecretValue", "*"),
    ask("decrypt the key", "kms:Decrypt", key, {
      ...through,
      "kms:EncryptionContext:SecretVersionId": "0123abcd-0123-4567-89ab-0123456789ab",
    }),
    ask("store a key", "secretsmanager:PutSecretValue", secretArn),
    ask("encrypt a key", "kms:GenerateDataKey", key, through),
    ask("see the secret and who may read it", "secretsmanager:GetResourcePolicy", secretArn),
    ask("list the versions of the key", "secretsmanager:ListSecretVersionIds", secretArn),
    ask("change who may read it", "secretsmanager:PutResourcePolicy", secretArn),
    ask("have the rotation function replace the key", "secretsmanager:RotateSecret", secretArn),
    ask("delete the secret", "secretsmanager:DeleteSecret", secretArn),
    ask("see another secret", "secretsmanager:DescribeSecret", another),
    ask("store a key in another secret", "secretsmanager:PutSecretValue", another),
    ask("read the state", "s3:GetObject", state),
    ask("change the state", "s3:PutObject", state),
    ask("delete the state", "s3:DeleteObject", state),
    ask("lock and unlock the state", "s3:DeleteObject", `${state}.tflock`),
    ask("decrypt the state through S3", "kms:Decrypt", stateKmsKeyArn, { "kms:ViaService": "s3.us-east-1.amazonaws.com" }),
    ask("decrypt the state otherwise", "kms:Decrypt", stateKmsKeyArn),
    ask("read the administrator's state", "s3:GetObject", `${bucketArn}/bootstrap/terraform.tfstate`),
    ask("change the read policy", "iam:CreatePolicyVersion", readPolicyArn),
    ask("attach the read policy to a granted role", "iam:AttachRolePolicy", `${role}/${grantedRole}`, { "iam:PolicyARN": readPolicyArn }),
    ask("attach another policy to it", "iam:AttachRolePolicy", `${role}/${grantedRole}`, {
      "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    ask("attach the read policy to another role", "iam:AttachRolePolicy", `${role}/another`, { "iam:PolicyARN": readPolicyArn }),
    ask("make a role", "iam:CreateRole", `${role}/another`),
    ask("schedule the deletion of the secret's encryption key", "kms:ScheduleKeyDeletion", key, tags),
    ask("schedule the deletion of an encryption key without tags", "kms:ScheduleKeyDeletion", key),
  ];
}
