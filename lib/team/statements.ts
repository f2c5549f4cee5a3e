import type { Condition } from "../policy-document";
import { KEY_TAG } from "../secret/encryption-key";

/** What a role is allowed, or denied. */
export interface Statement {
  readonly sid: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: string[];
  readonly resources: string[];
  readonly condition?: readonly Condition[];
}

/** One of a statement's lists. The statement says the same as two that have a part of the list each. */
interface List {
  of(statement: Statement): readonly string[];
  with(statement: Statement, values: string[]): Statement;
}

const RESOURCES: List = {
  of: ({ resources }) => resources,
  with: (statement, resources) => ({ ...statement, resources }),
};

const ACTIONS: List = {
  of: ({ actions }) => actions,
  with: (statement, actions) => ({ ...statement, actions }),
};

/** What can be many in a condition: the secrets that KMS encrypts, the policies that are attached, the names in the tags of keys. */
const VALUES_OF_CONDITION: List = {
  of: ({ condition = [] }) => condition.find(({ variable }) => WITH_MANY.includes(variable))?.values ?? [],
  with: (statement, values) => ({
    ...statement,
    condition: statement.condition?.map((one) => (WITH_MANY.includes(one.variable) ? { ...one, values } : one)),
  }),
};
const WITH_MANY = ["iam:PolicyARN", "kms:EncryptionContext:SecretARN", `aws:ResourceTag/${KEY_TAG}`];

/** Fewer statements that say the same: those that differ in one of their lists alone become one. */
export function joined(statements: readonly Statement[]): Statement[] {
  return [RESOURCES, VALUES_OF_CONDITION, ACTIONS].reduce<readonly Statement[]>((all, list) => joinedBy(list, all), statements).slice();
}

function joinedBy(list: List, statements: readonly Statement[]): Statement[] {
  const groups = new Map<string, Statement>();
  for (const statement of statements) {
    const { sid: _, ...others } = list.with(statement, []);
    const key = JSON.stringify(others);
    const known = groups.get(key);
    groups.set(key, known ? list.with(known, [...new Set([...list.of(known), ...list.of(statement)])]) : statement);
  }
  return [...groups.values()];
}

/**
 * The statements of several policies, which say the same together. Each policy takes as much as it has room for.
 *
 * @param rooms the length that each policy may have; the last one is for all further policies too
 * @param lengthOf the length of a policy with these statements
 */
export function spread(
  statements: readonly Statement[],
  rooms: readonly number[],
  lengthOf: (statements: readonly Statement[]) => number,
): Statement[][] {
  const policies: Statement[][] = [[]];
  const left = [...statements];
  for (let statement = left.shift(); statement; statement = left.shift()) {
    const policy = policies.at(-1) ?? [];
    const room = rooms[policies.length - 1] ?? rooms.at(-1) ?? 0;
    const [head, tail] = cut(statement, (part) => lengthOf(named([...policy, part])) <= room);
    if (head) {
      policy.push(head);
    }
    if (tail && !head && policy.length === 0) {
      const halves = halved(tail);
      if (halves.length === 1) {
        policy.push(tail); // one action on one resource: the check of limits refuses it
      } else {
        left.unshift(...halves);
      }
    } else if (tail) {
      policies.push([]);
      left.unshift(tail);
    }
  }
  return policies.map(named);
}

/** The longest part of a statement that fits, and the rest. */
function cut(statement: Statement, fits: (part: Statement) => boolean): [Statement?, Statement?] {
  if (fits(statement)) {
    return [statement];
  }
  const list = longestListOf(statement);
  const values = list.of(statement);
  let [most, tooMany] = [0, values.length];
  while (tooMany - most > 1) {
    const half = Math.floor((most + tooMany) / 2);
    [most, tooMany] = fits(list.with(statement, values.slice(0, half))) ? [half, tooMany] : [most, half];
  }
  return most === 0 ? [undefined, statement] : [list.with(statement, values.slice(0, most)), list.with(statement, values.slice(most))];
}

function halved(statement: Statement): Statement[] {
  const list = longestListOf(statement);
  const values = list.of(statement);
  const middle = Math.ceil(values.length / 2);
  return values.length === 1 ? [statement] : [values.slice(0, middle), values.slice(middle)].map((half) => list.with(statement, half));
}

function longestListOf(statement: Statement): List {
  const [conditions, resources] = [VALUES_OF_CONDITION, RESOURCES].map((list) => list.of(statement).join().length);
  return (conditions ?? 0) > (resources ?? 0) ? VALUES_OF_CONDITION : RESOURCES;
}

/** A policy must not have two statements of one name. */
function named(statements: readonly Statement[]): Statement[] {
  const times = new Map<string, number>();
  return statements.map((statement) => {
    const { sid } = statement;
    const time = (times.get(sid) ?? 0) + 1;
    times.set(sid, time);
    return time === 1 ? statement : { ...statement, sid: `${sid}${time}` };
  });
}
