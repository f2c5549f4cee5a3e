import type { TerraformVariableValidationConfig } from "cdktf";
import { LIMITS } from "../limits";

/** Characters. No AI provider issues keys this short: one that is shorter was cut off. */
export const MIN_LENGTH = 16;

/** Bytes. */
export const MAX_LENGTH = LIMITS.secretValue.most;

/** Printable ASCII without the space: what an HTTP header can carry, and one byte a character, which makes a length a size. */
const KEY_CHARACTER = "[!-~]";

export const QUOTED = `^["'\`].*["'\`]$`;

export const PLACEHOLDER = `(?i)${[
  "^<.*>$", // <YOUR_AI_API_SECRET_KEY>
  "^[[].*[]]$", // [your key]
  "^(change|replace)[-_]?(me|this|with)([-_][a-z0-9]+)*[-_!0-9]*$", // CHANGE_ME, changeme-in-production
  "^(placeholder|dummy|example|todo|tbd|none|null|undefined)([-_][a-z0-9]+)*[-_!0-9]*$",
  "^([a-z0-9]+[-_])*(your|insert|enter)([-_][a-z0-9]+)*[-_](api)?(key|token|secret)([-_][a-z0-9]+)*$", // sk-your-api-key-here
  "^(your|my)[-_]?([a-z]+[-_])*api[-_]?(key|token|secret)([-_]here)?$", // yourapikey, my-openai-api-key
  "^([a-z0-9]+[-_])*x{4,}[x._-]*$", // xxxx, sk-xxxxxxxx, xxxx...xxxx
  "[*]{3,}", // masked by a CI log
  "^[$][{(].*[)}]$", // ${OPENAI_API_KEY}, ${{ secrets.KEY }}, $(cat key)
  "^[$][a-z_][a-z0-9_]*$", // $OPENAI_API_KEY
  "^[{][{].*[}][}]$", // {{ key }}
].join("|")}`;

/** An HCL string literal: JSON's escapes are HCL's, but for the two that begin a template. */
function literal(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

/** A condition of Terraform's: whether a text matches a regular expression. */
export function matches(pattern: string, value: string): string {
  return `can(regex(${literal(pattern)}, ${value}))`;
}

/** A condition of Terraform's: whether a key breaks none of the rules below, but for its size. */
export function isWellFormed(key: string): string {
  return `${matches(`^${KEY_CHARACTER}{${MIN_LENGTH},}$`, key)} && !${matches(QUOTED, key)} && !${matches(PLACEHOLDER, key)}`;
}

/** A rule for API keys. */
export interface ApiKeyRule {
  readonly name: "empty" | "spaces" | "characters" | "quotes" | "placeholder" | "short" | "long";
  /** The condition, in Terraform's language. */
  readonly valid: string;
  /** What is wrong and what to do, never the value. */
  readonly message: string;
}

/**
 * What Terraform refuses as an API key before it touches AWS. A bad key breaks as few of the rules as possible, so that the user reads
 * one message.
 *
 * @param variable the variable's name in Terraform
 */
export function apiKeyRules(variable: string): ApiKeyRule[] {
  const key = `var.${variable}`;
  const source = `TF_VAR_${variable}`;
  const quoted = matches(QUOTED, key);
  const placeholder = matches(PLACEHOLDER, key);

  return [
    {
      name: "empty",
      valid: `${key} != ""`,
      message: `${variable} is empty. A CI secret that does not exist arrives as an empty string: create it, check its name, and pass it to this step as ${source}.`,
    },
    {
      name: "spaces",
      valid: `trimspace(${key}) == ${key}`,
      message: `${variable} begins or ends with white space or a newline. Store it again without them: in a shell with printf instead of echo.`,
    },
    {
      name: "characters",
      valid: matches(`^${KEY_CHARACTER}*$`, `trimspace(${key})`),
      message: `${variable} contains white space, a control character or a character outside ASCII (often an invisible one that was copied along). No API key has those: copy the key again from the provider's page.`,
    },
    {
      name: "quotes",
      valid: `!${quoted}`,
      message: `${variable} is wrapped in quotes, which would be stored as part of the key. Take the quotes away where ${source} is set.`,
    },
    {
      name: "placeholder",
      valid: `!${placeholder}`,
      message: `${variable} is a placeholder, a masked value or a variable that was not expanded, not a key. Put the real key into the CI secret that becomes ${source}.`,
    },
    {
      name: "short",
      valid: `!${matches(`^${KEY_CHARACTER}{1,${MIN_LENGTH - 1}}$`, key)} || ${quoted} || ${placeholder}`,
      message: `${variable} is shorter than ${MIN_LENGTH} characters, which no API key is. It was probably cut off: copy the whole key again.`,
    },
    {
      name: "long",
      valid: `length(${key}) <= ${MAX_LENGTH}`,
      message: `${variable} is longer than the ${MAX_LENGTH} bytes that AWS Secrets Manager stores. ${source} has to hold the key alone, not a file.`,
    },
  ];
}

/**
 * The rules as Terraform has them. https://developer.hashicorp.com/terraform/language/block/variable#validation
 *
 * @param variable the variable's name in Terraform
 */
export function apiKeyValidations(variable: string): TerraformVariableValidationConfig[] {
  return apiKeyRules(variable).map(({ valid, message }) => ({ condition: `\${${valid}}`, errorMessage: message }));
}
