import { json } from "node:stream/consumers";
import { type LoopbackServer, startServer } from "../process/loopback-server";
import { randomKey } from "../random-key";

/** A key at the provider. */
export interface StubKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** The id of the service account, of OpenAI's. */
  readonly owner: string;
  readonly created: number;
  readonly expires: number | null;
}

/** What the stub has seen. */
export interface StubCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What is said in place of an answer; "silence" never answers. */
export interface Fault {
  readonly status: number;
  readonly body?: object;
}

/** Stands for the APIs for administrators of OpenAI and OpenRouter, in memory. */
export interface ProviderStub extends LoopbackServer {
  /** What those APIs are asked with. */
  readonly adminKey: string;
  /** By their ids. */
  readonly keys: Map<string, StubKey>;
  readonly calls: StubCall[];
  /** What each request gets in place of an answer; undefined: the answer. */
  fault: (method: string, path: string) => Fault | "silence" | undefined;
  /** The expiry that the organization demands, in seconds; undefined: none. */
  policy: number | undefined;
  accepts(value: string): boolean;
}

interface Asked {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Wanted;
}

interface Wanted {
  readonly name?: string;
  readonly expires_in_seconds?: number;
  readonly expires_at?: string;
}

interface Given {
  readonly status: number;
  readonly body: object;
}

/**
 * Starts one. Paths and bodies are those of openai 7.57.0 (resources/admin/organization/projects/api-keys.js,
 * service-accounts/api-keys.js, core/pagination.js) and @openrouter/sdk 1.3.19 (esm/funcs/apiKeys{List,Create,Delete}.js).
 *
 * @param now milliseconds since 1970
 */
export async function startProviderStub(now: () => number = Date.now): Promise<ProviderStub> {
  const adminKey = `sk-admin-${randomKey()}`;
  const keys = new Map<string, StubKey>();
  const calls: StubCall[] = [];
  let made = 0;

  const add = (prefix: string, owner: string, { name = "", expires_in_seconds, expires_at }: Wanted): StubKey => {
    made += 1;
    const lifetime = expires_in_seconds ?? stub.policy;
    const expires = expires_at ? Date.parse(expires_at) : lifetime === undefined ? null : now() + lifetime * 1_000;
    const key = { id: `key_${made}`, name, value: `${prefix}${randomKey()}`, owner, created: now(), expires };
    keys.set(key.id, key);
    return key;
  };

  const openai = ({ method, path, query, body }: Asked): Given => {
    const [, , , , resource, account = "", inner] = path;
    const seconds = (time: number | null) => (time === null ? null : Math.floor(time / 1_000));
    if (method === "GET" && resource === "api_keys") {
      const all = [...keys.values()].filter(({ owner }) => owner !== "openrouter");
      const start = all.findIndex(({ id }) => id === query.get("after")) + 1;
      const page = all.slice(start, start + Math.min(Number(query.get("limit") ?? 20), 100));
      const data = page.map(({ id, name, owner, created, expires }) => ({
        object: "organization.project.api_key",
        id,
        name,
        redacted_value: "sk-svc…",
        created_at: seconds(created),
        expires_at: seconds(expires),
        owner: { type: "service_account", service_account: { id: owner, name: "applications", role: "member" } },
      }));
      return { status: 200, body: { object: "list", data, last_id: data.at(-1)?.id, has_more: start + page.length < all.length } };
    }
    if (method === "POST" && resource === "service_accounts" && inner === "api_keys") {
      const key = add("sk-svcacct-", account, body);
      const object = "organization.project.service_account.api_key";
      return {
        status: 200,
        body: { object, id: key.id, name: key.name, value: key.value, created_at: seconds(key.created), expires_at: seconds(key.expires) },
      };
    }
    if (method === "DELETE" && resource === "api_keys" && keys.delete(account)) {
      return { status: 200, body: { object: "organization.project.api_key.deleted", id: account, deleted: true } };
    }
    return { status: 404, body: { error: { message: "Not found", type: "invalid_request_error", code: "not_found" } } };
  };

  const openrouter = ({ method, path, query, body }: Asked): Given => {
    const hash = path[3] ?? "";
    const shown = ({ id, name, created, expires }: StubKey) => ({
      hash: id,
      name,
      label: "sk-or-v1-…",
      disabled: false,
      created_at: new Date(created).toISOString(),
      expires_at: expires === null ? null : new Date(expires).toISOString(),
    });
    if (method === "GET") {
      const all = [...keys.values()].filter(({ owner }) => owner === "openrouter");
      return {
        status: 200,
        body: {
          data: all
            .slice(Number(query.get("offset") ?? 0))
            .slice(0, 100)
            .map(shown),
        },
      };
    }
    if (method === "POST") {
      const key = add("sk-or-v1-", "openrouter", body);
      return { status: 201, body: { data: shown(key), key: key.value } };
    }
    return keys.delete(hash)
      ? { status: 200, body: { deleted: true } }
      : { status: 404, body: { error: { code: 404, message: "Not found" } } };
  };

  const { url, close } = await startServer(async (request, response) => {
    const { method = "GET", headers } = request;
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://stub");
    const body: Wanted = Object(method === "POST" ? await json(request) : {});
    const answer = ({ status, body }: Given) => {
      calls.push({ method, path: pathname, status });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const fault = stub.fault(method, pathname);
    if (fault === "silence") {
      return;
    }
    if (fault) {
      answer({ body: {}, ...fault });
      return;
    }
    const key = (headers.authorization ?? "").replace("Bearer ", "");
    const path = pathname.split("/").slice(1);
    if (pathname === "/v1/models" || pathname === "/api/v1/key") {
      answer(stub.accepts(key) ? { status: 200, body: { data: [] } } : refused(key));
    } else if (key !== adminKey) {
      answer(refused(key));
    } else if (pathname.startsWith("/v1/organization/projects/")) {
      answer(openai({ method, path, query, body }));
    } else if (pathname.startsWith("/api/v1/keys")) {
      answer(openrouter({ method, path, query, body }));
    } else {
      answer({ status: 404, body: { error: { message: "Not found" } } });
    }
  });

  const stub: ProviderStub = {
    url,
    close,
    adminKey,
    keys,
    calls,
    fault: () => undefined,
    policy: undefined,
    accepts: (value) => [...keys.values()].some((key) => key.value === value && (key.expires ?? Number.POSITIVE_INFINITY) > now()),
  };
  return stub;
}

/** OpenAI quotes a key's first eight characters and its last four: https://github.com/continuedev/continue/issues/10078 */
function refused(key: string): Given {
  const message = `Incorrect API key provided: ${key.slice(0, 8)}********${key.slice(-4)}.`;
  return { status: 401, body: { error: { message, type: "invalid_request_error", param: null, code: "invalid_api_key" } } };
}
