/** What the keys of an AI provider look like: only what is documented or has been stable, and rather too much than too little. */
export interface KeyFormat {
  /** As in `AiKeyProps.provider`. */
  readonly provider: string;
  /** As the provider writes itself. */
  readonly name: string;
  /**
   * In the syntax that RE2, which Terraform has, and JavaScript share, for the whole key: https://github.com/google/re2/wiki/Syntax
   */
  readonly pattern: string;
  /**
   * The pattern of those keys that can be nobody else's: a key in another provider's slot is known by it. Empty where nothing tells.
   * @default `pattern`
   */
  readonly telling?: string | undefined;
  /** The end of "a key that …". */
  readonly looksLike: string;
}

const BETTERLEAKS = "https://github.com/betterleaks/betterleaks/blob/6381fa45ae946c588e2e1334d8396a15e5171ad6/config/betterleaks.toml";
const TRUFFLEHOG = "https://github.com/trufflesecurity/trufflehog/blob/3ab759fef4bb5935d4fe9ac68b503d05346b8364/pkg/detectors";
const AZURE =
  "https://github.com/microsoft/security-utilities/blob/638ad20eb4d446319a31e9c0ed293d087b4ffa55/GeneratedRegexPatterns/HighConfidenceSecurityModels.json";

/** Azure's marked keys: 52 random characters, a mark, a date and a region, the service and a checksum. */
const AZURE_MARK = "[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9]{14}";

