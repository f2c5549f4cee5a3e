import { matchesArn } from "../aws/matches-arn";
import { isForEveryone, isMetByOneOf, isMetByOthers, isOn, principalsOf, type Statement, type Test, testsIn } from "./statement";

/** A statement that denies reading to some on the list, or to all of them at times. */
export interface Refusal {
  readonly name: string;
  /** Whether it denies a role or a user; undefined where that depends on more than the ARN, such as the network. */
  denies(arn: string): boolean | undefined;
}

/** With the account of a role or a user; a group and an account have no ARN that AWS would compare. */
const PRINCIPAL = /^(arn:[^:]+:iam::(\d{12})):(role|user)\//;

export function refusalOf(statement: Statement): Refusal {
  return {
    name: statement.Sid ?? "a statement without a Sid",
    denies: (arn) => {
      const answers = [isNamed(statement, arn), ...testsIn(statement).map((test) => isMet(test, arn))];
      return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
    },
  };
}

function isNamed(statement: Statement, arn: string): boolean | undefined {
  const [, account, id] = arn.match(PRINCIPAL) ?? [];
  const isOne = principalsOf(statement).some((who) => who === arn || who === id || who === `${account}:root`);
  return isOne || isForEveryone(statement) || (id === undefined ? undefined : false);
}

function isMet(test: Test, arn: string): boolean | undefined {
  const [, , account] = arn.match(PRINCIPAL) ?? [];
  const known = account && (isOn("aws:PrincipalArn")(test) ? arn : isOn("aws:PrincipalAccount")(test) ? account : undefined);
  if (!known || !(isMetByOneOf(test) || isMetByOthers(test))) {
    return undefined;
  }
  const isLiteral = /^String(Not)?Equals/.test(test.operator);
  const among = test.values.some((value) => (isLiteral ? value === known : matchesArn(value, known)));
  return among === isMetByOneOf(test);
}
