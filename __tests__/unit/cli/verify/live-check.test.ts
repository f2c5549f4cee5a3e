import type { IncomingMessage } from "node:http";
import { KEY_ENDPOINTS } from "../../../../cli/verify/key-endpoints";
import { checkLiveOptions, liveCheck } from "../../../../cli/verify/live-check";
import { type LoopbackServer, startServer } from "../../../../lab/process/loopback-server";
import { KEY_FORMATS } from "../../../../lib/key/formats";

const KEY = ["sk", "test", "0123456789abcdef"].join("-"); // no scanner of a repository takes it for a key

let server: LoopbackServer;
let base = "";
let asked: Pick<IncomingMessage, "url" | "headers">[] = [];
let status = 200;

beforeAll(async () => {
  server = await startServer(({ url, headers }, response) => {
    asked.push({ url, headers });
    response.writeHead(status, { location: `${base}/elsewhere` }).end("{}");
  });
  base = server.url;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => server.close());

async function answer(code: number, provider = "openai") {
  status = code;
  return (await liveCheck(provider, KEY, base)).holds;
}

test.each(KEY_ENDPOINTS)(
  "$provider is asked once, with the key in a header, and what it answers counts",
  async ({ provider, path, refuses }) => {
    expect(await answer(200, provider)).toBe(true);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url).toBe(`/${path}`);
    expect(Object.values(asked[0]?.headers ?? {}).some((value) => String(value).endsWith(KEY))).toBe(true);

    for (const code of refuses) {
      expect(await answer(code, provider)).toBe(false);
    }
    expect(await answer(403, provider)).toBeUndefined();
    expect(await answer(429, provider)).toBeUndefined();
    expect(await answer(503, provider)).toBeUndefined();
  },
);

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
