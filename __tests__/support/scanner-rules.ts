/** What secret scanners take for keys of an AI provider. */
export interface ScannerRule {
  /** As in `KEY_FORMATS`. */
  readonly provider: string;
  /** The scanner, and where its rule is. */
  readonly source: string;
  /** The rule, without what stands around a key in a text. */
  readonly pattern: string;
}

/** Where the rules were read: repository and commit. */
export const SCANNERS = {
  betterleaks: "betterleaks/betterleaks@6381fa45 config/betterleaks.toml",
  gitleaks: "gitleaks/gitleaks@b58d3f10 config/gitleaks.toml",
  trufflehog: "trufflesecurity/trufflehog@3ab759fe pkg/detectors",
  kingfisher: "mongodb/kingfisher@ee7c0db3 data/rules",
  trivy: "aquasecurity/trivy@dc3c56ee pkg/fanal/secret/builtin-rules.go",
  detectSecrets: "Yelp/detect-secrets@5e141933 detect_secrets/plugins/openai.py",
  secretlint: "secretlint/secretlint@18346ba3 packages/@secretlint",
  securityUtilities: "microsoft/security-utilities@638ad20e GeneratedRegexPatterns/HighConfidenceSecurityModels.json",
} as const;

const { betterleaks, gitleaks, trufflehog, kingfisher, trivy, detectSecrets, secretlint, securityUtilities } = SCANNERS;

const rule = (provider: string, source: string, pattern: string): ScannerRule => ({ provider, source, pattern });

const AZURE = "[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9][A-L][A-Za-z0-9]{12}";

