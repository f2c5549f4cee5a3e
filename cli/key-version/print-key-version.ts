import { refuseOtherValues } from "../../lab/terraform/other-values";
import { outputFolderOf, type SynthesizedStack, stackFolderIn } from "../../lab/terraform/synthesized-stack";
import { isAdminKey, namesOf, providerOf } from "../../lib/key/names";
import { keyRefusal, keyRules } from "../../lib/key/rules";
import type { KeyRule } from "../../lib/key/validations";
import { declaredSecrets } from "../declared-secret";
import { stacksWithSecrets, stackWithSecrets } from "../deployed-stack";
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
 * @param stack whose key it is; without it, a key of the synthesized program in Production, and outside a project any key
 * @returns the exit code: 0; 1 for a key that a deploy would refuse
 * @throws Error when there is no such key, when it could be one of several, or when Terraform would take another one than that of the environment
 */
export function printKeyVersion(root: string, stack: string | undefined, options: KeyVersionOptions): number {
  const stacks = stack === undefined ? stacksWithSecrets(root) : [stackWithSecrets(root, stack)];
  const { variable, secretName, rules, others } =
    stack === undefined ? keyInProduction(stacks, options.provider) : oneOf(stacks.flatMap(keysIn), options.provider, `The stack ${stack}`);
  const key = process.env[`TF_VAR_${variable}`] ?? "";
  const output = outputFolderOf(root);
  for (const { name } of stacks) {
    refuseOtherValues(root, stackFolderIn(output, name));
  }
  const problem = keyRefusal(rules(), key);
  if (problem) {
    const remedy = key === "" && others.length > 0 ? ` For another key of the program, say --provider ${others.join(" or ")}.` : "";
    console.error(`${problem}${remedy}`);
    return 1;
  }

  const salt = options.secretName ?? secretName;
  const version = keyVersion(key, salt);
  console.log(options.json ? JSON.stringify({ variable: `${variable}_version`, secretName: salt, version }) : String(version));
  return 0;
}

interface DeclaredKey {
  readonly variable: string;
  readonly secretName: string;
  /** The name that a program gives the secret in Production; undefined for one of the user's own. */
  readonly inProduction: string | undefined;
  /** What a deploy refuses. Hundreds of rules say what one key is, so they are made for the key that is asked for alone. */
  readonly rules: () => readonly KeyRule[];
}

interface Key extends DeclaredKey {
  /** The providers of the keys beside it. */
  readonly others: readonly string[];
}

/** The secret has the name that it gets in Production: a number must not change because a second stack was added. */
function keyInProduction(stacks: readonly SynthesizedStack[], provider: string | undefined): Key {
  const declared = stacks.flatMap(keysIn).filter(({ variable }) => !isAdminKey(variable)); // whose stack is to be said
  const { variable, secret: secretName } = namesOf("Production", provider);
  if (declared.length === 0) {
    return { variable, secretName, inProduction: secretName, rules: () => keyRules(variable, { provider }), others: [] };
  }
  const key = oneOf(declared, provider, "The synthesized program");
  return { ...key, secretName: key.inProduction ?? key.secretName };
}

function keysIn(stack: SynthesizedStack): DeclaredKey[] {
  return declaredSecrets(stack, undefined).flatMap(({ name: secretName, provider, keys }) =>
    keys.map(({ variable, provider: own }) => {
      const isNamed = namesOf("", own).variable === variable;
      const inProduction = isNamed ? namesOf("Production", provider).secret : undefined;
      return { variable, secretName, inProduction, rules: () => stack.keyRules(variable) };
    }),
  );
}

/** @param owner of the keys, as the beginning of a sentence */
function oneOf(keys: readonly DeclaredKey[], provider: string | undefined, owner: string): Key {
  const variables = [...new Set(keys.map(({ variable }) => variable))];
  const wanted = keys.find(({ variable }) => variable === namesOf("", provider).variable);
  const key = wanted ?? (provider === undefined && variables.length === 1 ? keys[0] : undefined);
  if (!key) {
    const providers = variables.map((variable) => providerOf(variable) ?? "none, the generic key").join(", ");
    const problem = provider === undefined ? "several keys: say one by --provider" : `no key of the provider ${provider}`;
    throw new Error(`${owner} has ${problem}. It has: ${providers}.`);
  }
  const others = variables.filter((variable) => variable !== key.variable).map((variable) => providerOf(variable));
  return { ...key, others: others.filter((other) => other !== undefined) };
}
