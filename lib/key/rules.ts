import type { TerraformVariableValidationConfig } from "cdktf";
import { formatRules } from "./format-validations";
import { KEY_FORMATS } from "./formats";
import { generalRules, KEY_FORMS, KEY_STORES, type KeyForm, type KeyRule, type KeyStore } from "./validations";

/** What a variable is to hold. */
export interface KeyKind {
  /** As in `KEY_FORMATS`. Undefined, or another one, for a key of any provider. */
  readonly provider?: string;
  /** Undefined for a key in the provider's own form. */
  readonly format?: KeyForm;
  /** Undefined for AWS Secrets Manager. */
  readonly store?: KeyStore;
}

/**
 * What Terraform refuses as a key.
 *
 * @param variable the variable's name in Terraform
 */
export function keyRules(variable: string, { provider, format, store }: KeyKind): KeyRule[] {
  return [...generalRules(variable, format, store), ...(format === undefined ? formatRules(variable, provider) : [])];
}

/** The rules as Terraform has them. https://developer.hashicorp.com/terraform/language/block/variable#validation */
export function keyValidations(variable: string, kind: KeyKind): TerraformVariableValidationConfig[] {
  return keyRules(variable, kind).map(({ refuses, applyOnly, message }) => {
    const refused = refuses.terraform(`var.${variable}`);
    return { condition: `\${${applyOnly ? "!terraform.applying || " : ""}!${refused}}`, errorMessage: message };
  });
}

/**
 * The rules of a synthesized variable, whose kind nothing but its messages says.
 *
 * @param messages of its validations
 */
export function rulesSaying(variable: string, messages: readonly string[]): KeyRule[] {
  const said = new Set(messages);
  const kinds: KeyKind[] = [...KEY_FORMATS.map(({ provider }) => ({ provider })), ...KEY_FORMS.map((format) => ({ format }))];
  const rules = KEY_STORES.flatMap((store) => kinds.flatMap((kind) => keyRules(variable, { ...kind, store })));
  return [...new Map(rules.map((rule) => [rule.message, rule])).values()].filter(({ message }) => said.has(message));
}

/**
 * What is wrong with a key, without the value; undefined for a key that a deploy takes.
 */
export function keyProblem(rules: readonly KeyRule[], key: string): string | undefined {
  return rules.find(({ refuses }) => refuses.holds(key))?.message;
}
