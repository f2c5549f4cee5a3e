/** What the keys of an AI provider look like: only what is documented or has been stable, and rather too much than too little. */
export interface KeyFormat {
  /** As in `AiKeyProps.provider`. */
  readonly provider: string;
  /** As the provider writes itself. */
  readonly name: string;
  /** In RE2's syntax, as Terraform has it, for the whole key: https://github.com/google/re2/wiki/Syntax */
  readonly pattern: string;
  /** The end of "a key that …". */
  readonly looksLike: string;
}

const GITLEAKS = "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml";
const TRUFFLEHOG = "https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors";

/** A row a provider, with its source: the provider's own page where it documents its keys, else the rules of secret scanners. */
export const KEY_FORMATS: readonly (KeyFormat & { readonly source: string })[] = [
  {
    provider: "openai",
    name: "OpenAI",
    pattern: "^sk-(?:[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{20,}|(?:proj|svcacct|service|admin|None)-[A-Za-z0-9_-]{100,}|[A-Za-z0-9]{48,})$",
    looksLike: "begins with sk-, sk-proj-, sk-svcacct- or sk-admin- and has at least 51 characters",
    source: `${TRUFFLEHOG}/openai/openai.go`,
  },
  {
    provider: "anthropic",
    name: "Anthropic",
    pattern: "^sk-ant-[A-Za-z0-9_-]{83,}$",
    looksLike: "begins with sk-ant- and has at least 90 characters",
    source: `${TRUFFLEHOG}/anthropic/anthropic.go`,
  },
  {
    provider: "google-gemini",
    name: "Google Gemini",
    pattern: "^(?:AIza[A-Za-z0-9_-]{35}|[A-Z]{2}[.][A-Za-z0-9._-]{40,})$",
    looksLike: "begins with AQ. or, an older one, with AIza and has 39 characters",
    source: "https://discuss.ai.google.dev/t/gemini-api-key-start-from-aq/171575",
  },
  {
    provider: "azure-openai",
    name: "Azure OpenAI",
    pattern: "^(?:[0-9a-fA-F]{32}|[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9]{26}(?:[A-Za-z0-9]{2}==)?)$",
    looksLike: "consists of 32 hexadecimal digits, or of 84 letters and digits with JQQJ9 among them",
    source:
      "https://github.com/microsoft/security-utilities/blob/main/GeneratedRegexPatterns/HighConfidenceSecurityModels.json (SEC101/206)",
  },
  {
    provider: "mistral",
    name: "Mistral",
    pattern: "^[A-Za-z0-9]{32}$",
    looksLike: "consists of 32 letters and digits",
    source: "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/mistralai_apikey",
  },
  {
    provider: "cohere",
    name: "Cohere",
    pattern: "^[A-Za-z0-9]{40}$",
    looksLike: "consists of 40 letters and digits",
    source: `${GITLEAKS} (cohere-api-token)`,
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
    looksLike: "begins with xai- and has at least 74 characters",
    source: `${TRUFFLEHOG}/xai/xai.go`,
  },
  {
    provider: "deepseek",
    name: "DeepSeek",
    pattern: "^sk-[0-9a-z]{32}$", // its length alone tells it from OpenAI's
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
    source: `${GITLEAKS} (perplexity-api-key)`,
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
    looksLike: "begins with tgp_v1_ and has at least 47 characters, or, an older one, consists of 64 hexadecimal digits",
    source:
      "https://github.com/betterleaks/betterleaks/blob/main/config/betterleaks.toml (togetherai-api-key), https://docs.together.ai/docs/api-keys-authentication",
  },
];
