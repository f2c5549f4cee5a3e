import { Fn, type TerraformVariableValidationConfig, Token } from "cdktf";
import { checkProp } from "../checks";
import type { EphemeralVariable } from "../ephemeral-variable";
import { hclTexts } from "../hcl-text";
import { checkKnownProps, type PropsOf } from "../known-props";
import { LIMITS } from "../limits";
import { memberOf } from "../prop-of";
import { withoutUndefined } from "../without-undefined";

/** The secret as a JSON object: how the key's field is called, and what is beside it. */
export interface SecretBody {
  /**
   * The name of the key's field, such as `OPENAI_API_KEY`: letters, digits, _ and -.
   * @default "apiKey"
   */
  readonly keyName?: string | undefined;

  /** The AI provider, such as `openai`. */
  readonly provider?: string | undefined;

  /** The URL of the AI API. */
  readonly endpoint?: string | undefined;

  /**
   * Further fields, by their names. They are in the program, so none of them is a secret.
   * @default {}
   */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

export const SECRET_BODY: PropsOf<SecretBody> = { keyName: "text", provider: "text", endpoint: "text", fields: "object" };

/** The fields that have a prop of their own. */
const NAMED: readonly string[] = ["provider", "endpoint"];

/** What brings a secret's key, or several of them, each by the name of its field in the JSON. */
export type ApiKey = EphemeralVariable | Readonly<Record<string, EphemeralVariable>>;

/** Whether a secret gets several keys, also in a program without type checks. */
export function isSeveral(apiKey: ApiKey | undefined): apiKey is Readonly<Record<string, EphemeralVariable>> {
  return typeof apiKey === "object" && apiKey !== null && Object.getPrototypeOf(apiKey) === Object.prototype;
}

/** The name of the key's field, where a secret has one key. */
export function keyNameOf({ keyName = "apiKey" }: SecretBody): string {
  return keyName;
}

/** What is beside the key. */
export function besideKey({ provider, endpoint, fields }: SecretBody): Record<string, string> {
  return { ...withoutUndefined({ provider, endpoint }), ...fields };
}

/** @throws Error for a name that a client could not ask for: some know paths (a.b), and ECS separates by colons */
export function checkFieldName(prop: string, name: string): void {
  checkProp(prop, /^[A-Za-z_][\w-]*$/.test(name), "be named by letters, digits, _ and -, such as OPENAI_API_KEY", name);
}

/**
 * Checks what is beside the key, or the keys.
 *
 * @param owner the body, as `propOf` writes it
 * @throws Error for a prop that nobody reads, a name that is taken, what is no text, and an endpoint without TLS
 */
export function checkBody(owner: string, body: SecretBody, apiKey: ApiKey | undefined): void {
  checkKnownProps(owner, body, SECRET_BODY);
  const { keyName, endpoint = "", fields = {} } = body;
  if (keyName !== undefined) {
    checkFieldName(memberOf(owner, "keyName"), keyName);
    checkProp(memberOf(owner, "keyName"), !NAMED.includes(keyName), `be another one than ${NAMED.join(" and ")}`, keyName);
  }
  if (isSeveral(apiKey)) {
    for (const name of ["keyName", "provider", "endpoint"] as const) {
      checkProp(memberOf(owner, name), body[name] === undefined, "be of one key: say it in fields, by a name of yours", body[name]);
    }
  }
  checkProp(
    memberOf(owner, "endpoint"),
    !/^\s*http:/i.test(endpoint),
    "be an https address, because applications send the key there",
    endpoint,
  );

  const taken = isSeveral(apiKey) ? Object.keys(apiKey) : [keyNameOf(body), ...NAMED];
  for (const [name, value] of Object.entries(fields)) {
    checkFieldName(memberOf(owner, "fields"), name);
    checkProp(memberOf(owner, "fields"), !taken.includes(name), `have other names than ${taken.join(", ")}`, name);
    checkProp(memberOf(owner, `fields.${name}`), typeof value === "string", "be a text", typeof value);
  }
}

/**
 * What a secret holds: the key and nothing else, or a JSON object with the key, or the keys, and with what is known besides.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export function secretText(apiKey: ApiKey, body: SecretBody | undefined): string {
  if (body === undefined && !isSeveral(apiKey)) {
    return apiKey.stringValue;
  }
  const values = keysIn(apiKey, body).map(([name, { stringValue }]) => [name, stringValue]);
  return Fn.jsonencode({ ...Object.fromEntries(values), ...hclTexts(besideKey(body ?? {})) });
}

/**
 * Has Terraform refuse a key that fits into a secret, but not with what is beside it. Several keys share the room equally. A value that only a
 * deploy knows counts as empty.
 */
export function limitToRoom(apiKey: ApiKey, body: SecretBody | undefined): void {
  if (body === undefined && !isSeveral(apiKey)) {
    return;
  }
  const keys = keysIn(apiKey, body);
  const beside = Object.entries(besideKey(body ?? {})).map(([name, text]) => [name, Token.isUnresolved(text) ? "" : text]);
  const others = bytesOf(JSON.stringify(Object.fromEntries([...keys.map(([name]) => [name, ""]), ...beside])));
  const room = Math.floor((LIMITS.secretValue.most - others) / keys.length) + bytesOf('""');
  for (const [, variable] of keys) {
    variable.addValidation(roomValidation(variable.friendlyUniqueId, room));
  }
}

function roomValidation(variable: string, room: number): TerraformVariableValidationConfig {
  return {
    condition: `\${length(var.${variable}) > ${LIMITS.secretValue.most} || length(jsonencode(var.${variable})) <= ${room}}`,
    errorMessage: `${variable} does not fit into its secret with what is beside it: as JSON, it has room for ${room} bytes, quotes included. TF_VAR_${variable} has to hold the key alone, not a file.`,
  };
}

function keysIn(apiKey: ApiKey, body: SecretBody | undefined): [name: string, variable: EphemeralVariable][] {
  return isSeveral(apiKey) ? Object.entries(apiKey) : [[keyNameOf(body ?? {}), apiKey]];
}

/** Terraform writes <, > and & in six characters: https://developer.hashicorp.com/terraform/language/functions/jsonencode */
function bytesOf(json: string): number {
  return new TextEncoder().encode(json.replaceAll(/[<>&\u2028\u2029]/g, "\\u0000")).length;
}
