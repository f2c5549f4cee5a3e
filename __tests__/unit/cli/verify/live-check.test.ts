import type { IncomingMessage } from "node:http";
import { KEY_ENDPOINTS } from "../../../../cli/verify/key-endpoints";
import { checkLiveOptions, liveCheck } from "../../../../cli/verify/live-check";
import { type LoopbackServer, startServer } from "../../../../lab/process/loopback-server";
import { KEY_FORMATS } from "../../../../lib/key/formats";
import { KEY_ANSWERS } from "../../../support/key-answers";

const KEY = ["sk", "test", "0123456789abcdef"].join("-"); // no scanner of a repository takes it for a key

let server: LoopbackServer;
let base = "";
let asked: Pick<IncomingMessage, "url" | "headers">[] = [];
let status = 200;
let body = "{}";

beforeAll(async () => {
  server = await startServer(({ url, headers }, response) => {
    asked.push({ url, headers });
    response.writeHead(status, { location: `${base}/elsewhere` }).end(body);
  });
  base = server.url;
});
beforeEach(() => {
  asked = [];
  body = "{}";
});
afterAll(() => server.close());

async function answer(code: number, provider = "openai") {
  status = code;
  return (await liveCheck(provider, KEY, base)).holds;
}

test.each(KEY_ENDPOINTS)("$provider is asked once, with the key in a header, and what it answers counts", async ({ provider, path }) => {
  expect(await answer(200, provider)).toBe(true);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.url).toBe(`/${path}`);
  expect(Object.values(asked[0]?.headers ?? {}).some((value) => String(value).endsWith(KEY))).toBe(true);

  expect(await answer(401, provider)).toBe(false);
  expect(await answer(400, provider)).toBeUndefined();
  expect(await answer(403, provider)).toBeUndefined();
  expect(await answer(429, provider)).toBeUndefined();
  expect(await answer(503, provider)).toBeUndefined();
});

test.each(KEY_ANSWERS)("$provider: $status, $body: the reason decides, and is not shown", async ({ provider, refused, ...answered }) => {
  ({ status, body } = answered);
  const { holds, text } = await liveCheck(provider, KEY, base);
  expect(holds).toBe(refused ? false : undefined);
  for (const word of ["leaked", "Incorrect", "location", "suspended", "disabled", "denied", "not found"]) {
    expect(text).not.toContain(word);
  }
});

test.each([
  [
    "xai",
    '{"redacted_api_key":"xai-...b14o","api_key_blocked": false,"api_key_disabled": true,"team_blocked":false}',
    "blocked or disabled",
  ],
  ["xai", '{"api_key_blocked":true,"api_key_disabled":false}', "blocked or disabled"],
  ["openrouter", '{"data":{"label":"sk-or-v1-au7...890","is_management_key":true}}', "a management key"],
  ["openrouter", '{"data":{"label":"sk-or-v1-au7...890","is_provisioning_key":true}}', "a management key"],
])("%s knows the key, and says that no application can use it: %s", async (provider, said, reason) => {
  status = 200;
  body = said;
  expect(await liveCheck(provider, KEY, base)).toMatchObject({ holds: false, text: expect.stringContaining(reason) });
  body = said.replaceAll("true", "false");
  expect(await liveCheck(provider, KEY, base)).toMatchObject({ holds: true });
});

test("of a refused key of Gemini's older kind it is said that Google switches them off", async () => {
  status = 401;
  expect((await liveCheck("google-gemini", `AIza${"b".repeat(35)}`, base)).text).toContain(
    "Google switches off the keys that begin with AIza",
  );
  expect((await liveCheck("google-gemini", KEY, base)).text).not.toContain("AIza");
});

test("each provider is one whose keys are known, once, and is asked by https", () => {
  const providers = KEY_ENDPOINTS.map(({ provider }) => provider);
  expect(KEY_FORMATS.map(({ provider }) => provider)).toEqual(expect.arrayContaining(providers));
  expect(new Set(providers).size).toBe(providers.length);
  for (const { baseUrl } of KEY_ENDPOINTS) {
    expect(baseUrl ?? "https://").toMatch(/^https:/);
  }
});

test("a redirect is not followed, as it could lead the key elsewhere", async () => {
  expect(await answer(302)).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test("what can't be sent or reached is not known, and the key is in no message", async () => {
  const unreachable = await liveCheck("openai", KEY, "https://unknown.invalid");
  expect(unreachable).toEqual({
    name: "Live",
    holds: undefined,
    text: expect.stringMatching(/^unknown\.invalid can't be asked: E[A-Z_]+$/),
  });

  const { holds, text } = await liveCheck("openai", `${KEY}\nx`, base);
  expect({ holds, asked }).toEqual({ holds: undefined, asked: [] });
  expect(text).not.toContain(KEY);
});

test("nobody is asked without a provider, an address or a key, nor without encryption", async () => {
  for (const [check, reason] of [
    [liveCheck(undefined, KEY, undefined), "--provider"],
    [liveCheck("azure-openai", KEY, undefined), "--base-url"],
    [liveCheck("perplexity", KEY, undefined), "no free request"],
    [liveCheck("openai", undefined, base), "reading is denied"],
    [liveCheck("openai", KEY, "http://gateway.example/v1"), "unencrypted"],
  ] as const) {
    expect(await check).toMatchObject({ holds: undefined, text: expect.stringContaining(reason) });
  }
  expect(asked).toEqual([]);
});

test("options that would not do are refused before a key is read", () => {
  expect(() => checkLiveOptions({ provider: "opanai" })).toThrow("--provider must be one of openai, anthropic");
  expect(() => checkLiveOptions({ baseUrl: "gateway.example" })).toThrow("--base-url must be an https address");
  expect(() => checkLiveOptions({ baseUrl: "http://gateway.example" })).toThrow("--base-url must be an https address");
  expect(() => checkLiveOptions({ baseUrl: "https://gateway.example/v1", provider: "openai" })).not.toThrow();
});
