import type { DeclaredSecret } from "../../../../cli/declared-secret";
import { keyCheck, sameKey } from "../../../../cli/verify/key-check";
import { DECLARED_SECRET } from "../../../support/declared-secret";

const KEY = ["sk", "test", "0123456789abcdef"].join("-"); // no scanner of a repository takes it for a key
const inField = (field: string, name = "ai") => ({ variable: `${name}_api_key`, provider: undefined, field });
const BODY: DeclaredSecret = { ...DECLARED_SECRET, keys: [inField("apiKey")] };
const SEVERAL: DeclaredSecret = { ...DECLARED_SECRET, keys: [inField("OPENAI_API_KEY", "openai"), inField("GROQ_API_KEY", "groq")] };

const checkOf = (declared: DeclaredSecret, key: string | undefined, stored: string | undefined, currentId: string) =>
  keyCheck(declared, declared.keys[0], key, stored, currentId);

test("keys are the same or not, whatever their lengths", () => {
  expect(sameKey(KEY, KEY)).toBe(true);
  expect(sameKey(KEY, `${KEY}x`)).toBe(false);
  expect(sameKey(KEY, "")).toBe(false);
});

test("the stored key is the one at hand, alone or in a JSON body", () => {
  expect(checkOf(DECLARED_SECRET, KEY, KEY, "deployed").holds).toBe(true);
  expect(checkOf(BODY, KEY, JSON.stringify({ apiKey: KEY, provider: "openai" }), "deployed").holds).toBe(true);
});

test("another key in the deployed version: the version was not changed with it", () => {
  const { holds, text } = checkOf(DECLARED_SECRET, KEY, "sk-another", "deployed");
  expect(holds).toBe(false);
  expect(text).toContain("deploy with the number of ai-key key-version as TF_VAR_ai_api_key_version");
});

test("another key in another version: somebody stored it by hand, and any other number puts it right", () => {
  const { holds, text } = checkOf(DECLARED_SECRET, KEY, "sk-another", "by-hand");
  expect(holds).toBe(false);
  expect(text).toMatch(/by hand or by a rotation since\..* deploy with any other number than \d+ as TF_VAR_ai_api_key_version$/);
});

test("what is no body of the stack's was stored by hand", () => {
  for (const stored of [KEY, "{}", "null", '{"apiKey":1}']) {
    expect(checkOf(BODY, KEY, stored, "by-hand")).toMatchObject({ holds: false, text: expect.stringContaining("by hand") });
  }
});

test("each of several keys is found by the name of its field", () => {
  const [openai, groq] = SEVERAL.keys;
  const stored = JSON.stringify({ OPENAI_API_KEY: KEY, GROQ_API_KEY: `${KEY}-groq` });
  expect(keyCheck(SEVERAL, openai, KEY, stored, "deployed")).toMatchObject({ holds: true, text: "the one in TF_VAR_openai_api_key" });
  expect(keyCheck(SEVERAL, groq, `${KEY}-groq`, stored, "deployed").holds).toBe(true);
  expect(keyCheck(SEVERAL, groq, KEY, stored, "deployed")).toMatchObject({
    holds: false,
    text: expect.stringMatching(/with the number of ai-key key-version as TF_VAR_groq_api_key_version$/),
  });
  expect(keyCheck(SEVERAL, groq, KEY, JSON.stringify({ apiKey: KEY }), "deployed")).toMatchObject({
    holds: false,
    text: expect.stringMatching(/with the text GROQ_API_KEY, .* deploy with any other number as TF_VAR_groq_api_key_version$/),
  });
});

test("a key that the rotation makes is not compared", () => {
  expect(checkOf({ ...DECLARED_SECRET, keys: [] }, undefined, KEY, "deployed")).toMatchObject({ holds: undefined });
});

test("without a key at hand, and where reading is denied, nothing is claimed", () => {
  expect(checkOf(DECLARED_SECRET, undefined, undefined, "deployed")).toMatchObject({
    holds: undefined,
    text: expect.stringContaining("not set"),
  });
  expect(checkOf(DECLARED_SECRET, "", undefined, "deployed").holds).toBeUndefined();
  expect(checkOf(DECLARED_SECRET, KEY, undefined, "deployed")).toMatchObject({
    holds: undefined,
    text: expect.stringContaining("denied"),
  });
});

test("no text has a key in it", () => {
  for (const stored of [KEY, "sk-another-0123456789", "{}", undefined]) {
    for (const declared of [DECLARED_SECRET, BODY, SEVERAL]) {
      expect(checkOf(declared, KEY, stored, "deployed").text).not.toMatch(/sk-/);
    }
  }
});
