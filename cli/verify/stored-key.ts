import type { DeclaredSecret } from "../declared-secret";

/** What a secret's text holds. */
export interface StoredKey {
  readonly apiKey: string;
  /** Where the key is used, if the secret says it. */
  readonly endpoint: string | undefined;
}

/** Undefined when the text is not as the stack declares: the key, or a JSON object with it. */
export function storedKey({ body }: DeclaredSecret, text: string): StoredKey | undefined {
  if (!(body ?? text.startsWith("{"))) {
    return { apiKey: text, endpoint: undefined };
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || !("apiKey" in parsed) || typeof parsed.apiKey !== "string") {
      return undefined;
    }
    return { apiKey: parsed.apiKey, endpoint: "endpoint" in parsed && typeof parsed.endpoint === "string" ? parsed.endpoint : undefined };
  } catch {
    return undefined;
  }
}
