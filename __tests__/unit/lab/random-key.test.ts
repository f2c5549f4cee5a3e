import { planOnlyKey, randomKey, randomKeyFor } from "../../../lab/random-key";
import { KEY_FORMATS } from "../../../lib/key/formats";
import { type KeyKind, keyProblem, keyRules } from "../../../lib/key/rules";
import { KEY_FORMS } from "../../../lib/key/validations";

const KINDS: readonly KeyKind[] = [
  {},
  { provider: "somebody" },
  ...KEY_FORMATS.map(({ provider }) => ({ provider })),
  ...KEY_FORMS.map((format) => ({ format })),
];

test.each(KINDS)("a key for a plan of %j breaks one rule, that it is none, and is the same each time", (kind) => {
  const rules = keyRules("key", kind);
  const key = planOnlyKey(rules);
  expect(rules.filter(({ refuses }) => refuses.holds(key)).map(({ name }) => name)).toEqual(["plan-only"]);
  expect(key).toBe(planOnlyKey(rules));
});

test.each(KINDS)("a random key of %j breaks no rule, and is another one each time", (kind) => {
  const rules = keyRules("key", kind);
  expect(keyProblem(rules, randomKeyFor(rules))).toBeUndefined();
  expect(randomKeyFor(rules)).not.toBe(randomKeyFor(rules));
});

test.each(KEY_FORMATS)("a random key of $provider has the provider's form", ({ provider, pattern }) => {
  expect(randomKey(provider)).toMatch(new RegExp(pattern));
});

test("a key for a plan of no provider, of an unknown one, or of a gateway, is that of the runbook", () => {
  for (const kind of [{}, { provider: "somebody" }, { format: "gateway" as const }]) {
    expect(planOnlyKey(keyRules("key", kind))).toBe("plan-only-0123456789");
  }
  expect(planOnlyKey()).toBe("plan-only-0123456789");
});
