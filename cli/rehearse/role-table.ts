import type { PolicyDocument } from "../../lab/aws/aws-view";
import { matchesArn } from "../aws/matches-arn";

/** The roles of a team, by their policies in AWS. */
export type RolePolicies = Readonly<Record<"deploy" | "plan" | "ops", PolicyDocument>>;

/** What the policies are about. */
export interface RoleTargets {
  readonly secretArn: string;
  readonly bucketArn: string;
  readonly stateKey: string;
}

/** What every run checks; the tests evaluate these and more, conditions included, as AWS does. */
const EXPECTED: readonly { what: string; action: string; on: (targets: RoleTargets) => string; answers: readonly string[] }[] = [
  { what: "read the key", action: "secretsmanager:GetSecretValue", on: secret, answers: ["NO", "NO", "NO"] },
  { what: "store a key", action: "secretsmanager:PutSecretValue", on: secret, answers: ["yes", "-", "-"] },
  { what: "see the secret and who may read it", action: "secretsmanager:GetResourcePolicy", on: secret, answers: ["yes", "yes", "yes"] },
  { what: "delete the secret", action: "secretsmanager:DeleteSecret", on: secret, answers: ["yes", "-", "-"] },
  { what: "read the state", action: "s3:GetObject", on: state, answers: ["yes", "yes", "yes"] },
  { what: "change the state", action: "s3:PutObject", on: state, answers: ["yes", "-", "-"] },
  {
    what: "lock and unlock the state",
    action: "s3:DeleteObject",
    on: (targets) => `${state(targets)}.tflock`,
    answers: ["yes", "yes", "yes"],
  },
];

/** A row for each right: what it should be, and what it is by the policies. */
export function roleTable(policies: RolePolicies, targets: RoleTargets): { expected: string[][]; found: string[][] } {
  const roles = [policies.deploy, policies.plan, policies.ops];
  return {
    expected: EXPECTED.map(({ what, answers }) => [what, ...answers]),
    found: EXPECTED.map(({ what, action, on }) => [what, ...roles.map((policy) => answer(policy, action, on(targets)))]),
  };
}

/** What the columns are. */
export const ROLE_TABLE_HEADING = ["", "deploy", "plan", "ops"];

function secret({ secretArn }: RoleTargets): string {
  return secretArn;
}

function state({ bucketArn, stateKey }: RoleTargets): string {
  return `${bucketArn}/${stateKey}`;
}

/** A Deny wins over every Allow. Conditions are not looked at: the statements for these actions have none. */
function answer({ Statement }: PolicyDocument, action: string, resource: string): "yes" | "-" | "NO" {
  const effects = Statement.filter(
    (statement) =>
      [statement.Action].flat().includes(action) && [statement.Resource].flat().some((pattern) => matchesArn(pattern, resource)),
  ).map(({ Effect }) => Effect);
  return effects.includes("Deny") ? "NO" : effects.includes("Allow") ? "yes" : "-";
}
