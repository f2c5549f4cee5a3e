import { storedKey } from "../../../../cli/verify/stored-key";
import { randomKey } from "../../../../lab/random-key";
import { DECLARED_SECRET } from "../../../support/declared-secret";

const KEY = randomKey("openai");
const OF_ROTATION = { ...DECLARED_SECRET, keys: [], provider: "openai" };
const inField = (field: string) => ({ variable: "openai_api_key", provider: "openai", field });
const alone = DECLARED_SECRET.keys[0];

test("the key is the text, or a field of it, with the endpoint where the secret has one key", () => {
  const json = JSON.stringify({ KEY, endpoint: "https://a" });
  const [one, another] = [inField("KEY"), inField("ANOTHER")];
  expect(storedKey(DECLARED_SECRET, alone, json)).toEqual({ apiKey: json, endpoint: undefined });
  expect(storedKey({ ...DECLARED_SECRET, keys: [one] }, one, json)).toEqual({ apiKey: KEY, endpoint: "https://a" });
  expect(storedKey({ ...DECLARED_SECRET, keys: [one, another] }, one, json)).toEqual({ apiKey: KEY, endpoint: undefined });
  expect(storedKey({ ...DECLARED_SECRET, keys: [one, another] }, another, json)).toBeUndefined();
});

test.each(["{}", "{", "null", '"text"', "[1]", '{"KEY":1}'])("what has no such text is not as the stack declares: %s", (text) => {
  expect(storedKey(DECLARED_SECRET, inField("KEY"), text)).toBeUndefined();
});

test("a key that the rotation makes is the text, or found in JSON by its usual name or its form", () => {
  const found = (text: string) => storedKey(OF_ROTATION, undefined, text)?.apiKey;
  expect(found(KEY)).toBe(KEY);
  expect(found(JSON.stringify({ apiKey: "of another form", note: KEY }))).toBe("of another form");
  expect(found(JSON.stringify({ provider: "openai", OPENAI_API_KEY: KEY }))).toBe(KEY);
  expect(found(JSON.stringify({ provider: "openai" }))).toBeUndefined();
});
