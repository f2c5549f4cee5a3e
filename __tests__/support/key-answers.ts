/** An answer of an AI provider's, as its documentation or a report has it. */
export interface KeyAnswer {
  readonly provider: string;
  readonly status: number;
  readonly body: string;
  /** Whether the key is refused; undefined where the answer says nothing of the key. */
  readonly refused: true | undefined;
  readonly source: string;
}

const google = (code: number, message: string, status: string, reason?: string) =>
  JSON.stringify({
    error: { code, message, status, details: reason && [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason }] },
  });

export const KEY_ANSWERS: readonly KeyAnswer[] = [
  {
    provider: "google-gemini",
    status: 403,
    body: google(403, "Your API key was reported as leaked. Please use another API key.", "PERMISSION_DENIED"),
    refused: true,
    source: "https://github.com/continuedev/continue/issues/10513",
  },
  {
    provider: "google-gemini",
    status: 403,
    body: google(403, "Permission denied: Consumer has been suspended.", "PERMISSION_DENIED", "CONSUMER_SUSPENDED"),
    refused: true,
    source: "https://github.com/thooton/muse/issues/6",
  },
  {
    provider: "google-gemini",
    status: 403,
    body: google(403, "Requests from referer <empty> are blocked.", "PERMISSION_DENIED", "API_KEY_HTTP_REFERRER_BLOCKED"),
    refused: undefined,
    source: "betterleaks/betterleaks@6381fa45 config/betterleaks.toml (gcp-gemini-api)",
  },
  {
    provider: "google-gemini",
    status: 400,
    body: google(400, "API key expired. Please renew the API key.", "INVALID_ARGUMENT", "API_KEY_INVALID"),
    refused: true,
    source: "https://github.com/google-gemini/gemini-cli/issues/4430",
  },
  {
    provider: "google-gemini",
    status: 400,
    body: google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", "API_KEY_INVALID"),
    refused: true,
    source: "https://github.com/google/timesketch/pull/3703",
  },
  {
    provider: "google-gemini",
    status: 400,
    body: google(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"),
    refused: undefined,
    source: "https://ai.google.dev/gemini-api/docs/troubleshooting",
  },
  {
    provider: "google-gemini",
    status: 401,
    body: google(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED", "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    refused: true,
    source: "https://github.com/google-gemini/gemini-cli/issues/29275",
  },
  {
    provider: "xai",
    status: 400,
    body: '{"code":"Client specified an invalid argument","error":"Incorrect API key provided: ba***na. You can obtain an API key from https://console.x.ai."}',
    refused: true,
    source: "https://github.com/i-am-bee/beeai-framework/issues/447",
  },
  {
    provider: "xai",
    status: 400,
    body: '{"error":"Model not found"}',
    refused: undefined,
    source: "https://docs.x.ai/developers/debugging",
  },
  {
    provider: "openai",
    status: 401,
    body: '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}',
    refused: true,
    source: "https://developers.openai.com/api/docs/guides/error-codes",
  },
  {
    provider: "openai",
    status: 401,
    body: '{"error":{"message":"Your IP is not authorized","code":"ip_not_authorized"}}',
    refused: undefined,
    source: "https://developers.openai.com/api/docs/guides/ip-allowlist",
  },
  {
    provider: "openai",
    status: 403,
    body: '{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported"}}',
    refused: undefined,
    source: "https://github.com/openai/codex/issues/14215",
  },
  {
    provider: "anthropic",
    status: 400,
    body: '{"type":"error","error":{"type":"invalid_request_error","message":"This organization has been disabled."}}',
    refused: true,
    source: "https://github.com/anthropics/claude-code/issues/19028",
  },
  {
    provider: "anthropic",
    status: 401,
    body: '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
    refused: true,
    source: "https://github.com/Good-player/free-claude-api-and-anthropic/issues/14",
  },
  {
    provider: "anthropic",
    status: 403,
    body: '{"error":{"type":"forbidden","message":"Request not allowed"}}',
    refused: undefined,
    source: "https://github.com/enricoros/big-AGI/issues/176",
  },
  {
    provider: "groq",
    status: 400,
    body: '{"error":{"message":"Organization has been restricted.","code":"organization_restricted"}}',
    refused: true,
    source: "https://github.com/songquanpeng/one-api/issues/1764",
  },
  {
    provider: "azure-openai",
    status: 401,
    body: '{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}',
    refused: true,
    source: "https://github.com/SciSharp/BotSharp/issues/386",
  },
  {
    provider: "azure-openai",
    status: 403,
    body: '{"code":"403","message":"A Virtual Network is configured for this resource. Please use the correct endpoint for making requests."}',
    refused: undefined,
    source: "https://github.com/continuedev/continue/issues/12547",
  },
  {
    provider: "openrouter",
    status: 401,
    body: '{"error":{"message":"User not found.","code":401}}',
    refused: true,
    source: "https://github.com/NousResearch/hermes-agent/issues/14637",
  },
];
