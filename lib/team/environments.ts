import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import type { AiKeyStack } from "../ai-key-stack";
import { checkProp, checkUnique } from "../checks";
import { propOf } from "../prop-of";
import type { StackAccess } from "./stack-access";

/** The stacks of one environment. */
export interface Environment {
  /** In lower case, as CI knows it, such as `production`. */
  readonly name: string;
  /** The name in words with hyphens, for ids and names; undefined where there is no other environment. */
  readonly label: string | undefined;
  readonly stacks: readonly AiKeyStack[];
}

/** What an environment is called in the ids and names of its roles, where there are several. */
export function labelOf(environment: string): string {
  return environment.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/**
 * Puts stacks together by their environments. Capital letters don't count, as they don't in the names of secrets.
 *
 * @throws Error for an environment that a role can't be named after
 */
export function environmentsOf(scope: IConstruct, stacks: readonly AiKeyStack[]): Environment[] {
  const byName = new Map<string, AiKeyStack[]>();
  for (const stack of stacks) {
    const name = stack.environment.toLowerCase();
    checkProp(
      propOf(stack, "environment"),
      !Token.isUnresolved(stack.environment) && /^\w[\w ./-]*$/.test(name),
      "be a literal of letters, digits, spaces and ._/-, as its deploy role trusts the environment of that name",
      stack.environment,
    );
    byName.set(name, [...(byName.get(name) ?? []), stack]);
  }

  const labels = [...byName.keys()].map(labelOf);
  checkUnique(propOf(scope, "stacks"), labels, "be of environments that differ in letters and digits");
  return [...byName].map(([name, ofName], index) => ({ name, label: byName.size > 1 ? labels[index] : undefined, stacks: ofName }));
}

/**
 * What one environment's role could do to another environment's stacks, as their names are too much alike.
 *
 * @param environments the stacks of each
 */
export function overlaps(environments: readonly (readonly StackAccess[])[]): string[] {
  return environments.flatMap((own, index) =>
    environments.slice(index + 1).flatMap((other) => own.flatMap((one) => other.flatMap((another) => one.overlapsWith(another)))),
  );
}
