import { randomBytes, randomInt } from "node:crypto";

const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const hex = (length: number) => randomBytes(length / 2).toString("hex");
const alphanumeric = (length: number) => Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(62)]).join("");

/** What nobody has issued, in the present form of each provider: see lib/key/formats.ts. */
const KEYS: Readonly<Record<string, () => string>> = {
  openai: () => `sk-proj-${alphanumeric(74)}T3BlbkFJ${alphanumeric(74)}`,
  anthropic: () => `sk-ant-api03-${alphanumeric(93)}AA`,
  "google-gemini": () => `AQ.${alphanumeric(50)}`,
  "azure-openai": () => `${alphanumeric(52)}JQQJ99CD${alphanumeric(12)}AAABACOG${alphanumeric(4)}`,
  mistral: () => alphanumeric(32),
  cohere: () => alphanumeric(40),
  groq: () => `gsk_${alphanumeric(52)}`,
  xai: () => `xai-${alphanumeric(80)}`,
  deepseek: () => `sk-${hex(32)}`,
  openrouter: () => `sk-or-v1-${hex(64)}`,
  perplexity: () => `pplx-${alphanumeric(48)}`,
  "hugging-face": () => `hf_${alphanumeric(34)}`,
  replicate: () => `r8_${alphanumeric(37)}`,
  together: () => `tgp_v1_${alphanumeric(43)}`,
};

/** A key such as the AI provider makes; one of no provider's without one, or for an unknown one. */
export function randomKey(provider = ""): string {
  return KEYS[provider]?.() ?? `sk-rehearsal-${randomBytes(24).toString("base64url")}`;
}
