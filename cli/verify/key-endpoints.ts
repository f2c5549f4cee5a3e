/** A free request that tells whether an AI provider takes a key. */
export interface KeyEndpoint {
  /** As in `AiKeyProps.provider`. */
  readonly provider: string;
  /** The API's address, as its SDK has it. Undefined where each customer has one of their own. */
  readonly baseUrl?: string;
  /** Below that. */
  readonly path: string;
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  /** What the body says of a key that is known, and that no application can use. */
  readonly unfit?: { readonly says: RegExp; readonly because: string };
  /** Where that is documented. */
  readonly source: string;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const TRUFFLEHOG = "https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors";

const BETTERLEAKS = "https://github.com/betterleaks/betterleaks/blob/main/config/betterleaks.toml";

/** A row a provider: listing models where that wants a key, else what tells of the key itself. Perplexity has nothing that is free. */
export const KEY_ENDPOINTS: readonly KeyEndpoint[] = [
  {
    provider: "openai",
    baseUrl: "https://api.openai.com/v1",
    path: "models",
    headers: bearer,
    source: "https://developers.openai.com/api/reference/resources/models/methods/list",
  },
  {
    provider: "anthropic",
    baseUrl: "https://api.anthropic.com",
    path: "v1/models",
    headers: (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" }),
    source: `https://platform.claude.com/docs/en/api/models-list, ${TRUFFLEHOG}/anthropic/anthropic.go`,
  },
  {
    provider: "google-gemini",
    baseUrl: "https://generativelanguage.googleapis.com",
    path: "v1/models",
    headers: (key) => ({ "x-goog-api-key": key }),
    source: `${TRUFFLEHOG}/googlegemini/googlegemini.go`,
  },
  {
    provider: "azure-openai",
    path: "openai/v1/models",
    headers: (key) => ({ "api-key": key }),
    source: `https://learn.microsoft.com/en-us/azure/foundry/reference/rest/open-ai-models-list-models, ${TRUFFLEHOG}/azure_openai/azure_openai.go`,
  },
  {
    provider: "mistral",
    baseUrl: "https://api.mistral.ai",
    path: "v1/models",
    headers: bearer,
    source: "https://docs.mistral.ai/api/endpoint/models",
  },
  {
    provider: "cohere",
    baseUrl: "https://api.cohere.com",
    path: "v1/models",
    headers: bearer,
    source: "https://docs.cohere.com/reference/list-models",
  },
  {
    provider: "groq",
    baseUrl: "https://api.groq.com",
    path: "openai/v1/models",
    headers: bearer,
    source: `${TRUFFLEHOG}/groq/groq.go`,
  },
  {
    provider: "xai",
    baseUrl: "https://api.x.ai/v1",
    path: "api-key",
    headers: bearer,
    unfit: { says: /"(?:api_key_blocked|api_key_disabled|team_blocked)":\s*true/, because: "it is blocked or disabled" },
    source: `${TRUFFLEHOG}/xai/xai.go, https://docs.rs/crate/x-ai/0.1.0/source/src/api_key.rs`,
  },
  {
    provider: "deepseek",
    baseUrl: "https://api.deepseek.com",
    path: "user/balance",
    headers: bearer,
    source: `${TRUFFLEHOG}/deepseek/deepseek.go`,
  },
  {
    provider: "openrouter",
    baseUrl: "https://openrouter.ai/api/v1",
    path: "key", // anybody may list the models
    headers: bearer,
    unfit: {
      says: /"is_(?:management|provisioning)_key":\s*true/,
      because: "it is a management key, which can ask no model and can make keys",
    },
    source: `${TRUFFLEHOG}/openrouter/openrouter.go, https://openrouter.ai/docs/features/provisioning-api-keys`,
  },
  {
    provider: "hugging-face",
    baseUrl: "https://huggingface.co",
    path: "api/whoami-v2",
    headers: bearer,
    source: "https://huggingface.co/docs/hub/api#get-apiwhoami-v2",
  },
  {
    provider: "replicate",
    baseUrl: "https://api.replicate.com",
    path: "v1/predictions",
    headers: (key) => ({ authorization: `Token ${key}` }),
    source: `${TRUFFLEHOG}/replicate/replicate.go`,
  },
  {
    provider: "together",
    baseUrl: "https://api.together.xyz",
    path: "v1/models",
    headers: bearer,
    source: "https://docs.together.ai/reference/models",
  },
  {
    provider: "cerebras",
    baseUrl: "https://api.cerebras.ai",
    path: "v1/models",
    headers: bearer,
    source: BETTERLEAKS,
  },
  {
    provider: "minimax",
    baseUrl: "https://api.minimax.io",
    path: "v1/models",
    headers: bearer,
    source: BETTERLEAKS,
  },
  {
    provider: "moonshot",
    baseUrl: "https://api.moonshot.ai",
    path: "v1/models",
    headers: bearer,
    source: BETTERLEAKS,
  },
];
