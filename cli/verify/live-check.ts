import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { isNativeError } from "node:util/types";
import { refusesKey } from "../../lib/key/refusals";
import { PROXY_ERROR, proxyAgents } from "../proxy/proxy-agents";
import { type Check, check } from "./check";
import { KEY_ENDPOINTS } from "./key-endpoints";

/** Milliseconds. */
const TIMEOUT = 10_000;

export interface LiveOptions {
  /** Of the generic key, which does not say whose it is. */
  readonly provider?: string;
  /** Instead of the provider's own: a gateway's, or an Azure resource's. */
  readonly baseUrl?: string;
}

/**
 * Checked before a key is read.
 *
 * @throws Error for a provider that is not known, and for an address that the key would go to unencrypted
 */
export function checkLiveOptions({ provider, baseUrl }: LiveOptions): void {
  if (provider !== undefined && !KEY_ENDPOINTS.some((row) => row.provider === provider)) {
    throw new Error(`--provider must be one of ${KEY_ENDPOINTS.map((row) => row.provider).join(", ")}; got ${provider}.`);
  }
  if (baseUrl !== undefined && !isSafe(baseUrl)) {
    throw new Error(`--base-url must be an https address, as it gets the key (http on this machine alone); got ${baseUrl}.`);
  }
}

function isSafe(address: string): boolean {
  if (!URL.canParse(address)) {
    return false;
  }
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname));
}

/**
 * Whether the AI provider accepts a key, by one request that costs nothing. Whatever goes wrong, the key is in no message.
 *
 * @param provider undefined where nobody said it
 * @param key undefined where reading it is denied and the environment has none
 * @param baseUrl where to ask; undefined for the provider's own address
 */
export async function liveCheck(provider: string | undefined, key: string | undefined, baseUrl: string | undefined): Promise<Check> {
  const notAsked = (reason: string) => check("Live", undefined, `not asked: ${reason}`);
  if (provider === undefined) {
    return notAsked("say whose key it is with --provider");
  }
  const endpoint = KEY_ENDPOINTS.find((row) => row.provider === provider);
  const base = baseUrl ?? endpoint?.baseUrl;
  if (!endpoint || !base) {
    return notAsked(endpoint ? `${provider} has no address of its own; say it with --base-url` : `no free request of ${provider} is known`);
  }
  if (!isSafe(base)) {
    return notAsked(`the key would go unencrypted to ${base}`);
  }
  if (key === undefined) {
    return notAsked("reading is denied to these credentials, and the environment has no key");
  }

  const url = new URL(endpoint.path, `${base.replace(/\/+$/, "")}/`);
  const answer = await ask(url, endpoint.headers(key));
  if (typeof answer === "string") {
    return check("Live", undefined, `${url.host} can't be asked: ${answer}`);
  }
  const { status, body } = answer;
  if (status >= 200 && status < 300) {
    const { unfit } = endpoint;
    return unfit?.says.test(body)
      ? check("Live", false, `${url.host} knows it, but no application can use it: ${unfit.because}`)
      : check("Live", true, `${url.host} accepts it`);
  }
  if (refusesKey(status, body)) {
    const retired = provider === "google-gemini" && key.startsWith("AIza") ? ". Google switches off the keys that begin with AIza" : "";
    return check("Live", false, `${url.host} refuses it (HTTP ${status}): it was revoked, or is another provider's${retired}`);
  }
  return check("Live", undefined, `${url.host} answers with HTTP ${status}, which does not say`);
}

interface LiveAnswer {
  readonly status: number;
  /** Never shown: some quote the key. */
  readonly body: string;
}

/** The answer, or why there is none. A redirect is not followed: it could lead the key elsewhere. */
async function ask(url: URL, headers: Readonly<Record<string, string>>): Promise<LiveAnswer | string> {
  const { httpAgent, httpsAgent } = proxyAgents();
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    return await new Promise((resolve, reject) => {
      const answered = (response: IncomingMessage) =>
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      const sent =
        url.protocol === "https:"
          ? httpsRequest(url, { headers, signal, agent: httpsAgent }, answered)
          : httpRequest(url, { headers, signal, agent: httpAgent }, answered);
      sent.on("error", reject).end();
    });
  } catch (error) {
    if (signal.aborted) {
      return "it does not answer in time";
    }
    // Another error's message could have the headers in it, and with them the key.
    const { name, message } = isNativeError(error) ? error : new Error();
    return name === PROXY_ERROR ? message : codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return isNativeError(error) && "code" in error ? String(error.code) : "the request could not be sent";
}
