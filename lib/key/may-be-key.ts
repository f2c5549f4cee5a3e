import { TELLING } from "./formats";

/** A beginning that many providers' keys have, and a long word with digits in it, which names hardly have. */
const KEY_LIKE = /^(sk|gsk|xai|pplx|hf)[-_]|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{20,}/;

/** Whether a text that was said in a wrong place may be a key, or a part of one. Rather too often than too seldom. */
export function mayBeKey(text: string): boolean {
  return KEY_LIKE.test(text) || TELLING.test(text);
}

/** A value as an error shows it. */
export function shown(value: unknown): string {
  const hide = (text: string) => `a text of ${text.length} characters, which may be a key and so is not shown`;
  return JSON.stringify(value, (_, part) => (typeof part === "string" && mayBeKey(part) ? hide(part) : part));
}
