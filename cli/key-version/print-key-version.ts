import { namesOf, providerOf } from "../../lib/key/names";
import { declaredSecrets } from "../declared-secret";
import { stackWithSecrets } from "../deployed-stack";
import { keyProblem } from "./key-problem";
import { keyVersion } from "./key-version";

export interface KeyVersionOptions {
  /** As in the stack's `keys`; undefined for the generic key, or for the only one. */
  readonly provider?: string;
  /** @default the name that the stack gives the secret, in Production where no stack is said */
  readonly secretName?: string;
  readonly json: boolean;
}

/**
 * Prints the number for `TF_VAR_ai_api_key_version`: another one for another key. The key comes from the environment alone.
 *
 * @param root the project's folder
 * @param stack whose key it is, by the synthesized program; without it, the program is not needed
 * @returns the exit code: 0; 1 for a key that Terraform would refuse
 * @throws Error when the stack has no such key
 */
export function printKeyVersion(root: string, stack: string | undefined, options: KeyVersionOptions): number {
  const { variable, secretName } = stack === undefined ? defaultKey(options.provider) : keyOf(root, stack, options.provider);
  const key = process.env[`TF_VAR_${variable}`] ?? "";
  const problem = keyProblem(variable, key);
  if (problem) {
    console.error(problem);
    return 1;
  }

  const salt = options.secretName ?? secretName;
  const version = keyVersion(key, salt);
  console.log(options.json ? JSON.stringify({ variable: `${variable}_version`, secretName: salt, version }) : String(version));
  return 0;
}

interface Key {
  readonly variable: string;
  readonly secretName: string;
}

function defaultKey(provider: string | undefined): Key {
  const { variable, secret } = namesOf("Production", provider);
  return { variable, secretName: secret };
}

function keyOf(root: string, stack: string, provider: string | undefined): Key {
  const keys = declaredSecrets(stackWithSecrets(root, stack), undefined).map(({ variable, name }) => ({ variable, secretName: name }));
  const wanted = keys.find(({ variable }) => variable === namesOf("", provider).variable);
  const [only, ...others] = keys;
  const key = wanted ?? (provider === undefined && others.length === 0 ? only : undefined);
  if (!key) {
    const providers = keys.map(({ variable }) => providerOf(variable) ?? "none, the generic key").join(", ");
    const problem = provider === undefined ? "several keys: say one by --provider" : `no key of the provider ${provider}`;
    throw new Error(`The stack ${stack} has ${problem}. It has: ${providers}.`);
  }
  return key;
}
