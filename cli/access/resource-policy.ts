import { matchesArn } from "../aws/matches-arn";
import { type Refusal, refusalOf } from "./refusal";
import { isForEveryone, isForReading, isMetByOneOf, isMetByOthers, isOn, listOf, principalsOf, type Statement, testsIn } from "./statement";

/** What a secret's resource policy says about reading. */
export interface ReadRules {
  /** The ARNs that are not denied; undefined when nobody is. */
  readonly allowList: readonly string[] | undefined;
  /** Whom it allows reading: ARNs, ids of accounts, or * for everyone. */
  readonly allowed: readonly string[];
  /** What denies reading to those on the list, too. */
  readonly refusals: readonly Refusal[];
  /** All that is denied, in words. */
  readonly denied: readonly string[];
}

/** @param policy as GetResourcePolicy has it; undefined when there is none */
export function readRulesIn(policy: string | undefined): ReadRules {
  const { Statement: statements = [] }: { Statement?: Statement | readonly Statement[] } = JSON.parse(policy ?? "{}");
  const allowances = [statements].flat().filter(({ Effect }) => Effect === "Allow");
  const denials = [statements].flat().filter(({ Effect }) => Effect === "Deny");
  const ofReading = denials.filter(isForReading);
  return {
    allowList: ofReading.map(exemptArns).reduce(arnsOnBoth, undefined),
    allowed: [...new Set(allowances.filter(isForReading).flatMap(namedIn))],
    refusals: ofReading.filter((statement) => !exemptArns(statement) && !isOfMcpServers(statement)).map(refusalOf),
    denied: denials.map(inWords),
  };
}

/** Whether an ARN is on the list. */
export function isListed(allowList: readonly string[], arn: string): boolean {
  return allowList.some((pattern) => matchesArn(pattern, arn));
}

/** Those whom a condition names, else the principals. */
function namedIn(statement: Statement): readonly string[] {
  const named = testsIn(statement).filter(isMetByOneOf).find(isOn("aws:PrincipalArn"));
  return named?.values ?? (statement.Principal === undefined ? ["*"] : principalsOf(statement)); // it has NotPrincipal
}

/** Whom a denial leaves out, when it is for everyone and asks for nothing else: another condition denies less. */
function exemptArns(statement: Statement): readonly string[] | undefined {
  const [test, ...others] = testsIn(statement);
  if (!isForEveryone(statement) || others.length > 0) {
    return undefined;
  }
  return test === undefined ? [] : isOn("aws:PrincipalArn")(test) && isMetByOthers(test) ? test.values : undefined;
}

/** Who is on every list. */
function arnsOnBoth(list: readonly string[] | undefined, other: readonly string[] | undefined): readonly string[] | undefined {
  return list && other ? list.filter((arn) => other.includes(arn)) : (list ?? other);
}

/** Each list has this one, unless `allowMcpServers` is set: it is about a way to read, and refuses no reader. */
function isOfMcpServers(statement: Statement): boolean {
  const tests = testsIn(statement);
  return tests.length > 0 && tests.every((test) => isOn("aws:ViaAWSMCPService")(test) && test.values.includes("true"));
}

function inWords(statement: Statement): string {
  const { Sid, Action, NotAction } = statement;
  const tests = testsIn(statement).map((test) => {
    const values = isOn("aws:PrincipalArn")(test) ? [] : test.values; // the table has those
    return [test.operator, test.key, values.join(" or ")].filter((part) => part !== "").join(" ");
  });
  const name = Sid === undefined ? "" : `${Sid}: `;
  const what = NotAction === undefined ? listOf(Action).join(", ") : `all but ${listOf(NotAction).join(", ")}`;
  const when = tests.length > 0 ? ` where ${tests.join(" and ")}` : "";
  return `${name}${what} to ${[...new Set(principalsOf(statement))].join(", ")}${when}`;
}
