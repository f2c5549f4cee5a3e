import { aimedAt, declaredAnswer, type RightTargets, rowsOf, TEAM_RIGHTS, TEAM_ROLES, type TeamRole } from "../../lab/team-rights";
import { markdownTable } from "./markdown-table";
import type { Organization } from "./organization";
import { ANSWERS } from "./policy-matrix";
import { ACCOUNT, DEPLOYER, simulate } from "./simulation";

const HEADING = ["what", ...TEAM_ROLES];

/** What each role may do: the table, as docs/ops.md shows it. */
export const ROLE_MATRIX = markdownTable([HEADING, ...rowsOf(TEAM_RIGHTS, declaredAnswer)]);

/** The policies of each role, as AWS has them, and that of the state's key. */
export interface RolePolicies extends Readonly<Record<TeamRole, readonly object[]>> {
  readonly stateKeyPolicy: object;
}

/** Who the roles are in a simulation: their names begin as a `BootstrapStack` has them begin. */
export const SIMULATED_ROLES: Readonly<Record<TeamRole, string>> = {
  deploy: DEPLOYER,
  plan: `arn:aws:iam::${ACCOUNT}:role/ai-key-plan-1`,
  ops: `arn:aws:iam::${ACCOUNT}:role/ai-key-ops-1`,
};

/**
 * Evaluates every cell as AWS does, and gives the table in the form of `ROLE_MATRIX`.
 *
 * @param called what calls have shown instead, by the role and the row, such as `deploy: read the key`
 * @param organization what the account is in
 */
export function evaluateRoles(
  policies: RolePolicies,
  targets: RightTargets,
  called: ReadonlyMap<string, string> = new Map(),
  organization?: Organization,
): string {
  const found = rowsOf(TEAM_RIGHTS, ({ what, action, on, context = {} }, role) => {
    const filled = Object.entries(context).map(([key, value]) => [key, aimedAt(value, targets)]);
    const question = { action, resource: aimedAt(on, targets), context: Object.fromEntries(filled) };
    const resourcePolicy = question.resource === targets.stateKey ? policies.stateKeyPolicy : undefined;
    const principal = SIMULATED_ROLES[role];
    return (
      called.get(`${role}: ${what}`) ??
      ANSWERS[simulate(policies[role], question, { resourcePolicy, principal, around: organization })] ??
      "?"
    );
  });
  return markdownTable([HEADING, ...found]);
}

/** The table as docs/access.md says that it is in an organization: who does not deploy is denied what nothing allows. */
export const ROLE_MATRIX_IN_ORGANIZATION = markdownTable([
  HEADING,
  ...rowsOf(TEAM_RIGHTS, (right, role) =>
    right.action === "secretsmanager:PutResourcePolicy" && role !== "deploy" ? "NO" : declaredAnswer(right, role),
  ),
]);
