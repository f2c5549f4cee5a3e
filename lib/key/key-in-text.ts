import { TELLING } from "./formats";

/** Whether a text has a word that is the key of a known AI provider, and can be nothing else. */
export function holdsKey(text: string): boolean {
  const words = [...text.split(/\s+/), ...text.split(/[^\w.-]+/)]; // the second takes URLs apart
  return words.some((word) => TELLING.test(word));
}
