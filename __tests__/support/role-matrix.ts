import { createValidatedPolicy, validateResourcePolicy } from "@cloud-copilot/iam-policy";
import { runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { aimedAt, declaredAnswer, type RightTargets, rowsOf, TEAM_RIGHTS, TEAM_ROLES, type TeamRole } from "../../lab/team-rights";
import { markdownTable } from "./markdown-table";
import { ACCOUNT, ANSWERS } from "./policy-matrix";

const HEADING = ["what", ...TEAM_ROLES];

/** What each role may do: the table, as docs/ops.md shows it. */
export const ROLE_MATRIX = markdownTable([HEADING, ...rowsOf(TEAM_RIGHTS, declaredAnswer)]);

/** The policies of each role, as AWS has them, and that of the state's key. */
export interface RolePolicies extends Readonly<Record<TeamRole, readonly object[]>> {
  readonly stateKeyPolicy: object;
}

/** Who the roles are in a simulation. */
export const SIMULATED_ROLE = `arn:aws:iam::${ACCOUNT}:role/team`;

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

/**
 * Whether a role's policies allow a call to AWS, in the words of the simulator.
 *
 * @param keyPolicy the policy of the KMS key that the call is on
 */
export function simulate(policies: readonly object[], { action, resource, context = {} }: Question, keyPolicy?: object): string {
  const ofKey = keyPolicy ? createValidatedPolicy(keyPolicy, validateResourcePolicy, { name: "key" }) : KEY_POLICY;
  return runUnsafeSimulation(
    {
      request: {
        principal: SIMULATED_ROLE,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { "aws:PrincipalArn": SIMULATED_ROLE, ...context },
      },
      identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: action.startsWith("kms:") ? ofKey : undefined,
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
    const keyPolicy = question.resource === targets.stateKey ? policies.stateKeyPolicy : undefined;
    return called.get(`${role}: ${what}`) ?? ANSWERS[simulate(policies[role], question, keyPolicy)] ?? "?";
  });
  return markdownTable([HEADING, ...found]);
}
