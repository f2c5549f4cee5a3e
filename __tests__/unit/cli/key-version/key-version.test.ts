import { keyVersion } from "../../../../cli/key-version/key-version";

const KEY = "sk-known-answer-0123456789";
const NAME = "ai/production/api-key";

test("a key in a secret always has the same number, here as Python's hashlib.scrypt computes it", () => {
  expect(keyVersion(KEY, NAME)).toBe(96256966378138);
});

test("another key, or another secret, has another number", () => {
  const numbers = [keyVersion(KEY, NAME), keyVersion(`${KEY}0`, NAME), keyVersion(KEY, "ai/staging/api-key")];
  expect(new Set(numbers).size).toBe(3);
  for (const number of numbers) {
    expect(Number.isInteger(number) && number >= 1 && number <= 2 ** 48).toBe(true);
  }
});
