import { randomKey, randomKeyFor } from "../../../lab/random-key";
import { KEY_FORMATS } from "../../../lib/key/formats";
import { keyProblem, keyRules } from "../../../lib/key/rules";
import { KEY_KINDS } from "../../support/key-kinds";

test.each(KEY_KINDS)("a random key of %j breaks no rule, and is another one each time", (kind) => {
  const rules = keyRules("key", kind);
  expect(keyProblem(rules, randomKeyFor(rules))).toBeUndefined();
  expect(randomKeyFor(rules)).not.toBe(randomKeyFor(rules));
});

test.each(KEY_FORMATS)("a random key of $provider has the provider's form", ({ provider, pattern }) => {
  expect(randomKey(provider)).toMatch(new RegExp(pattern));
});
