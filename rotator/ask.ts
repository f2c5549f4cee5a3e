import { setTimeout as sleep } from "node:timers/promises";

/** What a function needs of its surroundings. */
export interface Surroundings {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export const SURROUNDINGS: Surroundings = { fetch: (...request) => fetch(...request), now: () => Date.now(), sleep };

/** One request to an AI provider. */
export interface Question {
  /** As the provider writes itself. */
  readonly provider: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** Of the API for administrators, or the key that is tested. */
  readonly key: string;
  readonly body?: object;
  /** What it is for, as the end of "can't …". */
  readonly purpose: string;
}

export interface Reply {
  readonly status: number;
  /** The body: JSON, or undefined. It may quote a key, so no message has it. */
  readonly body: unknown;
}

/** Milliseconds. The function has 60 seconds for a step. */
const TIMEOUT = 10_000;
const TRIES = 3;
const LONGEST_PAUSE = 5_000;

/**
 * Asks an AI provider, again where that can help: after a time-out, a 429 or a 5xx. What may have made a key is not repeated but after a 429,
 * which has made none: the next call of the step looks for the key and deletes it.
 *
 * @throws Error when there is no answer, or only such ones. It has neither the key nor what the provider said.
 */
export async function ask({ fetch, sleep: pause }: Surroundings, question: Question): Promise<Reply> {
  const { provider, method, url, key, body, purpose } = question;
  const { host } = new URL(url);
  if (!/^[!-~]+$/.test(key)) {
    throw new Error(`${provider} can't ${purpose}: what is stored as its key is none. Store it again.`); // fetch would quote it
  }
  for (let attempt = 1; ; attempt += 1) {
    const reply = await once(fetch, { method, url, key, body });
    const failed = typeof reply === "string" || reply.status === 429 || reply.status >= 500;
    if (!failed) {
      return reply;
    }
    const repeats = attempt < TRIES && (method !== "POST" || (typeof reply !== "string" && reply.status === 429));
    if (!repeats) {
      const what = typeof reply === "string" ? reply : `HTTP ${reply.status}${codeOf(reply)}`;
      throw new Error(`${provider} can't ${purpose}: ${host} answers with ${what}. Secrets Manager tries again.`);
    }
    await pause(Math.min(1_000 * 2 ** (attempt - 1), LONGEST_PAUSE));
  }
}

/** @returns why there is no answer, as a text: the message of an error can have the headers in it, and with them the key */
async function once(fetcher: typeof fetch, { method, url, key, body }: Pick<Question, "method" | "url" | "key" | "body">) {
  try {
    const response = await fetcher(url, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { "content-type": "application/json" } : {}) },
      redirect: "manual", // it could lead the key elsewhere
      signal: AbortSignal.timeout(TIMEOUT),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: jsonIn(await response.text()) };
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? "nothing in time" : "nothing";
  }
}

/** Undefined for what is no JSON: the message of an error would quote it. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One field of what a provider has answered; undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

export function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  return typeof text === "string" ? text : "";
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

/** The provider's name for what is wrong, such as ` (insufficient_permissions)`: a word, so that it quotes nothing. */
export function codeOf({ body }: Reply): string {
  const error = fieldOf(body, "error");
  const code = textOf(error, "code") || textOf(error, "type");
  return /^[a-z_]{1,60}$/.test(code) ? ` (${code})` : "";
}
