import { createValidatedPolicy, validateResourcePolicy } from "@cloud-copilot/iam-policy";
import { runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { aimedAt, declaredAnswer, type RightTargets, rowsOf, TEAM_RIGHTS, TEAM_ROLES, type TeamRole } from "../../lab/team-rights";
import { markdownTable } from "./markdown-table";
import { ACCOUNT, ANSWERS } from "./policy-matrix";

const HEADING = ["what", ...TEAM_ROLES];

/** What each role may do: the table, as docs/ops.md shows it. */
export const ROLE_MATRIX = markdownTable([HEADING, ...rowsOf(TEAM_RIGHTS, declaredAnswer)]);

/** The policies of each role, as AWS has them. */
export type RolePolicies = Readonly<Record<TeamRole, readonly object[]>>;

interface Question {
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

/** Whether a role's policies allow a call to AWS, in the words of the simulator. */
export function simulate(policies: readonly object[], { action, resource, context = {} }: Question): string {
  return runUnsafeSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/team`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
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
export function evaluateRoles(policies: RolePolicies, targets: RightTargets, called: ReadonlyMap<string, string> = new Map()): string {
  const found = rowsOf(TEAM_RIGHTS, ({ what, action, on, context = {} }, role) => {
    const filled = Object.entries(context).map(([key, value]) => [key, aimedAt(value, targets)]);
    const question = { action, resource: aimedAt(on, targets), context: Object.fromEntries(filled) };
    return called.get(`${role}: ${what}`) ?? ANSWERS[simulate(policies[role], question)] ?? "?";
  });
  return markdownTable([HEADING, ...found]);
}
