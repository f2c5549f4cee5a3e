import { randomBytes, randomInt } from "node:crypto";
import { keyProblem } from "../lib/key/rules";
import type { KeyRule } from "../lib/key/validations";

const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const randomHex = (length: number) => randomBytes(length / 2).toString("hex");
const randomAlphanumeric = (length: number) => Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(62)]).join("");

/** What nobody has issued, in the present form of each provider: see lib/key/formats.ts. */
const KEYS: Readonly<Record<string, () => string>> = {
  openai: () => `sk-proj-${randomAlphanumeric(74)}T3BlbkFJ${randomAlphanumeric(74)}`,
  anthropic: () => `sk-ant-api03-${randomAlphanumeric(93)}AA`,
  "google-gemini": () => `AQ.${randomAlphanumeric(50)}`,
  "azure-openai": () => `${randomAlphanumeric(52)}JQQJ99CD${randomAlphanumeric(12)}AAABACOG${randomAlphanumeric(4)}`,
  mistral: () => randomAlphanumeric(32),
  cohere: () => randomAlphanumeric(40),
  groq: () => `gsk_${randomAlphanumeric(52)}`,
  xai: () => `xai-${randomAlphanumeric(80)}`,
  deepseek: () => `sk-${randomHex(32)}`,
  openrouter: () => `sk-or-v1-${randomHex(64)}`,
  perplexity: () => `pplx-${randomAlphanumeric(48)}`,
  "hugging-face": () => `hf_${randomAlphanumeric(34)}`,
  replicate: () => `r8_${randomAlphanumeric(37)}`,
  together: () => `tgp_v1_${randomAlphanumeric(43)}`,
  cerebras: () => `csk-${randomHex(48)}`,
  nvidia: () => `nvapi-${randomAlphanumeric(64)}`,
  fireworks: () => `fw_${randomAlphanumeric(24)}`,
  voyage: () => `pa-${randomAlphanumeric(43)}`,
  elevenlabs: () => `sk_${randomHex(48)}`,
  minimax: () => `sk-api-${randomAlphanumeric(119)}`,
  "vercel-ai-gateway": () => `vck_${randomAlphanumeric(56)}`,
  databricks: () => `dapi${randomHex(32)}`,
  "amazon-bedrock": () => `ABSK${randomAlphanumeric(128)}`,
  moonshot: () => `sk-${randomAlphanumeric(48)}`,
  stability: () => `sk-${randomAlphanumeric(48)}`,
};

const ofNoProvider = () => `sk-rehearsal-${randomBytes(24).toString("base64url")}`;

const jsonObject = () => JSON.stringify({ type: "service_account", private_key: randomAlphanumeric(32) });

const openAiAdmin = () => `sk-admin-${randomAlphanumeric(74)}`;

/** A key such as the AI provider makes; one of no provider's without one, or for an unknown one. */
export function randomKey(provider = ""): string {
  return (KEYS[provider] ?? ofNoProvider)();
}

/** A key that these rules take. They do not say whose key that is: the first one that breaks none of them is it. */
export function randomKeyFor(rules: readonly KeyRule[]): string {
  const keys = [ofNoProvider, jsonObject, openAiAdmin, ...Object.values(KEYS)].map((make) => make());
  return keys.find((key) => keyProblem(rules, key) === undefined) ?? ofNoProvider();
}
