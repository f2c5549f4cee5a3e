import { randomBytes, randomInt } from "node:crypto";
import { keyProblem, keyRules } from "../lib/key/rules";
import type { KeyRule } from "../lib/key/validations";

const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Characters, as many as are asked for. */
type Filling = (length: number) => string;

const randomHex: Filling = (length) => randomBytes(length / 2).toString("hex");
const randomAlphanumeric: Filling = (length) => Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(62)]).join("");
const telling: Filling = (length) => "planonly".repeat(length / 8 + 1).slice(0, length);

type Make = (alphanumeric: Filling, hex: Filling) => string;

/** What nobody has issued, in the present form of each provider: see lib/key/formats.ts. */
const KEYS: Readonly<Record<string, Make>> = {
  openai: (alphanumeric) => `sk-proj-${alphanumeric(74)}T3BlbkFJ${alphanumeric(74)}`,
  anthropic: (alphanumeric) => `sk-ant-api03-${alphanumeric(93)}AA`,
  "google-gemini": (alphanumeric) => `AQ.${alphanumeric(50)}`,
  "azure-openai": (alphanumeric) => `${alphanumeric(52)}JQQJ99CD${alphanumeric(12)}AAABACOG${alphanumeric(4)}`,
  mistral: (alphanumeric) => alphanumeric(32),
  cohere: (alphanumeric) => alphanumeric(40),
  groq: (alphanumeric) => `gsk_${alphanumeric(52)}`,
  xai: (alphanumeric) => `xai-${alphanumeric(80)}`,
  deepseek: (_, hex) => `sk-${hex(32)}`,
  openrouter: (_, hex) => `sk-or-v1-${hex(64)}`,
  perplexity: (alphanumeric) => `pplx-${alphanumeric(48)}`,
  "hugging-face": (alphanumeric) => `hf_${alphanumeric(34)}`,
  replicate: (alphanumeric) => `r8_${alphanumeric(37)}`,
  together: (alphanumeric) => `tgp_v1_${alphanumeric(43)}`,
  cerebras: (_, hex) => `csk-${hex(48)}`,
  nvidia: (alphanumeric) => `nvapi-${alphanumeric(64)}`,
  fireworks: (alphanumeric) => `fw_${alphanumeric(24)}`,
  voyage: (alphanumeric) => `pa-${alphanumeric(43)}`,
  elevenlabs: (_, hex) => `sk_${hex(48)}`,
  minimax: (alphanumeric) => `sk-api-${alphanumeric(119)}`,
  "vercel-ai-gateway": (alphanumeric) => `vck_${alphanumeric(56)}`,
  databricks: (_, hex) => `dapi${hex(32)}`,
  "amazon-bedrock": (alphanumeric) => `ABSK${alphanumeric(128)}`,
  moonshot: (alphanumeric) => `sk-${alphanumeric(48)}`,
  stability: (alphanumeric) => `sk-${alphanumeric(48)}`,
};

const OF_NO_PROVIDER: Make = (alphanumeric) =>
  alphanumeric === telling ? "plan-only-0123456789" : `sk-rehearsal-${randomBytes(24).toString("base64url")}`;

const OPENAI_ADMIN: Make = (alphanumeric) => `sk-admin-${alphanumeric(74)}`;

const JSON_OBJECT: Make = (alphanumeric) => JSON.stringify({ type: "service_account", private_key: alphanumeric(32) });

/** A key such as the AI provider makes; one of no provider's without one, or for an unknown one. */
export function randomKey(provider = ""): string {
  return (KEYS[provider] ?? OF_NO_PROVIDER)(randomAlphanumeric, randomHex);
}

/** A key that these rules take. */
export function randomKeyFor(rules: readonly KeyRule[]): string {
  return fitting(rules, randomAlphanumeric, randomHex);
}

/**
 * For a plan, which needs a key of the right form and never compares it. It says itself that it is none, and is the same each time; the rules
 * refuse it when it is applied.
 */
export function planOnlyKey(rules: readonly KeyRule[] = keyRules("", {})): string {
  return fitting(
    rules.filter(({ applyOnly }) => !applyOnly),
    telling,
    telling,
  );
}

/** The rules do not say whose key they take: the first one that breaks none of them is it. */
function fitting(rules: readonly KeyRule[], alphanumeric: Filling, hex: Filling): string {
  const keys = [OF_NO_PROVIDER, JSON_OBJECT, OPENAI_ADMIN, ...Object.values(KEYS)].map((make) => make(alphanumeric, hex));
  return keys.find((key) => keyProblem(rules, key) === undefined) ?? OF_NO_PROVIDER(alphanumeric, hex);
}
