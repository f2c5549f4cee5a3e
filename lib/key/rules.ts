import type { TerraformVariableValidationConfig } from "cdktf";
import { formatRules, notWhole } from "./format-validations";
import { KEY_FORMATS } from "./formats";
import { generalRules, KEY_FORMS, type KeyForm, type KeyRule } from "./validations";

/** What a variable is to hold. */
export interface KeyKind {
  /** As in `KEY_FORMATS`. Undefined, or another one, for a key of any provider. */
  readonly provider?: string;
  /** Undefined for a key in the provider's own form. */
  readonly format?: KeyForm;
}

/**
 * What Terraform refuses as a key.
 *
 * @param variable the variable's name in Terraform
 */
export function keyRules(variable: string, { provider, format }: KeyKind): KeyRule[] {
  return [...generalRules(variable, format), ...(format === undefined ? formatRules(variable, provider) : [])];
}

/** The rules as Terraform has them. https://developer.hashicorp.com/terraform/language/block/variable#validation */
export function keyValidations(variable: string, kind: KeyKind): TerraformVariableValidationConfig[] {
  return keyRules(variable, kind).map(({ refuses, applyOnly, message }) => {
    const refused = refuses.terraform(`var.${variable}`);
    return { condition: `\${${applyOnly ? "!terraform.applying || " : ""}!${refused}}`, errorMessage: message };
  });
}

/** Kinds of keys without a form of their own. Each has all rules of the next one, but for the last. */
const OTHER_KINDS: readonly KeyKind[] = [{}, ...KEY_FORMS.map((format) => ({ format }))];

/**
 * The rules of a synthesized variable, whose kind nothing but its messages says; none for a variable that holds no key.
 *
 * @param messages of its validations
 */
export function rulesSaying(variable: string, messages: readonly string[]): KeyRule[] {
  const own = KEY_FORMATS.find((format) => messages.includes(notWhole(variable, format)));
  if (own) {
    return keyRules(variable, own);
  }
  const rules = OTHER_KINDS.map((kind) => keyRules(variable, kind));
  return rules.find((all) => all.every(({ message }) => messages.includes(message))) ?? [];
}

/**
 * What is wrong with a key, without the value; undefined for a key that a deploy takes.
 */
export function keyProblem(rules: readonly KeyRule[], key: string): string | undefined {
  return rules.find(({ refuses }) => refuses.holds(key))?.message;
}
