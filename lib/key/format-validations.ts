import type { TerraformVariableValidationConfig } from "cdktf";
import { KEY_FORMATS } from "./formats";
import { isWellFormed, matches } from "./validations";

/**
 * What Terraform refuses as a key of one AI provider, with a message that says what such a key looks like, and whose it seems to be. A
 * message can't be put together from the value, which is never shown: each provider that a key may belong to has a rule of its own.
 *
 * @param variable the variable's name in Terraform
 * @param provider none of `KEY_FORMATS`: nothing is refused
 */
export function keyFormatValidations(variable: string, provider: string): TerraformVariableValidationConfig[] {
  const own = KEY_FORMATS.find((format) => format.provider === provider);
  if (!own) {
    return [];
  }
  const key = `var.${variable}`;
  const others = KEY_FORMATS.filter((format) => format !== own);
  const fits = matches(own.pattern, key);
  const belongsElsewhere = matches(others.map(({ pattern }) => pattern).join("|"), key);
  const remedy = `If ${own.name} has other keys by now, set format: "any".`;

  return [
    ...others.map((other) => ({
      condition: `\${${fits} || !${matches(other.pattern, key)}}`,
      errorMessage: `${variable} seems to be a key of ${other.name}, not of ${own.name}, whose key ${own.looksLike}. Put the right one into TF_VAR_${variable}. ${remedy}`,
    })),
    {
      condition: `\${${fits} || ${belongsElsewhere} || !(${isWellFormed(key)})}`,
      errorMessage: `${variable} is not a whole key of ${own.name}, which ${own.looksLike}. It was probably cut off: copy the whole key again. ${remedy}`,
    },
  ];
}
