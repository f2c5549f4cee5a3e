/** A free request that tells whether an AI provider takes a key. */
export interface KeyEndpoint {
  /** As in `AiKeyProps.provider`. */
  readonly provider: string;
  /** The API's address, as its SDK has it. Undefined where each customer has one of their own. */
  readonly baseUrl?: string;
  /** Below that. */
  readonly path: string;
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  /** The HTTP statuses of a key that is not known, or no longer. */
  readonly refuses: readonly number[];
  /** Where that is documented. */
  readonly source: string;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const TRUFFLEHOG = "https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors";

/** A row a provider: listing models where that wants a key, else what tells of the key itself. Perplexity has nothing that is free. */
export const KEY_ENDPOINTS: readonly KeyEndpoint[] = [
  {
    provider: "openai",
    baseUrl: "https://api.openai.com/v1",
    path: "models",
    headers: bearer,
    refuses: [401],
    source: "https://developers.openai.com/api/reference/resources/models/methods/list",
  },
  {
    provider: "anthropic",
    baseUrl: "https://api.anthropic.com",
    path: "v1/models",
    headers: (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" }),
    refuses: [401],
    source: `https://platform.claude.com/docs/en/api/models-list, ${TRUFFLEHOG}/anthropic/anthropic.go`,
  },
  {
    provider: "google-gemini",
    baseUrl: "https://generativelanguage.googleapis.com",
    path: "v1/models",
    headers: (key) => ({ "x-goog-api-key": key }),
    refuses: [400],
    source: `${TRUFFLEHOG}/googlegemini/googlegemini.go`,
  },
  {
    provider: "azure-openai",
    path: "openai/v1/models",
    headers: (key) => ({ "api-key": key }),
    refuses: [401],
    source: `https://learn.microsoft.com/en-us/azure/foundry/reference/rest/open-ai-models-list-models, ${TRUFFLEHOG}/azure_openai/azure_openai.go`,
  },
  {
    provider: "mistral",
    baseUrl: "https://api.mistral.ai",
    path: "v1/models",
    headers: bearer,
    refuses: [401],
    source: "https://docs.mistral.ai/api/endpoint/models",
  },
  {
    provider: "cohere",
    baseUrl: "https://api.cohere.com",
    path: "v1/models",
    headers: bearer,
    refuses: [401],
    source: "https://docs.cohere.com/reference/list-models",
  },
  {
    provider: "groq",
    baseUrl: "https://api.groq.com",
    path: "openai/v1/models",
    headers: bearer,
    refuses: [401],
    source: `${TRUFFLEHOG}/groq/groq.go`,
  },
  {
    provider: "xai",
    baseUrl: "https://api.x.ai/v1",
    path: "api-key",
    headers: bearer,
    refuses: [400, 401],
    source: `${TRUFFLEHOG}/xai/xai.go`,
  },
  {
    provider: "deepseek",
    baseUrl: "https://api.deepseek.com",
    path: "user/balance",
    headers: bearer,
    refuses: [401],
    source: `${TRUFFLEHOG}/deepseek/deepseek.go`,
  },
  {
    provider: "openrouter",
    baseUrl: "https://openrouter.ai/api/v1",
    path: "key", // anybody may list the models
    headers: bearer,
    refuses: [401],
    source: `${TRUFFLEHOG}/openrouter/openrouter.go`,
  },
  {
    provider: "hugging-face",
    baseUrl: "https://huggingface.co",
    path: "api/whoami-v2",
    headers: bearer,
    refuses: [401],
    source: "https://huggingface.co/docs/hub/api#get-apiwhoami-v2",
  },
  {
    provider: "replicate",
    baseUrl: "https://api.replicate.com",
    path: "v1/predictions",
    headers: (key) => ({ authorization: `Token ${key}` }),
    refuses: [401],
    source: `${TRUFFLEHOG}/replicate/replicate.go`,
  },
  {
    provider: "together",
    baseUrl: "https://api.together.xyz",
    path: "v1/models",
    headers: bearer,
    refuses: [401],
    source: "https://docs.together.ai/reference/models",
  },
];
