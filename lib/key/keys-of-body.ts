import { Fn, Op, type TerraformStack, Token } from "cdktf";
import { checkProp } from "../checks";
import { hclText } from "../hcl-text";
import { checkKnownProps, type PropsOf } from "../known-props";
import { memberOf } from "../prop-of";
import { type ApiKey, checkFieldName, SECRET_BODY, type SecretBody } from "../secret/body";
import { checkKind, declareKey } from "./declare-key";
import { namesOf } from "./names";
import type { KeyForm } from "./validations";

/** One of several keys in a secret. */
export interface KeyOfBody {
  /** The AI provider, such as `openai`: it is a part of the names of the key's variables, such as `TF_VAR_openai_api_key`. */
  readonly provider: string;

  /**
   * What the key is if it is none in the provider's own form, as `AiKeyProps.format`.
   * @default the form of the provider's keys
   */
  readonly format?: KeyForm | undefined;
}

const KEY_OF_BODY: PropsOf<KeyOfBody> = { provider: "text!", format: "text" };

/** The JSON of a secret: of one key, or of several. */
export interface AiKeyBody extends SecretBody {
  /**
   * Several keys in place of one, each by the name of its field, such as `{ OPENAI_API_KEY: { provider: "openai" } }`. Each has its own
   * variables and checks. The secret is stored again, with all of its keys, when the number of one of them changes, or `fields` do.
   * @default one key
   */
  readonly keys?: Readonly<Record<string, KeyOfBody>> | undefined;
}

export const AI_KEY_BODY: PropsOf<AiKeyBody> = { ...SECRET_BODY, keys: "object" };

/** What brings the key of a secret, or several, and what says that one of them has changed. */
export interface DeclaredKeys {
  readonly apiKey: ApiKey;
  /** The number of the secret. Of several keys, it is another one when that of a key is, and when a field is. */
  readonly version: number;
  /** The number of each key, by the name of its output. */
  readonly versions: Readonly<Record<string, number>>;
}

/**
 * Declares the variables of each key of a secret.
 *
 * @param stack itself: inside a construct, cdktf adds a suffix to their names
 * @param prop `body.keys`, as an error names it
 * @throws Error for a name that is none for a field, for a provider or a format that is none, and for a key that the stack has already
 */
export function declareKeysOfBody(
  stack: TerraformStack,
  prop: string,
  keys: Readonly<Record<string, KeyOfBody>>,
  fields: Readonly<Record<string, string>> = {},
): DeclaredKeys {
  checkProp(prop, Object.keys(keys).length > 0, "have at least one key", keys);
  const declared = Object.entries(keys).map(([name, key]) => {
    checkFieldName(prop, name);
    checkKnownProps(memberOf(prop, name), key, KEY_OF_BODY);
    checkKind(memberOf(prop, name), key);
    const names = namesOf("", key.provider);
    checkProp(
      `${memberOf(prop, name)}.provider`,
      stack.node.tryFindChild(names.variable) === undefined,
      `be another one than those of the stack's other keys, as the variable ${names.variable} is taken`,
      key.provider,
    );
    return { name, output: names.outputs.version, ...declareKey(stack, names, key) };
  });
  const numbers = Object.fromEntries(declared.map(({ name, version }) => [name, version]));
  return {
    apiKey: Object.fromEntries(declared.map(({ name, apiKey }) => [name, apiKey])),
    version: numberOf({ ...numbers, ...fields }),
    versions: Object.fromEntries(declared.map(({ output, version }) => [output, version])),
  };
}

/** From 1 to 2^48, as that of `ai-key key-version`: a sum would stay when one number rises by what another one falls. */
function numberOf(values: Readonly<Record<string, number | string>>): number {
  const texts = Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? hclText(value) : value]);
  const digest = Fn.sha256(Fn.jsonencode(Object.fromEntries(texts)));
  return Token.asNumber(Op.add(Fn.parseint(Fn.substr(digest, 0, 12), 16), 1));
}
