import { createValidatedPolicy, validateResourcePolicy } from "@cloud-copilot/iam-policy";
import { runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { aimedAt, declaredAnswer, type RightTargets, rowsOf, TEAM_RIGHTS, TEAM_ROLES, type TeamRole } from "../../lab/team-rights";
import { markdownTable } from "./markdown-table";
import { NO_GUARDS, type Organization } from "./organization";
import { ACCOUNT, ANSWERS } from "./policy-matrix";

const HEADING = ["what", ...TEAM_ROLES];

/** What each role may do: the table, as docs/ops.md shows it. */
export const ROLE_MATRIX = markdownTable([HEADING, ...rowsOf(TEAM_RIGHTS, declaredAnswer)]);

/** The policies of each role, as AWS has them, and that of the state's key. */
export interface RolePolicies extends Readonly<Record<TeamRole, readonly object[]>> {
  readonly stateKeyPolicy: object;
}

/** Who the roles are in a simulation: their names begin as a `BootstrapStack` has them begin. */
export const SIMULATED_ROLES: Readonly<Record<TeamRole, string>> = {
  deploy: `arn:aws:iam::${ACCOUNT}:role/ai-key-deploy-test-1`,
  plan: `arn:aws:iam::${ACCOUNT}:role/ai-key-plan-1`,
  ops: `arn:aws:iam::${ACCOUNT}:role/ai-key-ops-1`,
};

interface Asked {
  /** The policy of what the call is on; of a KMS key, AWS's own by default. */
  readonly resourcePolicy?: object;
  readonly principal?: string;
  /** What the account is in. */
  readonly organization?: Organization;
}

interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
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
export function simulate(
  policies: readonly object[],
  { action, resource, context = {} }: Question,
  { resourcePolicy, principal = SIMULATED_ROLES.deploy, organization }: Asked = {},
): string {
  const byDefault = action.startsWith("kms:") ? KEY_POLICY : undefined;
  const { context: known, ...guards } = organization?.guards(principal) ?? NO_GUARDS;
  return runUnsafeSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { "aws:PrincipalArn": principal, ...known, ...context },
      },
      identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      ...guards,
      resourcePolicy: resourcePolicy ? createValidatedPolicy(resourcePolicy, validateResourcePolicy, { name: "resource" }) : byDefault,
    },
    {},
  );
}

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
      called.get(`${role}: ${what}`) ?? ANSWERS[simulate(policies[role], question, { resourcePolicy, principal, organization })] ?? "?"
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
