import { keyCheck, sameKey } from "../../../../cli/verify/key-check";
import { DECLARED_SECRET } from "../../../support/declared-secret";

const KEY = ["sk", "test", "0123456789abcdef"].join("-"); // no scanner of a repository takes it for a key
const BODY = { ...DECLARED_SECRET, body: true };

test("keys are the same or not, whatever their lengths", () => {
  expect(sameKey(KEY, KEY)).toBe(true);
  expect(sameKey(KEY, `${KEY}x`)).toBe(false);
  expect(sameKey(KEY, "")).toBe(false);
});

test("the stored key is the one at hand, alone or in a JSON body", () => {
  expect(keyCheck(DECLARED_SECRET, KEY, KEY, "deployed").holds).toBe(true);
  expect(keyCheck(BODY, KEY, JSON.stringify({ apiKey: KEY, provider: "openai" }), "deployed").holds).toBe(true);
});

test("another key in the deployed version: the version was not changed with it", () => {
  const { holds, text } = keyCheck(DECLARED_SECRET, KEY, "sk-another", "deployed");
  expect(holds).toBe(false);
  expect(text).toContain("deploy with the number of ai-key key-version as TF_VAR_ai_api_key_version");
});

test("another key in another version: somebody stored it by hand, and any other number puts it right", () => {
  const { holds, text } = keyCheck(DECLARED_SECRET, KEY, "sk-another", "by-hand");
  expect(holds).toBe(false);
  expect(text).toMatch(/by hand or by a rotation since\..* deploy with any other number than \d+ as TF_VAR_ai_api_key_version$/);
});

test("what is no body of the stack's was stored by hand", () => {
  for (const stored of [KEY, "{}", "null", '{"apiKey":1}']) {
    expect(keyCheck(BODY, KEY, stored, "by-hand")).toMatchObject({ holds: false, text: expect.stringContaining("by hand") });
  }
});

test("without a key at hand, and where reading is denied, nothing is claimed", () => {
  expect(keyCheck(DECLARED_SECRET, undefined, undefined, "deployed")).toMatchObject({
    holds: undefined,
    text: expect.stringContaining("not set"),
  });
  expect(keyCheck(DECLARED_SECRET, "", undefined, "deployed").holds).toBeUndefined();
  expect(keyCheck(DECLARED_SECRET, KEY, undefined, "deployed")).toMatchObject({
    holds: undefined,
    text: expect.stringContaining("denied"),
  });
});

test("no text has a key in it", () => {
  for (const stored of [KEY, "sk-another-0123456789", "{}", undefined]) {
    for (const declared of [DECLARED_SECRET, BODY]) {
      expect(keyCheck(declared, KEY, stored, "deployed").text).not.toMatch(/sk-/);
    }
  }
});
