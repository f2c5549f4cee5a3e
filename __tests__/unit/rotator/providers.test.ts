import { randomKey } from "../../../lab/random-key";
import type { RotatedKey } from "../../../lib/rotation/rotator-settings";
import type { Surroundings } from "../../../rotator/ask";
import { KEY_APIS } from "../../../rotator/providers";

const OPENAI: RotatedKey = { provider: "openai", made: { projectId: "proj_abc", serviceAccountId: "user-abc" } };
const OPENROUTER: RotatedKey = { provider: "openrouter", made: {} };

const ADMIN = `sk-admin-${randomKey()}`;
const KEY = `sk-svcacct-${randomKey()}`;

/** Whatever is asked is answered so. */
const answering = (status: number, body: string): Surroundings => ({
  now: () => 0,
  sleep: async () => {},
  fetch: async () => new Response(body, { status, headers: { location: `https://elsewhere.example/?key=${KEY}` } }),
});

/** As OpenAI writes of keys, here with all of them: https://github.com/continuedev/continue/issues/10078 */
const QUOTE = `Incorrect API key provided: ${ADMIN}, ${KEY}, sk-svcac********${KEY.slice(-4)}.`;

const BODIES = {
  "an error": JSON.stringify({ error: { message: QUOTE, type: QUOTE, code: QUOTE, param: ADMIN }, message: QUOTE }),
  "an error that is a text": JSON.stringify({ error: QUOTE }),
  "no JSON": QUOTE,
};

describe.each([OPENAI, OPENROUTER])("what is said of $provider's answers has no part of a key that they quote", (key) => {
  test.each(Object.entries(BODIES))("%s", async (_, body) => {
    const said: string[] = [];
    for (const status of [302, 400, 401, 403, 404, 409, 429, 500]) {
      const api = KEY_APIS[key.provider](key, answering(status, body));
      const calls = [api.list(ADMIN), api.create(ADMIN, "a name"), api.delete(ADMIN, "key_1"), api.accepts(KEY)];
      for (const call of await Promise.allSettled<unknown>(calls)) {
        said.push(call.status === "rejected" ? `${call.reason} ${call.reason.cause} ${JSON.stringify(call.reason)}` : String(call.value));
      }
    }
    const leaks = (texts: readonly string[]) =>
      texts.filter((text) => [ADMIN, KEY, KEY.slice(-4), "Incorrect", "****"].some((part) => text.includes(part)));
    expect(leaks([QUOTE, `…${KEY.slice(-4)}`])).toHaveLength(2);
    expect(said).toHaveLength(32);
    expect(said.filter((text) => /^Error: Open(AI|Router) (can't|refuses to) /.test(text)).length).toBeGreaterThan(20);
    expect(leaks(said)).toEqual([]);
  });

  test("a new key in an answer of another form", async () => {
    const { name, create } = KEY_APIS[key.provider](key, answering(200, JSON.stringify({ id: "key_1", secret: KEY, name: KEY })));
    const error: Error = await create(ADMIN, "a name").then(
      () => new Error("made"),
      (thrown) => thrown,
    );
    expect(error.message).toBe(`${name} has made a key, and its answer has none that this function knows. Secrets Manager tries again.`);
  });
});
