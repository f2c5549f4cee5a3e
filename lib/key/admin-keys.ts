import { all, matches, not } from "./key-test";
import { type KeyRule, PLAN_ONLY, WELL_FORMED } from "./validations";

/** What a key that makes and deletes other keys looks like. */
interface AdminKeyFormat {
  readonly provider: string;
  readonly pattern: string;
  /** The end of "an admin key of …". */
  readonly looksLike: string;
  readonly source: string;
}

/** A row a provider whose keys the rotator makes. */
export const ADMIN_KEY_FORMATS: readonly AdminKeyFormat[] = [
  {
    provider: "openai",
    pattern: "^sk-admin-[A-Za-z0-9_-]{20,}$",
    looksLike: "OpenAI begins with sk-admin-: make one at https://platform.openai.com/settings/organization/admin-keys",
    source: "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/openaiadmin/openaiadmin.go",
  },
  {
    provider: "openrouter",
    pattern: "^sk-or-v[0-9]+-[A-Za-z0-9_-]{64,}$",
    looksLike: "OpenRouter begins with sk-or-v1-: make a management key at https://openrouter.ai/settings/management-keys",
    source: "https://openrouter.ai/docs/features/provisioning-api-keys",
  },
];

/** What Terraform refuses as an admin key, besides what it refuses of each key. */
export function adminKeyRules(variable: string, provider: string | undefined): KeyRule[] {
  return ADMIN_KEY_FORMATS.filter((format) => format.provider === provider).map(({ pattern, looksLike }) => ({
    name: "admin",
    refuses: all(not(matches(pattern)), not(PLAN_ONLY), WELL_FORMED),
    message: `${variable} is no admin key. One of ${looksLike}.`,
  }));
}
