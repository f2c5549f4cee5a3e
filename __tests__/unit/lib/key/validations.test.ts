import { apiKeyValidations } from "../../../../lib/key/validations";

const rules = apiKeyValidations("ai_api_key");

test("there is a rule for each way a key goes wrong", () => {
  expect(rules.map(({ errorMessage }) => errorMessage.split(/[:,.(]/)[0])).toEqual([
    "ai_api_key is empty",
    "ai_api_key begins or ends with white space or a newline",
    "ai_api_key contains white space",
    "ai_api_key is wrapped in quotes",
    "ai_api_key is a placeholder",
    "ai_api_key is shorter than 16 characters",
    "ai_api_key is longer than the 65536 bytes that AWS Secrets Manager stores",
  ]);
});

test("every message says what to do, and none can contain the value", () => {
  for (const { errorMessage } of rules) {
    expect(errorMessage).toMatch(/\. |: /);
    expect(errorMessage).not.toContain("var.");
    expect(errorMessage).not.toContain("${");
  }
});

test("an empty key is explained as a CI secret that does not exist", () => {
  expect(rules[0]?.errorMessage).toContain("A CI secret that does not exist arrives as an empty string");
});

test("no regular expression opens a Terraform template by accident", () => {
  for (const { condition } of rules) {
    expect(condition).toMatch(/^\$\{.*\}$/s);
    expect(condition.slice(2, -1)).not.toMatch(/(?<![$%])[$%]\{/);
  }
});
