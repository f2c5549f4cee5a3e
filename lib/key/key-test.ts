/** Something that is so of a key or not, for Terraform and for JavaScript alike. */
export interface KeyTest {
  /** The condition in Terraform's language, of an expression: one that can be negated as it is. */
  readonly terraform: (key: string) => string;
  readonly holds: (key: string) => boolean;
}

/** An HCL string literal: JSON's escapes are HCL's, but for the two that begin a template. */
function literal(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

/**
 * Whether a regular expression is found in the key.
 *
 * @param pattern what RE2 and JavaScript both have, with the same meaning: no dot, no look-around, no bare bracket in a class
 */
export function matches(pattern: string, { ignoreCase = false } = {}): KeyTest {
  const expression = new RegExp(pattern, ignoreCase ? "i" : "");
  return {
    terraform: (key) => `can(regex(${literal(ignoreCase ? `(?i)${pattern}` : pattern)}, ${key}))`,
    holds: (key) => expression.test(key),
  };
}

/** @param length characters: for ASCII, these are bytes */
export function longerThan(length: number): KeyTest {
  return { terraform: (key) => `(length(${key}) > ${length})`, holds: (key) => key.length > length };
}

export const IS_JSON_OBJECT: KeyTest = {
  terraform: (key) => `can(keys(jsondecode(${key})))`,
  holds: (key) => {
    try {
      const parsed: unknown = JSON.parse(key);
      return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    } catch {
      return false;
    }
  },
};

export function not(test: KeyTest): KeyTest {
  return { terraform: (key) => `!${test.terraform(key)}`, holds: (key) => !test.holds(key) };
}

export function all(...tests: readonly KeyTest[]): KeyTest {
  return {
    terraform: (key) => `(${tests.map((test) => test.terraform(key)).join(" && ")})`,
    holds: (key) => tests.every((test) => test.holds(key)),
  };
}
