import { checkProp, checkUnique } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import type { Condition } from "../policy-document";
import { PROVIDER_CALLS } from "../team/provider-calls";

/**
 * A statement of your own in the secret's resource policy, by AWS's names. It is for everyone, on this secret: a condition on
 * `aws:PrincipalArn` says for whom else. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface DenyStatement {
  /** The statement's name: letters and digits. */
  readonly sid: string;
  /** It denies. Who may read is said by `readers` and `grantRead`. */
  readonly effect: "Deny";
  /** Actions of Secrets Manager, such as `secretsmanager:GetSecretValue`. Those by which a deploy takes the statement back can't be denied. */
  readonly actions: readonly string[];
  /** When it denies: if all of these are met. */
  readonly condition: readonly Condition[];
}

const STATEMENT: PropsOf<DenyStatement> = { sid: "text!", effect: "text!", actions: "list!", condition: "list!" };

const CONDITION: PropsOf<Condition> = { test: "text!", variable: "text!", values: "list!" };

const { aws_secretsmanager_secret_policy: ofPolicy, aws_secretsmanager_secret_version: ofVersion } = PROVIDER_CALLS;

/** What a plan reads of a secret, and what changes its policy: without these calls, no deploy can take a statement back. */
const OF_EACH_DEPLOY = [ofPolicy?.read, ofPolicy?.change, ofVersion?.read].flatMap((calls) => calls?.secret ?? []);

/**
 * @param known the names of other statements in the policy
 * @throws Error for a statement that allows something, denies everybody everything, or keeps deploys from changing the policy
 */
export function checkPolicyStatements(prop: string, statements: readonly DenyStatement[], known: readonly string[]): void {
  for (const [index, statement] of statements.entries()) {
    checkStatement(`${prop}[${index}]`, statement);
  }
  const sids = statements.map(({ sid }) => sid);
  checkUnique(`${prop}.sid`, [...known, ...sids], "be another one for each statement, and none of the library's own");
}

function checkStatement(prop: string, statement: DenyStatement): void {
  const { effect }: Partial<DenyStatement> = statement ?? {}; // of a copied statement, this is to be told first
  checkProp(`${prop}.effect`, effect === "Deny", 'be "Deny": who may read is said by readers and grantRead', effect);
  checkKnownProps(prop, statement, STATEMENT);
  const { sid, actions, condition } = statement;
  checkProp(`${prop}.sid`, /^[A-Za-z0-9]+$/.test(sid), "consist of letters and digits", sid);

  checkProp(`${prop}.actions`, actions.length > 0, "have at least one action", actions);
  for (const action of actions) {
    const isOfDeploys = OF_EACH_DEPLOY.some((one) => one.toLowerCase() === String(action).toLowerCase());
    checkProp(
      `${prop}.actions`,
      /^secretsmanager:[A-Za-z]+$/.test(action) && !isOfDeploys,
      `be single actions of Secrets Manager such as secretsmanager:GetSecretValue, and none by which a deploy takes the statement back: ${OF_EACH_DEPLOY.join(", ")}`,
      action,
    );
  }

  checkProp(`${prop}.condition`, condition.length > 0, "have at least one condition, as nobody is let in without", condition);
  for (const [index, one] of condition.entries()) {
    const ofOne = `${prop}.condition[${index}]`;
    checkKnownProps(ofOne, one, CONDITION);
    const { values } = one;
    const all = values.length > 0 && values.every((value) => typeof value === "string" && value !== "");
    checkProp(`${ofOne}.values`, all, "be texts, one at least: a value may be missing here", values);
  }
}
