import { matchesArn } from "../aws/matches-arn";

/** The parts of a statement in a resource policy that are read here. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Principal?: string | Readonly<Record<string, OneOrMany>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export type OneOrMany = string | readonly string[];

/** A condition on one key. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export interface Test {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** All of them have to be met. */
export function testsIn({ Condition = {} }: Statement): Test[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })),
  );
}

/** Whether a test asks for a key by its name, whose case does not count. */
export function isOn(key: string): (test: Test) => boolean {
  return (test) => test.key.toLowerCase() === key.toLowerCase();
}

/** Whether one of the values meets a test. */
export function isMetByOneOf({ operator }: Test): boolean {
  return /^(Arn|String)(Like|Equals)(IfExists)?$/.test(operator);
}

/** Whether all but the values meet a test. */
export function isMetByOthers({ operator }: Test): boolean {
  return /^(Arn|String)Not(Like|Equals)(IfExists)?$/.test(operator);
}

/** Whether a statement is about reading, whatever pattern says so. */
export function isForReading({ Action, NotAction }: Statement): boolean {
  const named = listOf(NotAction ?? Action).some((action) => matchesArn(action.toLowerCase(), "secretsmanager:getsecretvalue"));
  return named === (NotAction === undefined);
}

/** The ARNs of principals and the ids of accounts, or * for everyone. */
export function principalsOf({ Principal = {} }: Statement): readonly string[] {
  return typeof Principal === "string" ? [Principal] : Object.values(Principal).flatMap(listOf);
}

export function isForEveryone(statement: Statement): boolean {
  return principalsOf(statement).includes("*");
}

export function listOf(value: OneOrMany = []): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
