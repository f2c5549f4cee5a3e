import { type ApiKeyRule, apiKeyRules, MAX_LENGTH, MIN_LENGTH, PLACEHOLDER, QUOTED } from "../../lib/key/validations";

/** JavaScript says ignore-case and a bracket in a class otherwise than Terraform. */
const placeholder = new RegExp(PLACEHOLDER.replace("(?i)", "").replace("[]]", "\\]"), "i");

/** Whether a key breaks a rule, as Terraform's conditions have it. */
const BREAKS: Readonly<Record<ApiKeyRule["name"], (key: string) => boolean>> = {
  empty: (key) => key === "",
  spaces: (key) => key.trim() !== key,
  characters: (key) => !/^[!-~]*$/.test(key),
  quotes: (key) => new RegExp(QUOTED).test(key),
  placeholder: (key) => placeholder.test(key),
  short: (key) => key.length < MIN_LENGTH,
  long: (key) => key.length > MAX_LENGTH,
};

/**
 * What Terraform would say to a key, without the value; undefined for a key that it takes. A number for a key that a deploy refuses
 * would hide the reason.
 */
export function keyProblem(variable: string, key: string): string | undefined {
  return apiKeyRules(variable).find(({ name }) => BREAKS[name](key))?.message;
}
