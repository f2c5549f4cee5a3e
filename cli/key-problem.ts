import { apiKeyValidations, PLACEHOLDER, QUOTED } from "../lib/api-key-validations";

/** JavaScript says ignore-case and a bracket in a class otherwise than Terraform. */
const placeholder = new RegExp(PLACEHOLDER.replace("(?i)", "").replace("[]]", "\\]"), "i");

/**
 * What Terraform would say to a key, without the value; undefined for a key that it takes. A number for a key that a deploy refuses
 * would hide the reason.
 */
export function keyProblem(variable: string, key: string): string | undefined {
  const broken = [
    key === "",
    key.trim() !== key,
    !/^[!-~]*$/.test(key),
    new RegExp(QUOTED).test(key),
    placeholder.test(key),
    key.length < 16,
    key.length > 65_536,
  ];
  return apiKeyValidations(variable)[broken.indexOf(true)]?.errorMessage;
}
