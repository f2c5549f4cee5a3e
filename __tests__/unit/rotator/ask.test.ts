import { startProviderStub } from "../../../lab/rotation/provider-stub";
import { ask, type Surroundings } from "../../../rotator/ask";
import { KEY_APIS } from "../../../rotator/providers";

const QUESTION = {
  provider: "OpenAI",
  method: "GET",
  url: "https://api.openai.com/v1/x",
  key: "sk-admin-0123456789",
  purpose: "list the keys",
} as const;

/** Answers in turn, and what was waited for in between. */
function surroundings(...answers: readonly (number | "silence" | "cut")[]) {
  const left = [...answers];
  const pauses: number[] = [];
  const asked: string[] = [];
  const own: Surroundings = {
    now: () => 0,
    sleep: async (milliseconds) => void pauses.push(milliseconds),
    fetch: async (_, init) => {
      asked.push(String(init?.method));
      const answer = left.shift();
      if (answer === "silence") {
        throw new DOMException("sk-admin-0123456789", "TimeoutError");
      }
      if (answer === "cut") {
        throw new TypeError("fetch failed: sk-admin-0123456789");
      }
      const body = JSON.stringify({ error: { message: "Incorrect API key provided: sk-admin*6789.", code: "invalid_api_key" } });
      return new Response(body, { status: answer ?? 200 });
    },
  };
  return { own, pauses, asked };
}

test("what can help is repeated: a 429, a failure of the server, a time-out, a cut connection", async () => {
  for (const failure of [429, 500, 503, "silence", "cut"] as const) {
    const { own, asked, pauses } = surroundings(failure, failure, 200);
    expect((await ask(own, QUESTION)).status).toBe(200);
    expect([asked.length, pauses]).toEqual([3, [1_000, 2_000]]);
  }
});

test("what may have made a key is not repeated, but after a 429", async () => {
  for (const [failure, times] of [
    [429, 3],
    [500, 1],
    ["silence", 1],
    ["cut", 1],
  ] as const) {
    const { own, asked } = surroundings(failure, failure, failure);
    await expect(ask(own, { ...QUESTION, method: "POST" })).rejects.toThrow("OpenAI can't list the keys: api.openai.com answers with ");
    expect([failure, asked.length]).toEqual([failure, times]);
  }
});

test("no error has a key in it, nor what the provider said of it", async () => {
  for (const failure of [500, "silence", "cut"] as const) {
    const error: Error = await ask(surroundings(failure, failure, failure).own, QUESTION).catch((thrown) => thrown);
    expect(`${error.message} ${error.stack?.split("\n")[0]} ${error.cause}`).not.toMatch(/0123456789|6789\./);
  }
  await expect(ask(surroundings().own, { ...QUESTION, key: "sk-admin\n0123" })).rejects.toThrow(
    "OpenAI can't list the keys: what is stored as its key is none. Store it again.",
  );
});

test("a list of many pages is read to its end, and keys of other service accounts are left alone", async () => {
  const stub = await startProviderStub();
  const own: Surroundings = {
    now: Date.now,
    sleep: async () => {},
    fetch: (url, init) => fetch(String(url).replace(/^https:\/\/[^/]+/, stub.url), init),
  };
  const keyOf = (owner: string, index: number) => ({
    id: `${owner}_${index}`,
    name: `${index}`,
    value: `sk-${owner}-${index}`,
    owner,
    created: 0,
    expires: null,
  });
  for (const owner of ["user-abc", "user-other", "openrouter"]) {
    for (let index = 0; index < 150; index += 1) {
      const key = keyOf(owner, index);
      stub.keys.set(key.id, key);
    }
  }
  const openai = KEY_APIS.openai({ provider: "openai", made: { projectId: "proj_abc", serviceAccountId: "user-abc" } }, own);
  const openrouter = KEY_APIS.openrouter({ provider: "openrouter", made: {} }, own);
  const [ofOpenai, ofOpenrouter] = [await openai.list(stub.adminKey), await openrouter.list(stub.adminKey)];
  await stub.close();
  expect([ofOpenai.length, ofOpenai.every(({ id }) => id.startsWith("user-abc_"))]).toEqual([150, true]);
  expect(ofOpenrouter).toHaveLength(150);
});
