import { json } from "node:stream/consumers";
import { startServer } from "../../lab/process/loopback-server";

/** Stands for an AI provider with OpenAI's API: answers who has a valid key. */
export interface AiApi {
  /** What `OPENAI_BASE_URL` is set to. */
  readonly baseUrl: string;
  /** The keys that are valid now. */
  readonly valid: Set<string>;
  /** The `Authorization` headers that came, and how often each was let in or refused. */
  readonly accepted: Map<string, number>;
  readonly refused: Map<string, number>;
  /** How it refuses a key. */
  refuse: (key: string) => Refusal;
  close(): Promise<void>;
}

export async function startAiApi(...keys: readonly string[]): Promise<AiApi> {
  const valid = new Set(keys);
  const accepted = new Map<string, number>();
  const refused = new Map<string, number>();
  const count = (counts: Map<string, number>, header: string) => counts.set(header, (counts.get(header) ?? 0) + 1);

  const api = { refuse: likeOpenai };
  const { url, close } = await startServer(async (request, response) => {
    const { messages = [] }: Question = Object(await json(request));
    const { authorization = "" } = request.headers;
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      answer(404, { error: { message: `Invalid URL (${request.method} ${request.url})`, type: "invalid_request_error", code: null } });
    } else if ([...valid].some((key) => authorization === `Bearer ${key}`)) {
      count(accepted, authorization);
      answer(200, completion(`You asked: ${messages[0]?.content}`));
    } else {
      count(refused, authorization);
      const { status, body } = api.refuse(authorization.replace("Bearer ", ""));
      answer(status, body);
    }
  });
  return Object.assign(api, { baseUrl: `${url}/v1`, valid, accepted, refused, close });
}

interface Question {
  readonly messages?: readonly { readonly content: string }[];
}

/** https://platform.openai.com/docs/api-reference/chat/object */
function completion(content: string): object {
  const choice = { index: 0, message: { role: "assistant", content, refusal: null }, logprobs: null, finish_reason: "stop" };
  return { id: "chatcmpl-1", object: "chat.completion", created: 1_700_000_000, model: "gpt-5.5", choices: [choice] };
}

interface Refusal {
  readonly status: number;
  readonly body: object;
}

/** OpenAI quotes a key's first eight characters and its last four: https://github.com/continuedev/continue/issues/10078 */
function likeOpenai(key: string): Refusal {
  const quoted = `${key.slice(0, 8)}${"*".repeat(Math.max(0, key.length - 12))}${key.slice(-4)}`;
  const message = `Incorrect API key provided: ${quoted}. You can find your API key at https://platform.openai.com/account/api-keys.`;
  return { status: 401, body: { error: { message, type: "invalid_request_error", param: null, code: "invalid_api_key" } } };
}

/** xAI quotes a key's first two characters and its last two: https://github.com/openai/codex/issues/1352 */
export function likeXai(key: string): Refusal {
  const error = `Incorrect API key provided: ${key.slice(0, 2)}***${key.slice(-2)}. You can obtain an API key from https://console.x.ai.`;
  return { status: 400, body: { code: "Client specified an invalid argument", error } };
}

/** Gemini's answer is a list on its addresses for OpenAI's clients: https://github.com/google/timesketch/pull/3703 */
export function likeGemini(): Refusal {
  const reason = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID", domain: "googleapis.com" };
  const error = { code: 400, message: "API key not valid. Please pass a valid API key.", status: "INVALID_ARGUMENT", details: [reason] };
  return { status: 400, body: [{ error }] };
}
