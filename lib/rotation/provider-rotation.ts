import { Token } from "cdktf";
import { checkProp } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { besideKey, type SecretBody } from "../secret/body";
import { withoutUndefined } from "../without-undefined";
import type { RotatedKey, RotatedProvider } from "./rotator-settings";

/** How OpenAI makes a key: under a service account of a project. https://platform.openai.com/docs/api-reference/project-service-accounts */
export interface OpenAiRotation {
  /** The project's id, such as `proj_abc`. */
  readonly projectId: string;

  /** The id of the service account that the keys are of. A service account of its own for each key keeps its use apart. */
  readonly serviceAccountId: string;

  /**
   * What a key may do, such as `["model.request"]`.
   * @default all that the service account may do
   */
  readonly scopes?: readonly string[] | undefined;

  /**
   * The days from which on OpenAI takes a key no longer: 2 to 365, and at least two intervals of the rotation. Set it if your organization
   * demands an expiry.
   * @default no expiry
   */
  readonly expiresInDays?: number | undefined;
}

/** How OpenRouter makes a key. https://openrouter.ai/docs/features/provisioning-api-keys */
export interface OpenRouterRotation {
  /**
   * The workspace's id.
   * @default the default workspace
   */
  readonly workspaceId?: string | undefined;

  /**
   * What a key may spend, in US dollars.
   * @default no limit
   */
  readonly limit?: number | undefined;

  /**
   * When the spent amount begins at 0 again.
   * @default with the next key
   */
  readonly limitReset?: "daily" | "weekly" | "monthly" | undefined;

  /**
   * The days from which on OpenRouter takes a key no longer: at least two intervals of the rotation.
   * @default no expiry
   */
  readonly expiresInDays?: number | undefined;
}

/** The providers whose API makes keys. */
export interface ProviderRotations {
  /** OpenAI makes the keys: no person and no CI ever sees one. */
  readonly openai?: OpenAiRotation | undefined;
  /** OpenRouter makes the keys: no person and no CI ever sees one. */
  readonly openrouter?: OpenRouterRotation | undefined;
}

export const PROVIDER_ROTATIONS: PropsOf<ProviderRotations> = { openai: "object", openrouter: "object" };

const OPENAI: PropsOf<OpenAiRotation> = {
  projectId: "text!",
  serviceAccountId: "text!",
  scopes: "list",
  expiresInDays: "number",
};
const OPENROUTER: PropsOf<OpenRouterRotation> = {
  workspaceId: "text",
  limit: "number",
  limitReset: "text",
  expiresInDays: "number",
};

/** Providers whose keys are asked for, and can't be made, each with the reason. */
const CAN_NOT: Readonly<Record<string, string>> = {
  anthropic:
    "Anthropic's Admin API makes no key that can be used (https://platform.claude.com/docs/en/get-api-key). Rotate by CI, or have workload identity federation in place of a key",
  "google-gemini":
    "Gemini's keys are of a Google Cloud project, which has workload identity in place of keys. Rotate by CI, or by a function of yours",
  "azure-openai":
    "Azure has an identity in place of a key, and two keys of each resource that its own API makes anew. Rotate by CI, or by a function of yours",
};

/** @throws Error for a provider that can't make keys, with the reason and what there is instead */
export function refuseProviders(prop: string, rotation: object): void {
  for (const [name, reason] of Object.entries(CAN_NOT)) {
    checkProp(prop, !(name in rotation), `name a provider that makes keys by an API. ${reason}`, name);
  }
}

/** Which provider makes the keys; undefined where a function of the user's does. */
export function providerIn(rotation: ProviderRotations): RotatedProvider | undefined {
  return rotation.openai ? "openai" : rotation.openrouter ? "openrouter" : undefined;
}

/**
 * What the rotator has to know of a key.
 *
 * @param prop the rotation, as an error names it
 * @param interval the days from one rotation to the next; undefined where a cron expression says it
 * @throws Error for a setting that the provider would refuse
 */
export function rotatedKey(
  prop: string,
  { openai, openrouter }: ProviderRotations,
  interval: number | undefined,
  body: SecretBody | undefined,
): RotatedKey {
  const beside = withoutUndefined({ body: body && besideKey(body), keyName: body?.keyName });
  if (openai) {
    checkKnownProps(`${prop}.openai`, openai, OPENAI);
    const { projectId, serviceAccountId, scopes, expiresInDays } = openai;
    checkId(`${prop}.openai.projectId`, projectId, "such as proj_abc");
    checkId(`${prop}.openai.serviceAccountId`, serviceAccountId, "such as user-abc");
    checkProp(
      `${prop}.openai.scopes`,
      scopes === undefined || scopes.every((scope) => typeof scope === "string" && /^[a-z][a-z._]*$/.test(scope)),
      "be scopes such as model.request",
      scopes,
    );
    checkExpiry(`${prop}.openai.expiresInDays`, expiresInDays, interval);
    const made = withoutUndefined({ projectId, serviceAccountId, scopes });
    return { provider: "openai", made, ...withoutUndefined({ expiresInDays }), ...beside };
  }
  const { workspaceId, limit, limitReset, expiresInDays } = openrouter ?? {};
  checkKnownProps(`${prop}.openrouter`, openrouter, OPENROUTER);
  if (workspaceId !== undefined) {
    checkId(`${prop}.openrouter.workspaceId`, workspaceId, "a UUID");
  }
  checkProp(`${prop}.openrouter.limit`, limit === undefined || limit > 0, "be an amount of US dollars", limit);
  const resets = ["daily", "weekly", "monthly"];
  checkProp(
    `${prop}.openrouter.limitReset`,
    limitReset === undefined || (limit !== undefined && resets.includes(limitReset)),
    `be ${resets.join(", ")}, and come with limit`,
    limitReset,
  );
  checkExpiry(`${prop}.openrouter.expiresInDays`, expiresInDays, interval);
  const made = withoutUndefined({ workspaceId, limit, limitReset });
  return { provider: "openrouter", made, ...withoutUndefined({ expiresInDays }), ...beside };
}

/** An id goes into the path of a request. */
function checkId(prop: string, id: string, example: string): void {
  checkProp(prop, typeof id === "string" && !Token.isUnresolved(id) && /^[\w-]{1,100}$/.test(id), `be the literal id, ${example}`, id);
}

/** A key is replaced at half of its time at the latest, so that failed rotations can be mended before it ends. */
function checkExpiry(prop: string, days: number | undefined, interval: number | undefined): void {
  if (days !== undefined) {
    checkProp(prop, interval !== undefined, "come with everyDays, or with a schedule in rate(…)", days);
    const least = Math.max(2 * (interval ?? 0), 2);
    checkProp(
      prop,
      Number.isInteger(days) && days >= least && days <= 365,
      `be at least two intervals of the rotation, here ${Math.ceil(least)} days, and at most 365`,
      days,
    );
  }
}
