/** How an AI provider answers a key that it takes no longer, or does not know. */
export interface KeyRefusal {
  /** As in `AiKeyProps.provider`; undefined for what most of them answer. */
  readonly provider?: string;
  /** The HTTP status. */
  readonly status: number;
  /** What the body says, where the status alone does not tell: in lower case, as RE2, JavaScript and Python have it. */
  readonly says?: string;
  /** Where that is documented, or was reported. */
  readonly source: string;
}

/**
 * A row an answer. The examples for applications know the same ones: a test holds it. Not among them is what is no fault of the key: a
 * country that is not supported, an address that is not allowed, a quota.
 */
export const KEY_REFUSALS: readonly KeyRefusal[] = [
  { status: 401, source: "https://developers.openai.com/api/docs/guides/error-codes" },
  { provider: "xai", status: 400, says: "incorrect api key", source: "https://github.com/openai/codex/issues/1352" },
  {
    provider: "google-gemini",
    status: 400,
    says: "api_key_invalid|api key (?:not valid|not found|expired)",
    source: "https://github.com/google/timesketch/pull/3703, https://github.com/google-gemini/gemini-cli/issues/25198, #4430",
  },
  {
    provider: "google-gemini",
    status: 403,
    says: "reported as leaked|consumer_suspended|has been suspended",
    source: "https://github.com/googleapis/python-genai/issues/1764, https://github.com/google/generative-ai-docs/issues/356",
  },
  {
    provider: "anthropic",
    status: 400,
    says: "organization has been disabled",
    source: "https://github.com/anthropics/claude-code/issues/8327",
  },
  { provider: "groq", status: 400, says: "organization_restricted", source: "https://github.com/songquanpeng/one-api/issues/1764" },
];

/** A 401 for a key that is right: OpenAI's, for an address that is not allowed. https://developers.openai.com/api/docs/guides/ip-allowlist */
export const NOT_THE_KEY = "ip_not_authorized";

/** Whether an answer says that the AI provider does not take the key. */
export function refusesKey(status: number, body: string): boolean {
  const said = body.toLowerCase();
  return (
    !said.includes(NOT_THE_KEY) &&
    KEY_REFUSALS.some((refusal) => refusal.status === status && (refusal.says === undefined || new RegExp(refusal.says).test(said)))
  );
}
