import type { TerraformVariableValidationConfig } from "cdktf";
import { ADMIN_KEY_FORMATS, adminKeyRules } from "./admin-keys";
import { formatRules, notWhole } from "./format-validations";
import { KEY_FORMATS } from "./formats";
import { generalRules, KEY_FORMS, KEY_STORES, type KeyForm, type KeyRule, type KeyStore } from "./validations";

/** What a variable is to hold. */
export interface KeyKind {
  /** As in `KEY_FORMATS`. Undefined, or another one, for a key of any provider. */
  readonly provider?: string;
  /** Undefined for a key in the provider's own form. */
  readonly format?: KeyForm;
  /** A key that makes and deletes the provider's keys. */
  readonly admin?: true;
  /** Undefined for AWS Secrets Manager. */
  readonly store?: KeyStore;
}

/**
 * What Terraform refuses as a key.
 *
 * @param variable the variable's name in Terraform
 */
export function keyRules(variable: string, { provider, format, store, admin }: KeyKind): KeyRule[] {
  if (admin) {
    return [...generalRules(variable, undefined, store), ...adminKeyRules(variable, provider)];
  }
  return [...generalRules(variable, format, store), ...(format === undefined ? formatRules(variable, provider) : [])];
}

/** The rules as Terraform has them. https://developer.hashicorp.com/terraform/language/block/variable#validation */
export function keyValidations(variable: string, kind: KeyKind): TerraformVariableValidationConfig[] {
  return conditions(
    variable,
    keyRules(variable, kind).filter(({ warns }) => !warns),
  );
}

/** The rules that Terraform only warns of. */
export function keyWarnings(variable: string, kind: KeyKind): TerraformVariableValidationConfig[] {
  return conditions(
    variable,
    keyRules(variable, kind).filter(({ warns }) => warns),
  );
}

function conditions(variable: string, rules: readonly KeyRule[]): TerraformVariableValidationConfig[] {
  return rules.map(({ refuses, applyOnly, message }) => {
    const refused = refuses.terraform(`var.${variable}`);
    return { condition: `\${${applyOnly ? "!terraform.applying || " : ""}!${refused}}`, errorMessage: message };
  });
}

/** Kinds of keys without a form of their own. Each has all rules of the next one, but for the last. */
const OTHER_KINDS: readonly KeyKind[] = [
  ...ADMIN_KEY_FORMATS.map(({ provider }): KeyKind => ({ provider, admin: true })),
  {},
  ...KEY_FORMS.map((format) => ({ format })),
];

/**
 * The rules of a synthesized variable, whose kind nothing but its messages says; none for a variable that holds no key.
 *
 * @param messages of its validations and of the checks that only warn
 */
export function rulesSaying(variable: string, messages: readonly string[]): KeyRule[] {
  const own = KEY_FORMATS.find((format) => messages.includes(notWhole(variable, format)));
  const kinds: readonly KeyKind[] = own ? [own] : OTHER_KINDS;
  const rules = kinds.flatMap((kind) => KEY_STORES.map((store) => keyRules(variable, { ...kind, store })));
  return rules.find((all) => all.every(({ message }) => messages.includes(message))) ?? [];
}

/** Why a deploy would refuse a key, without the value; undefined for a key that it takes. */
export function keyRefusal(rules: readonly KeyRule[], key: string): string | undefined {
  return keyProblem(
    rules.filter(({ warns }) => !warns),
    key,
  );
}

/** What is wrong with a key, without the value, though a deploy may take it; undefined for a key that breaks no rule. */
export function keyProblem(rules: readonly KeyRule[], key: string): string | undefined {
  return rules.find(({ refuses }) => refuses.holds(key))?.message;
}
