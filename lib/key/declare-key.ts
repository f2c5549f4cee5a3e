import { Annotations, TerraformVariable, VariableType } from "cdktf";
import type { Construct } from "constructs";
import { checkProp } from "../checks";
import { EphemeralVariable } from "../ephemeral-variable";
import { didYouMean } from "../known-props";
import { memberOf } from "../prop-of";
import { KEY_FORMATS } from "./formats";
import type { AiKeyNames } from "./names";
import type { KeyKind } from "./rules";
import { KEY_FORMS } from "./validations";

/** What brings a key, and what says that it has changed. */
export interface DeclaredKey {
  readonly apiKey: EphemeralVariable;
  /** The number that the version's variable has at the deploy. */
  readonly version: number;
}

/**
 * Declares the two variables of a key. A provider whose keys have no known format is a warning, unless a format is said.
 *
 * @param scope the stack itself: inside a construct, cdktf adds a suffix to their names
 */
export function declareKey(
  scope: Construct,
  { variable, versionVariable }: Pick<AiKeyNames, "variable" | "versionVariable">,
  kind: KeyKind,
): DeclaredKey {
  const { provider, format } = kind;
  const known = KEY_FORMATS.map((row) => row.provider);
  if (provider !== undefined && format === undefined && !known.includes(provider)) {
    Annotations.of(scope).addWarning(
      `The format of ${provider}'s keys is not checked: it is none of ${known.join(", ")}.${didYouMean(provider, known)} format: "any" says that this is meant.`,
    );
  }
  const apiKey = new EphemeralVariable(scope, variable, kind);
  const description = "Change this number to store the key again: Terraform does not keep the key, so it can't see a new one.";
  return { apiKey, version: declareVersion(scope, versionVariable, description) };
}

/**
 * Declares the variable of a version.
 *
 * @param scope the stack itself
 * @returns the number that it has at the deploy
 */
export function declareVersion(scope: Construct, name: string, description: string): number {
  return new TerraformVariable(scope, name, {
    type: VariableType.NUMBER,
    description,
    default: 1,
    nullable: false,
    validation: [
      {
        condition: `\${var.${name} >= 1 && var.${name} < pow(2, 53) && floor(var.${name}) == var.${name}}`,
        errorMessage: `${name} must be a positive integer below 2^53. Use the previous number plus one.`,
      },
    ],
  }).numberValue;
}

/** @throws Error for a provider or a format that no key of a stack can have */
export function checkKind(prop: string, { provider, format }: KeyKind): void {
  checkProp(memberOf(prop, "format"), format === undefined || KEY_FORMS.includes(format), `be one of ${KEY_FORMS.join(", ")}`, format);
  checkProp(
    memberOf(prop, "provider"),
    provider === undefined || (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(provider) && provider !== "ai" && provider !== "api"),
    "be lower-case words with hyphens, other than ai and api, such as openai or azure-openai",
    provider,
  );
}