/** The rules of eight scanners. Kingfisher's for OpenAI, which wants no T3BlbkFJ, fits the keys of Moonshot and Stability too: it is left out. */
export const SCANNER_RULES: readonly ScannerRule[] = [
  rule(
    "openai",
    betterleaks,
    "sk-(?:proj|svcacct)-(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58}|[A-Za-z0-9_-]{20})T3BlbkFJ(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58}|[A-Za-z0-9_-]{20})",
  ),
  rule("openai", gitleaks, "sk-[a-zA-Z0-9]{20}T3BlbkFJ[a-zA-Z0-9]{20}"),
  rule("openai", trufflehog, "sk-(?:(?:proj|svcacct|service)-[A-Za-z0-9_-]+|[a-zA-Z0-9]+)T3BlbkFJ[A-Za-z0-9_-]{20,80}"),
  rule("openai", trivy, "sk-(?:None-)?[A-Za-z0-9]{20,42}T3BlbkFJ[A-Za-z0-9]{20,42}"),
  rule("openai", trivy, "sk-service-[A-Za-z0-9-]+-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"),
  rule("openai", detectSecrets, "sk-proj-[A-Za-z0-9-_]*[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"),
  rule("openai", secretlint, "sk-(?:proj|svcacct)-(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})T3BlbkFJ(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})"),
  rule("anthropic", betterleaks, "sk-ant-api03-[a-zA-Z0-9_\\-]{93}AA"),
  rule("anthropic", trufflehog, "sk-ant-api03-[\\w\\-]{93}AA"),
  rule("anthropic", secretlint, "sk-ant-api0\\d-[A-Za-z0-9_-]{90,128}AA"),
  rule("anthropic", kingfisher, "sk-ant-api\\d{2,4}-[\\w\\-]{93}AA"),
  rule("google-gemini", betterleaks, "AQ\\.Ab8RN6[A-Za-z0-9_-]{44}"),
  rule("google-gemini", gitleaks, "AIza[\\w-]{35}"),
  rule("google-gemini", trufflehog, "AIzaSy[A-Za-z0-9_-]{33}"),
  rule("azure-openai", securityUtilities, `${AZURE}AAABACOG[A-Za-z0-9]{4}(?:[A-Za-z0-9]{2}==)?`),
  rule("azure-openai", securityUtilities, `${AZURE}AAAAACOG[A-Za-z0-9]{4}`),
  rule("azure-openai", trufflehog, "[a-f0-9]{32}"),
  rule("mistral", betterleaks, "[A-Za-z0-9]{32}"),
  rule("cohere", betterleaks, "[a-zA-Z0-9]{40}"),
  rule("groq", betterleaks, "gsk_[A-Za-z0-9]{52}"),
  rule("groq", kingfisher, "gsk_[a-zA-Z0-9]{52}"),
  rule("xai", betterleaks, "xai-[A-Za-z0-9_-]{70,120}"),
  rule("xai", trufflehog, "xai-[0-9a-zA-Z_]{80}"),
  rule("deepseek", betterleaks, "sk-[a-f0-9]{32}"),
  rule("deepseek", trufflehog, "sk-[a-z0-9]{32}"),
  rule("openrouter", betterleaks, "sk-or-v1-[0-9a-f]{64}"),
  rule("perplexity", gitleaks, "pplx-[a-zA-Z0-9]{48}"),
  rule("hugging-face", gitleaks, "(?:hf_|api_org_)[A-Za-z]{34}"),
  rule("hugging-face", trufflehog, "(?:hf_|api_org_)[a-zA-Z0-9]{34}"),
  rule("hugging-face", trivy, "hf_[A-Za-z0-9]{34,40}"),
  rule("replicate", trufflehog, "r8_[0-9A-Za-z_-]{37}"),
  rule("together", betterleaks, "tgp_v1_[A-Za-z0-9_-]{43}"),
  rule("cerebras", betterleaks, "csk-[a-z0-9]{48}"),
  rule("nvidia", betterleaks, "nvapi-[A-Za-z0-9_-]{60,70}"),
  rule("nvidia", trufflehog, "nvapi-[a-zA-Z0-9_-]{64}"),
  rule("elevenlabs", betterleaks, "sk_[0-9a-f]{48}"),
  rule("elevenlabs", trufflehog, "[a-f0-9]{32}"),
  rule("minimax", betterleaks, "sk-api-[A-Za-z0-9_-]{119}"),
  rule("vercel-ai-gateway", betterleaks, "vck_[A-Za-z0-9_-]{56}"),
  rule("databricks", gitleaks, "dapi[a-f0-9]{32}(?:-\\d)?"),
  rule("databricks", trivy, "dapi[a-h0-9]{32}"),
  rule("amazon-bedrock", betterleaks, "ABSK[A-Za-z0-9+/]{109,269}"),
  rule("moonshot", betterleaks, "sk-[A-Za-z0-9_-]{48}"),
  rule("stability", betterleaks, "sk-[A-Za-z0-9]{48}"),
];

/** Keys that no application should have. */
export const NO_APPLICATION_RULES: readonly string[] = [
  "sk-admin-[A-Za-z0-9_-]{58}T3BlbkFJ[A-Za-z0-9_-]{58}", // trufflehog
  "sk-ant-admin01-[\\w\\-]{93}AA", // trufflehog
  "sk-ant-oat01-[\\w\\-]{93}AA",
  "sk-ant-sid01-[\\w\\-]{93}AA",
  "xai-token-[A-Za-z0-9]{80}",
  "ek_[a-f0-9]{32}", // trivy
  `bedrock-api-key-${btoa("bedrock.amazonaws.com")}[A-Za-z0-9+/]{100}`, // betterleaks
];

/** Keys of services that are no AI provider. */
export const OTHER_SERVICE_RULES: readonly string[] = [
  "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}", // betterleaks: 66 characters after the dot
  "xoxb-[0-9]{10,13}-[0-9]{10,13}-[a-zA-Z0-9]{24}", // betterleaks
  "(?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,99}", // betterleaks
  "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", // betterleaks
  `${AZURE}AAAAAZDO[A-Za-z0-9]{4}`, // security-utilities, SEC101/201
  "npm_[A-Za-z0-9]{36}", // betterleaks
];
