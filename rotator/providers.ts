import { refusesKey } from "../lib/key/refusals";
import type { RotatedKey, RotatedProvider } from "../lib/rotation/rotator-settings";
import { ask, codeOf, fieldOf, listOf, type Question, type Reply, type Surroundings, textOf } from "./ask";

/** A key that a provider has, without its value. */
export interface ProviderKey {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
}

export interface NewKey {
  readonly id: string;
  readonly value: string;
  /** Whether the provider takes it no longer from some day on. */
  readonly expires: boolean;
}

/** What an AI provider does with keys. */
export interface KeyApi {
  /** As the provider writes itself. */
  readonly name: string;
  /** All keys where this one is made. */
  list(admin: string): Promise<ProviderKey[]>;
  create(admin: string, name: string): Promise<NewKey>;
  /** One that is gone already is no error. */
  delete(admin: string, id: string): Promise<void>;
  /** Whether the provider takes a key, by a request that costs nothing. */
  accepts(key: string): Promise<boolean>;
}

/** More pages than anybody has keys for: an answer that repeats itself must not keep the function busy. */
const MOST_PAGES = 100;

const DAY = 86_400; // seconds

/** What a key gets that is known, but has other scopes. */
const MAY_NOT_LIST = 403;

type MakeApi = (key: RotatedKey, surroundings: Surroundings) => KeyApi;

/** The APIs by provider. */
export const KEY_APIS: Readonly<Record<RotatedProvider, MakeApi>> = { openai, openrouter };

/**
 * The keys of one service account of a project. Paths, bodies and answers are those of openai 7.57.0 from the npm registry:
 * resources/admin/organization/projects/api-keys.js and service-accounts/api-keys.js, pages by core/pagination.js (ConversationCursorPage).
 */
function openai({ made, expiresInDays }: RotatedKey, surroundings: Surroundings): KeyApi {
  const { projectId, serviceAccountId, scopes } = made;
  const project = `https://api.openai.com/v1/organization/projects/${encodeURIComponent(String(projectId))}`;
  const asker = askerOf("OpenAI", surroundings, {
    where: `project ${projectId} with service account ${serviceAccountId}`,
    rights: "an admin key with the right to write the project's API keys",
  });

  return {
    name: "OpenAI",
    list: async (admin) => {
      const keys: ProviderKey[] = [];
      let after = "";
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = `limit=100&owner_project_access=any${after && `&after=${encodeURIComponent(after)}`}`;
        const { body } = await asker.do("GET", `${project}/api_keys?${query}`, admin, "list the keys");
        const owned = listOf(body, "data").filter(
          (key) => textOf(fieldOf(fieldOf(key, "owner"), "service_account"), "id") === serviceAccountId,
        );
        keys.push(...owned.map((key) => ({ id: textOf(key, "id"), name: textOf(key, "name"), created: secondsOf(key, "created_at") })));
        after = textOf(body, "last_id");
        if (fieldOf(body, "has_more") !== true || !after) {
          return keys;
        }
      }
      throw new Error("OpenAI's list of keys does not end.");
    },
    create: async (admin, name) => {
      const url = `${project}/service_accounts/${encodeURIComponent(String(serviceAccountId))}/api_keys`;
      const wanted = {
        name,
        ...(scopes === undefined ? {} : { scopes }),
        ...(expiresInDays === undefined ? {} : { expires_in_seconds: expiresInDays * DAY }),
      };
      const { body } = await asker.do("POST", url, admin, "make a key", wanted);
      return newKey("OpenAI", textOf(body, "id"), textOf(body, "value"), fieldOf(body, "expires_at"));
    },
    delete: (admin, id) => asker.delete(`${project}/api_keys/${encodeURIComponent(id)}`, admin),
    accepts: (key) => asker.accepts("https://api.openai.com/v1/models", key, scopes === undefined ? undefined : MAY_NOT_LIST),
  };
}

/**
 * The keys of a workspace. Paths, bodies and answers are those of @openrouter/sdk 1.3.19 from the npm registry: esm/funcs/apiKeysList.js,
 * apiKeysCreate.js, apiKeysDelete.js, apiKeysGetCurrentKeyMetadata.js, and esm/models/operations/{list,createkeys,deletekeys}.js.
 */
