import { refuse } from "./refuse";

/**
 * Throws one clear error for a prop that breaks a rule: what, the rule, what was got.
 *
 * @param prop the class and the prop, as the user wrote them: `AiKeyStack.region`
 * @param rule what the value has to be, as the end of "must …"
 * @throws Error when `valid` is false
 */
export function checkProp(prop: string, valid: boolean, rule: string, got: unknown): void {
  if (!valid) {
    refuse(`${prop} must ${rule}; got ${JSON.stringify(got)}`);
  }
}

/**
 * Throws for the first value that is in a list twice.
 *
 * @param rule as above
 */
export function checkUnique(prop: string, values: readonly string[], rule: string): void {
  for (const [index, value] of values.entries()) {
    checkProp(prop, values.indexOf(value) === index, rule, value);
  }
}
