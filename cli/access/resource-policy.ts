import { matchesArn } from "../aws/matches-arn";

/** The parts of a resource policy that are read here. */
interface Statement {
  readonly Effect?: string;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Principal?: OneOrMany | Readonly<Record<string, OneOrMany>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

type OneOrMany = string | readonly string[];

/** What a secret's resource policy says about reading. */
export interface ReadRules {
  /** The ARNs that are not denied; undefined when nobody is. */
  readonly allowList: readonly string[] | undefined;
  /** Whom it allows reading: ARNs, ids of accounts, or * for everyone. */
  readonly allowed: readonly string[];
  /** All that is denied, in words. */
  readonly denied: readonly string[];
}

/** @param policy as GetResourcePolicy has it; undefined when there is none */
export function readRulesIn(policy: string | undefined): ReadRules {
  const { Statement: statements = [] }: { Statement?: Statement | readonly Statement[] } = JSON.parse(policy ?? "{}");
  const allowances = [statements].flat().filter(({ Effect }) => Effect === "Allow");
  const denials = [statements].flat().filter(({ Effect }) => Effect === "Deny");
  return {
    allowList: denials.filter(isForReading).filter(isForEveryone).map(exemptArns).reduce(arnsOnBoth, undefined),
    allowed: [...new Set(allowances.filter(isForReading).flatMap(namedIn))],
    denied: denials.map(inWords),
  };
}

/** Whether an ARN is on the list. */
export function isListed(allowList: readonly string[], arn: string): boolean {
  return allowList.some((pattern) => matchesArn(pattern, arn));
}

/** Whether a statement is about reading, whatever pattern says so. */
function isForReading({ Action, NotAction }: Statement): boolean {
  const named = listOf(NotAction ?? Action).some((action) => matchesArn(action.toLowerCase(), "secretsmanager:getsecretvalue"));
  return named === (NotAction === undefined);
}

/** Those whom a condition names, else the principals. */
function namedIn({ Principal, Condition = {} }: Statement): readonly string[] {
  const tests = Object.entries(Condition).flatMap(([operator, test]) =>
    /^(Arn|String)(Like|Equals)(IgnoreCase)?(IfExists)?$/.test(operator) ? Object.entries(test) : [],
  );
  const [, named] = tests.find(([key]) => key.toLowerCase() === "aws:principalarn") ?? [];
  const principals = typeof Principal === "object" && !Array.isArray(Principal) ? Object.values(Principal).flatMap(listOf) : ["*"];
  return named ? listOf(named) : principals;
}

function isForEveryone({ Principal }: Statement): boolean {
  return Principal === "*" || (typeof Principal === "object" && "AWS" in Principal && listOf(Principal.AWS).includes("*"));
}

/** Whom a denial leaves out, when that is all that it asks for: another condition denies less. */
function exemptArns({ Condition = {} }: Statement): readonly string[] | undefined {
  const tests = Object.entries(Condition).flatMap(([operator, test]) => Object.entries(test).map((entry) => [operator, ...entry] as const));
  const [first, ...others] = tests;
  if (!first) {
    return [];
  }
  const [operator, key, values] = first;
  const isList = /^(Arn|String)Not(Like|Equals)(IgnoreCase)?(IfExists)?$/.test(operator) && key.toLowerCase() === "aws:principalarn";
  return isList && others.length === 0 ? listOf(values) : undefined;
}

/** Who is on every list. */
function arnsOnBoth(list: readonly string[] | undefined, other: readonly string[] | undefined): readonly string[] | undefined {
  return list && other ? list.filter((arn) => other.includes(arn)) : (list ?? other);
}

function inWords({ Action, Principal, Condition = {} }: Statement): string {
  const tests = Object.entries(Condition).flatMap(([operator, test]) => Object.keys(test).map((key) => `${operator} ${key}`));
  const who = Principal === "*" ? "*" : [...new Set(Object.values(Principal ?? {}).flat())].join(", ");
  return `${listOf(Action).join(", ")} to ${who}${tests.length > 0 ? ` where ${tests.join(" and ")}` : ""}`;
}

function listOf(value: OneOrMany = []): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