/** A row a provider, with its source: the provider's own page where it documents its keys, else the rules of secret scanners. */
export const KEY_FORMATS: readonly (KeyFormat & { readonly source: string })[] = [
  {
    provider: "openai",
    name: "OpenAI",
    pattern: "^sk-[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{20,}$",
    telling: "^sk-(?:(?:proj|svcacct|service|None)-[A-Za-z0-9_-]*|[A-Za-z0-9]*)T3BlbkFJ[A-Za-z0-9_-]{20,}$",
    looksLike: "begins with sk-, such as sk-proj-, has at least 51 characters, and T3BlbkFJ among them",
    source: `${TRUFFLEHOG}/openai/openai.go, ${BETTERLEAKS} (openai-api-key), https://github.com/aquasecurity/trivy/pull/10794`,
  },
  {
    provider: "anthropic",
    name: "Anthropic",
    pattern: "^sk-ant-api[0-9]{2,4}-[A-Za-z0-9_-]{80,}$",
    looksLike: "begins with sk-ant-api03- and has 108 characters",
    source: `${TRUFFLEHOG}/anthropic/anthropic.go, ${BETTERLEAKS} (anthropic-api-key)`,
  },
  {
    provider: "google-gemini",
    name: "Google Gemini",
    pattern: "^(?:AIza[A-Za-z0-9_-]{35}|AQ[.][A-Za-z0-9_-]{40,})$",
    looksLike: "begins with AQ. or, an older one that Google switches off in 2026, with AIza and has 39 characters",
    source: `https://ai.google.dev/gemini-api/docs/api-key, ${BETTERLEAKS} (gcp-gemini-api, gcp-api-key)`,
  },
  {
    provider: "azure-openai",
    name: "Azure OpenAI",
    pattern: `^(?:[0-9a-fA-F]{32}|${AZURE_MARK}[A-Za-z0-9]{4}ACOG[A-Za-z0-9]{4}(?:[A-Za-z0-9]{2}==)?)$`,
    telling: `^${AZURE_MARK}[A-Za-z0-9]{4}ACOG[A-Za-z0-9]{4}(?:[A-Za-z0-9]{2}==)?$`,
    looksLike: "consists of 32 hexadecimal digits, or of 84 letters and digits with JQQJ9 and ACOG among them",
    source: `${AZURE} (SEC101/205, SEC101/206)`,
  },
  {
    provider: "mistral",
    name: "Mistral",
    pattern: "^[A-Za-z0-9]{32}$",
    telling: "",
    looksLike: "consists of 32 letters and digits",
    source: "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/mistralai_apikey",
  },
  {
    provider: "cohere",
    name: "Cohere",
    pattern: "^[A-Za-z0-9]{40}$",
    telling: "",
    looksLike: "consists of 40 letters and digits",
    source: `${BETTERLEAKS} (cohere-api-token)`,
  },
  {
    provider: "groq",
    name: "Groq",
    pattern: "^gsk_[A-Za-z0-9]{48,}$",
    looksLike: "begins with gsk_ and has at least 52 characters",
    source: `${TRUFFLEHOG}/groq/groq.go`,
  },
  {
    provider: "xai",
    name: "xAI",
    pattern: "^xai-[A-Za-z0-9_-]{70,}$",
    telling: "^xai-[A-Za-z0-9_]{70,}$",
    looksLike: "begins with xai- and has at least 74 characters",
    source: `${TRUFFLEHOG}/xai/xai.go, ${BETTERLEAKS} (xai-api-key)`,
  },
  {
    provider: "deepseek",
    name: "DeepSeek",
    pattern: "^sk-[0-9a-z]{32}$",
    telling: "", // Alibaba's Model Studio has the same
    looksLike: "begins with sk- and has 35 characters",
    source: `${TRUFFLEHOG}/deepseek/deepseek.go`,
  },
  {
    provider: "openrouter",
    name: "OpenRouter",
    pattern: "^sk-or-v[0-9]+-[A-Za-z0-9_-]{64,}$",
    looksLike: "begins with sk-or-v1- and has 73 characters",
    source: `${TRUFFLEHOG}/openrouter/openrouter.go`,
  },
  {
    provider: "perplexity",
    name: "Perplexity",
    pattern: "^pplx-[A-Za-z0-9_-]{40,}$",
    looksLike: "begins with pplx- and has at least 45 characters",
    source: `${BETTERLEAKS} (perplexity-api-key)`,
  },
  {
    provider: "hugging-face",
    name: "Hugging Face",
    pattern: "^(?:hf_|api_org_)[A-Za-z0-9._-]{34,}$",
    looksLike: "begins with hf_ and has at least 37 characters",
    source: `${TRUFFLEHOG}/huggingface/huggingface.go`,
  },
  {
    provider: "replicate",
    name: "Replicate",
    pattern: "^r8_[A-Za-z0-9_-]{37}$",
    looksLike: "begins with r8_ and has 40 characters",
    source: "https://replicate.com/docs/topics/security/api-tokens",
  },
  {
    provider: "together",
    name: "Together",
    pattern: "^(?:tgp_v[0-9]+_[A-Za-z0-9_-]{40,}|[0-9a-f]{64})$",
    telling: "^tgp_v[0-9]+_[A-Za-z0-9_-]{40,}$",
    looksLike: "begins with tgp_v1_ and has at least 47 characters, or, an older one, consists of 64 hexadecimal digits",
    source: `${BETTERLEAKS} (togetherai-api-key), https://docs.together.ai/docs/api-keys-authentication`,
  },
  {
    provider: "cerebras",
    name: "Cerebras",
    pattern: "^csk-[A-Za-z0-9]{48}$",
    looksLike: "begins with csk- and has 52 characters",
    source: `${BETTERLEAKS} (cerebras-api-key)`,
  },
  {
    provider: "nvidia",
    name: "NVIDIA",
    pattern: "^nvapi-[A-Za-z0-9_-]{60,70}$",
    looksLike: "begins with nvapi- and has 66 to 76 characters",
    source: `${BETTERLEAKS} (nvidia-api-key), ${TRUFFLEHOG}/nvapi/nvapi.go`,
  },
  {
    provider: "fireworks",
    name: "Fireworks",
    pattern: "^fw_[A-Za-z0-9]{20,}$",
    looksLike: "begins with fw_ and has at least 23 characters",
    source: "public settings of its users: no scanner that was read has a rule",
  },
  {
    provider: "voyage",
    name: "Voyage AI",
    pattern: "^(?:pa|al)-[A-Za-z0-9_-]{40,}$",
    looksLike: "begins with pa- (of Atlas with al-) and has at least 43 characters",
    source: "public settings of its users: no scanner that was read has a rule",
  },
  {
    provider: "elevenlabs",
    name: "ElevenLabs",
    pattern: "^(?:sk_[0-9a-z]{48}|[0-9a-f]{32})$",
    telling: "^sk_[0-9a-z]{48}$",
    looksLike: "begins with sk_ and has 51 characters, or, an older one, consists of 32 hexadecimal digits",
    source: `${TRUFFLEHOG}/elevenlabs/v2/elevenlabs.go, ${TRUFFLEHOG}/elevenlabs/v1/elevenlabs.go`,
  },
  {
    provider: "minimax",
    name: "MiniMax",
    pattern: "^sk-api-[A-Za-z0-9_-]{100,}$",
    looksLike: "begins with sk-api- and has 126 characters",
    source: `${BETTERLEAKS} (minimax-api-key)`,
  },
  {
    provider: "vercel-ai-gateway",
    name: "Vercel AI Gateway",
    pattern: "^vck_[A-Za-z0-9_-]{56}$",
    looksLike: "begins with vck_ and has 60 characters",
    source: `${BETTERLEAKS} (vercel-ai-gateway-key)`,
  },
  {
    provider: "databricks",
    name: "Databricks",
    pattern: "^dapi[0-9a-z]{32}(?:-[0-9])?$",
    looksLike: "begins with dapi and has 36 or 38 characters",
    source: `${BETTERLEAKS} (databricks-api-token), ${TRUFFLEHOG}/databrickstoken/databrickstoken.go`,
  },
  {
    provider: "amazon-bedrock",
    name: "Amazon Bedrock",
    pattern: "^ABSK[A-Za-z0-9+/]{109,269}={0,2}$",
    looksLike: "begins with ABSK and has at least 113 characters",
    source: `${BETTERLEAKS} (aws-amazon-bedrock-api-key-long-lived)`,
  },
  {
    provider: "moonshot",
    name: "Moonshot (Kimi)",
    pattern: "^sk-[A-Za-z0-9_-]{48}$",
    telling: "", // others' keys are as long
    looksLike: "begins with sk- and has 51 characters",
    source: `${BETTERLEAKS} (kimi-api-key)`,
  },
  {
    provider: "stability",
    name: "Stability AI",
    pattern: "^sk-[A-Za-z0-9]{48}$",
    telling: "",
    looksLike: "begins with sk- and has 51 characters, all of them letters and digits from there on",
    source: `${BETTERLEAKS} (stability-ai-api-key)`,
  },
];

