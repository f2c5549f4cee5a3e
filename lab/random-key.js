// @ts-check
// Imports no package, so that .ci/plan-variables.js needs none.
const { randomBytes, randomInt } = require("node:crypto");

const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** @typedef {(length: number) => string} Filling characters, as many as are asked for */

/** @type {Filling} */
const randomHex = (length) => randomBytes(length / 2).toString("hex");
/** @type {Filling} */
const randomAlphanumeric = (length) => Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(62)]).join("");
/** @type {Filling} */
const telling = (length) => "planonly".repeat(length / 8 + 1).slice(0, length);

/**
 * What nobody has issued, in the present form of each provider: see lib/key/formats.ts.
 *
 * @type {Readonly<Record<string, (alphanumeric: Filling, hex: Filling) => string>>}
 */
const KEYS = {
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
};

/**
 * A key such as the AI provider makes; one of no provider's without one, or for an unknown one.
 *
 * @returns {string}
 */
function randomKey(provider = "") {
  return KEYS[provider]?.(randomAlphanumeric, randomHex) ?? `sk-rehearsal-${randomBytes(24).toString("base64url")}`;
}

/**
 * For a plan, which needs a key of the right form and never compares it. It says itself that it is none, and is the same each time.
 *
 * @returns {string}
 */
function planOnlyKey(provider = "") {
  return KEYS[provider]?.(telling, telling) ?? "plan-only-0123456789";
}

module.exports = { randomKey, planOnlyKey };
