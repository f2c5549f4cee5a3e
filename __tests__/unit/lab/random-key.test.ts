import { keyProblem } from "../../../cli/key-version/key-problem";
import { planOnlyKey, randomKey } from "../../../lab/random-key";
import { KEY_FORMATS } from "../../../lib/key/formats";

test.each(KEY_FORMATS)(
  "a key for a plan of $provider has the provider's form, is the same each time, and says that it is none",
  ({ provider, pattern }) => {
    const key = planOnlyKey(provider);
    expect(key).toMatch(new RegExp(pattern));
    expect(keyProblem("key", key)).toBeUndefined();
    expect(key).toBe(planOnlyKey(provider));
    expect(key).toContain("planonlyplanonly");
    expect(randomKey(provider)).not.toBe(randomKey(provider));
  },
);

test("a key for a plan of no provider, or of an unknown one, is that of the runbook", () => {
  expect(planOnlyKey()).toBe("plan-only-0123456789");
  expect(planOnlyKey("somebody")).toBe(planOnlyKey());
  expect(keyProblem("key", planOnlyKey())).toBeUndefined();
});