function openrouter({ made, expiresInDays }: RotatedKey, surroundings: Surroundings): KeyApi {
  const { workspaceId, limit, limitReset } = made;
  const keysUrl = "https://openrouter.ai/api/v1/keys";
  const asker = askerOf("OpenRouter", surroundings, {
    where: workspaceId === undefined ? "the default workspace" : `workspace ${workspaceId}`,
    rights: "a management key of the workspace",
  });
  const workspace = workspaceId === undefined ? "" : `&workspace_id=${encodeURIComponent(String(workspaceId))}`;

  return {
    name: "OpenRouter",
    list: async (admin) => {
      const keys: ProviderKey[] = [];
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = `include_disabled=true&offset=${keys.length}${workspace}`;
        const { body } = await asker.do("GET", `${keysUrl}?${query}`, admin, "list the keys");
        const found = listOf(body, "data");
        if (found.length === 0) {
          return keys;
        }
        keys.push(
          ...found.map((key) => ({
            id: textOf(key, "hash"),
            name: textOf(key, "name"),
            created: Date.parse(textOf(key, "created_at")) || 0,
          })),
        );
      }
      throw new Error("OpenRouter's list of keys does not end.");
    },
    create: async (admin, name) => {
      const expiresAt = expiresInDays === undefined ? undefined : new Date(surroundings.now() + expiresInDays * DAY * 1_000);
      const wanted = {
        name,
        ...(workspaceId === undefined ? {} : { workspace_id: workspaceId }),
        ...(limit === undefined ? {} : { limit }),
        ...(limitReset === undefined ? {} : { limit_reset: limitReset }),
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt.toISOString() }),
      };
      const { body } = await asker.do("POST", keysUrl, admin, "make a key", wanted);
      const data = fieldOf(body, "data");
      return newKey("OpenRouter", textOf(data, "hash"), textOf(body, "key"), fieldOf(data, "expires_at"));
    },
    delete: (admin, id) => asker.delete(`${keysUrl}/${encodeURIComponent(id)}`, admin),
    accepts: (key) => asker.accepts("https://openrouter.ai/api/v1/key", key),
  };
}

/** @throws Error when there is no key in the answer: with what it has, the key could be neither stored nor deleted */
function newKey(provider: string, id: string, value: string, expiry: unknown): NewKey {
  if (!id || !/^[!-~]{16,}$/.test(value)) {
    throw new Error(`${provider} has made a key, and its answer has none that this function knows. Secrets Manager tries again.`);
  }
  return { id, value, expires: expiry !== undefined && expiry !== null };
}

function secondsOf(value: unknown, name: string): number {
  const seconds = fieldOf(value, name);
  return typeof seconds === "number" ? seconds * 1_000 : 0;
}

/** What the messages to an administrator say. */
interface Advice {
  /** Where the keys are made. */
  readonly where: string;
  /** What the admin key has to be. */
  readonly rights: string;
}

function askerOf(provider: string, surroundings: Surroundings, advice: Advice) {
  const asked = async (method: Question["method"], url: string, key: string, purpose: string, body?: object): Promise<Reply> =>
    ask(surroundings, { provider, method, url, key, purpose, ...(body ? { body } : {}) });

  return {
    do: async (method: Question["method"], url: string, admin: string, purpose: string, body?: object): Promise<Reply> => {
      const reply = await asked(method, url, admin, purpose, body);
      if (reply.status >= 200 && reply.status < 300) {
        return reply;
      }
      throw new Error(refusal(provider, purpose, reply, advice));
    },
    delete: async (url: string, admin: string): Promise<void> => {
      const reply = await asked("DELETE", url, admin, "delete an old key");
      if (reply.status !== 404 && (reply.status < 200 || reply.status >= 300)) {
        throw new Error(refusal(provider, "delete an old key", reply, advice));
      }
    },
    accepts: async (url: string, key: string, known?: number): Promise<boolean> => {
      const reply = await asked("GET", url, key, "test the new key");
      if (refusesKey(reply.status, JSON.stringify(reply.body) ?? "")) {
        return false;
      }
      if ((reply.status >= 200 && reply.status < 300) || reply.status === known) {
        return true;
      }
      throw new Error(
        `${provider} can't test the new key: it answers with HTTP ${reply.status}${codeOf(reply)}. Secrets Manager tries again.`,
      );
    },
  };
}

/** What is wrong and what to do, without what the provider said: a 401 quotes a part of the key. */
function refusal(provider: string, purpose: string, reply: Reply, { where, rights }: Advice): string {
  const what = `${provider} refuses to ${purpose} (HTTP ${reply.status}${codeOf(reply)})`;
  switch (reply.status) {
    case 401:
      return `${what}: it does not take the admin key. Make another one, ${rights}, and deploy the stack of the rotator with it.`;
    case 403:
      return `${what}: the admin key may not. It has to be ${rights}.`;
    case 404:
      return `${what}: there is no ${where}. Mend rotation in the program, and deploy the stack of the rotator again.`;
    default:
      return `${what} for ${where}. If there are too many keys, delete some; if the organization demands an expiry, set expiresInDays.`;
  }
}
