import { KEY_FORMATS } from "../../../../lib/key/formats";
import { keyProblem, keyRules } from "../../../../lib/key/rules";
import { EXAMPLE_KEYS } from "../../../support/example-keys";
import { matchingText, matchingTexts } from "../../../support/matching-text";
import { NO_APPLICATION_RULES, OTHER_SERVICE_RULES, SCANNER_RULES } from "../../../support/scanner-rules";

/** Terraform judges the same keys in __tests__/e2e/key-rules.test.ts. */
const RULES = new Map(
  [undefined, ...KEY_FORMATS.map(({ provider }) => provider)].map((provider) => [provider, keyRules("key", { provider })]),
);

const problem = (provider: string | undefined, key: string) => keyProblem(RULES.get(provider) ?? [], key);

const takenBy = (key: string) => KEY_FORMATS.filter(({ provider }) => problem(provider, key) === undefined).map(({ provider }) => provider);

const PROVIDERS = KEY_FORMATS.map(({ provider }) => provider);

const nameOf = (provider: string) => KEY_FORMATS.find((format) => format.provider === provider)?.name;

test("every provider's row has a source and examples", () => {
  for (const { provider, source } of KEY_FORMATS) {
    expect(source).toMatch(/^https:\/\/|^public settings/);
    expect(EXAMPLE_KEYS[provider]?.length).toBeGreaterThan(0);
  }
  expect(Object.keys(EXAMPLE_KEYS)).toEqual(PROVIDERS);
});

test.each(SCANNER_RULES)("200 keys of $provider by the rule of $source are taken: $pattern", ({ provider, pattern }) => {
  const keys = Array.from({ length: 200 }, matchingTexts(pattern));
  const whole = new RegExp(`^(?:${pattern})$`);
  expect(keys.filter((key) => !whole.test(key))).toEqual([]); // they are keys to the scanner
  expect(keys.filter((key) => problem(provider, key) !== undefined || problem(undefined, key) !== undefined)).toEqual([]);
});

test.each(KEY_FORMATS.filter(({ telling }) => telling !== ""))(
  "$provider: a key is refused in each other provider's slot, by the name of whose it is",
  ({ provider, name, pattern, telling = pattern }) => {
    const keys = (EXAMPLE_KEYS[provider] ?? []).filter((key) => new RegExp(telling).test(key));
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(takenBy(key)).toEqual([provider]);
      for (const other of PROVIDERS.filter((other) => other !== provider)) {
        expect(problem(other, key)).toContain(`seems to be a key of ${name}, not of ${nameOf(other)}`);
      }
    }
  },
);

test("a key whose form tells nothing is taken where it fits, and nobody says whose it is", () => {
  const forms = {
    "[a-f0-9]{32}": ["azure-openai", "mistral", "elevenlabs"],
    "[a-zA-Z0-9]{40}": ["cohere"],
    "sk-[a-z0-9]{32}": ["deepseek"],
    "sk-[A-Za-z0-9]{48}": ["moonshot", "stability"],
    "[0-9a-f]{64}": ["together"],
  };
  for (const [form, owners] of Object.entries(forms)) {
    const key = matchingText(form);
    expect(takenBy(key)).toEqual(owners);
    for (const other of PROVIDERS.filter((other) => !owners.includes(other))) {
      expect(problem(other, key)).toContain("is not a whole key of");
    }
  }
});

test.each(NO_APPLICATION_RULES)("a key that no application should have is refused everywhere, with why: %s", (pattern) => {
  for (const provider of [undefined, ...PROVIDERS]) {
    expect(problem(provider, matchingText(pattern))).toContain("can do more than an application may");
  }
});

test.each(OTHER_SERVICE_RULES)("a key of another service is refused everywhere: %s", (pattern) => {
  for (const key of Array.from({ length: 200 }, matchingTexts(pattern))) {
    const takes = [undefined, ...PROVIDERS].filter((provider) => !problem(provider, key)?.includes("a key of another service"));
    expect(takes).toEqual([]);
  }
});

test.each(Object.entries(EXAMPLE_KEYS))("%s: a key that was cut in two is refused", (provider, keys) => {
  for (const key of keys) {
    expect(takenBy(key.slice(0, Math.min(key.length / 2, 30)))).not.toContain(provider); // OpenAI's shortest has 31 characters
  }
});

test("Gemini's older keys are being switched off, which its message says", () => {
  expect(problem("google-gemini", "a-key-of-a-gateway-of-our-own")).toContain("AIza");
  expect(problem("google-gemini", "a-key-of-a-gateway-of-our-own")).toContain("switches off");
});

test("no message can contain the value, each says whose the key seems to be, and the last that it is not whole", () => {
  const messages = keyRules("openai_api_key", { provider: "openai" })
    .map(({ message }) => message)
    .slice(keyRules("openai_api_key", {}).length);
  const others = KEY_FORMATS.filter(({ provider, telling }) => provider !== "openai" && telling !== "");
  expect(messages).toEqual([
    ...others.map(({ name }) => expect.stringContaining(`openai_api_key seems to be a key of ${name}, not of OpenAI`)),
    expect.stringContaining("openai_api_key is not a whole key of OpenAI"),
  ]);
  expect(messages.join()).not.toContain("${");
  expect(messages[0]).toBe(
    "openai_api_key seems to be a key of Anthropic, not of OpenAI, whose key begins with sk-, such as sk-proj-, has at least 51 characters, and T3BlbkFJ among them. " +
      'Put the right one into TF_VAR_openai_api_key. If OpenAI has other keys by now, set format: "any".',
  );
});

test.each(["any", "gateway"] as const)("format: %s takes what is no key of the provider's", (format) => {
  for (const key of [
    "a-key-of-a-gateway-of-our-own",
    ...NO_APPLICATION_RULES.map(matchingText),
    ...OTHER_SERVICE_RULES.map(matchingText),
  ]) {
    expect(keyProblem(keyRules("key", { provider: "openai", format }), key)).toBeUndefined();
  }
});

test("an unknown provider's keys have no format", () => {
  expect(keyRules("key", { provider: "my-gateway" })).toHaveLength(keyRules("key", {}).length);
});