/** The keys that can be nobody else's, whichever provider's. */
export const TELLING = new RegExp(
  KEY_FORMATS.map(({ pattern, telling = pattern }) => telling)
    .filter((pattern) => pattern !== "")
    .join("|"),
);

/**
 * Keys with which one makes and deletes keys, and the logins of people: OpenAI's and Anthropic's admin keys; sessions of Claude; xAI's
 * management keys; Bedrock's short-term keys, which end within 12 hours; OpenAI's client secrets, which end within minutes. OpenRouter's
 * management keys look like its others: `verify --live` tells them.
 *
 * The rules openaiadmin of trufflehog, anthropic-admin-api-key and aws-amazon-bedrock-api-key-short-lived of betterleaks,
 * openai-realtime-client-secret of trivy; https://docs.x.ai/developers/management-api
 */
export const NO_APPLICATION_KEY = "^(?:sk-admin-|sk-ant-(?:admin|oat|ort|sid)[0-9]+-|xai-token-|bedrock-api-key-|ek_)[A-Za-z0-9._+/=-]*$";

/** Well-known keys that no AI API takes, by the rules of betterleaks and of Microsoft's security utilities: of Azure, all but those of its AI services. */
export const OTHER_SERVICE = `^(?:${[
  "SG[.][A-Za-z0-9=_.-]{60,70}", // SendGrid
  "xox[a-z]-[A-Za-z0-9-]{20,}|xapp-[A-Za-z0-9-]{20,}", // Slack
  "[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}", // Stripe
  "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", // AWS
  `${AZURE_MARK}AAAAAZ[A-Z]{2}[A-Za-z0-9]{4}(?:[A-Za-z0-9]{2}==)?`, // Azure DevOps and others
  "npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}",
].join("|")})$`;
