import { namesOf } from "../../lib/key/names";
import { keyProblem } from "./key-problem";
import { keyVersion } from "./key-version";

export interface KeyVersionOptions {
  /** As in the stack's `keys`; undefined for the generic key. */
  readonly provider?: string;
  /** @default the name that the stack gives the secret in Production */
  readonly secretName?: string;
  readonly json: boolean;
}

/**
 * Prints the number for `TF_VAR_ai_api_key_version`: another one for another key. The key comes from the environment alone.
 *
 * @returns the exit code: 0; 1 for a key that Terraform would refuse
 */
export function printKeyVersion({ provider, secretName, json }: KeyVersionOptions): number {
  const names = namesOf("Production", provider);
  const key = process.env[`TF_VAR_${names.variable}`] ?? "";
  const problem = keyProblem(names.variable, key);
  if (problem) {
    console.error(problem);
    return 1;
  }

  const salt = secretName ?? names.secret;
  const version = keyVersion(key, salt);
  console.log(json ? JSON.stringify({ variable: names.versionVariable, secretName: salt, version }) : String(version));
  return 0;
}
