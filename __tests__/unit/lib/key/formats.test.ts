import { keyFormatValidations } from "../../../../lib/key/format-validations";
import { KEY_FORMATS } from "../../../../lib/key/formats";
import { EXAMPLE_KEYS } from "../../../support/example-keys";

/** JavaScript's regular expressions are close enough to RE2's for these; __tests__/e2e/key-rules.test.ts asks Terraform. */
const takenBy = (key: string) => KEY_FORMATS.filter(({ pattern }) => new RegExp(pattern).test(key)).map(({ provider }) => provider);

test("every provider's row has a source and examples", () => {
  for (const { provider, source } of KEY_FORMATS) {
    expect(source).toMatch(/^https:\/\//);
    expect(EXAMPLE_KEYS[provider]?.length).toBeGreaterThan(0);
  }
  expect(Object.keys(EXAMPLE_KEYS)).toEqual(KEY_FORMATS.map(({ provider }) => provider));
});

test.each(Object.entries(EXAMPLE_KEYS))("%s: its keys are taken, and belong to nobody else", (provider, keys) => {
  for (const key of keys) {
    const others = /^[0-9a-f]{32}$/.test(key) ? ["mistral"] : []; // an older key of Azure's is 32 letters and digits too
    expect(takenBy(key)).toEqual([provider, ...others]);
  }
});

test.each(Object.entries(EXAMPLE_KEYS))("%s: a key that was cut in two is refused", (provider, keys) => {
  for (const key of keys) {
    expect(takenBy(key.slice(0, key.length / 2))).not.toContain(provider);
  }
});

test("no message can contain the value, each says whose the key seems to be, and the last that it seems to be nobody's", () => {
  const messages = keyFormatValidations("openai_api_key", "openai").map(({ errorMessage }) => errorMessage);
  const others = KEY_FORMATS.filter(({ provider }) => provider !== "openai");
  expect(messages).toEqual([
    ...others.map(({ name }) => expect.stringContaining(`openai_api_key seems to be a key of ${name}, not of OpenAI`)),
    expect.stringContaining("openai_api_key is not a whole key of OpenAI"),
  ]);
  expect(messages.join()).not.toContain("${");
  expect(messages[0]).toBe(
    "openai_api_key seems to be a key of Anthropic, not of OpenAI, whose key begins with sk-, sk-proj-, sk-svcacct- or sk-admin- and has at least 51 characters. " +
      'Put the right one into TF_VAR_openai_api_key. If OpenAI has other keys by now, set format: "any".',
  );
});

test("an unknown provider's keys have no format", () => {
  expect(keyFormatValidations("my_gateway_api_key", "my-gateway")).toEqual([]);
});
