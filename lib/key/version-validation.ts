import type { TerraformVariableValidationConfig } from "cdktf";

/** What Terraform refuses as the number of a key's version. */
export function versionValidation(name: string): TerraformVariableValidationConfig {
  return {
    condition: `\${var.${name} >= 1 && var.${name} < pow(2, 53) && floor(var.${name}) == var.${name}}`,
    errorMessage: `${name} must be a positive integer below 2^53. Use the previous number plus one.`,
  };
}
