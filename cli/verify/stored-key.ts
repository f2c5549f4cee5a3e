import { KEY_FORMATS } from "../../lib/key/formats";
import type { DeclaredKey, DeclaredSecret } from "../declared-secret";

/** What a secret's text holds. */
export interface StoredKey {
  readonly apiKey: string;
  /** Where the key is used, if the secret says it. */
  readonly endpoint: string | undefined;
}

/**
 * Undefined when the text is not as the stack declares: the key, or a JSON object with it.
 *
 * @param key undefined where the rotation makes it: the text may be the key, or JSON, in which the rotator alone knows the name of its field
 */
export function storedKey({ keys, provider }: DeclaredSecret, key: DeclaredKey | undefined, text: string): StoredKey | undefined {
  if (key ? key.field === undefined : !text.startsWith("{")) {
    return { apiKey: text, endpoint: undefined };
  }
  const values = textsIn(text);
  const apiKey = key?.field === undefined ? keyAmong(values, provider) : values.get(key.field);
  return apiKey === undefined ? undefined : { apiKey, endpoint: keys.length > 1 ? undefined : values.get("endpoint") };
}

/** By its usual name, or by its form. */
function keyAmong(values: ReadonlyMap<string, string>, provider: string | undefined): string | undefined {
  const { pattern } = KEY_FORMATS.find((format) => format.provider === provider) ?? {};
  const isKey = (value: string) => pattern !== undefined && new RegExp(pattern).test(value);
  return values.get("apiKey") ?? [...values.values()].find(isKey);
}

/** The texts of a JSON object, by their names; none where it is no such object. */
function textsIn(json: string): Map<string, string> {
  try {
    const entries: [string, unknown][] = Object.entries(Object(JSON.parse(json)));
    return new Map(entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
  } catch {
    return new Map();
  }
}
