import { Token } from "cdktf";
import { checkSecretName } from "../../../lib/secret-name";

const check = (name: string) => () => checkSecretName("AiKeySecret.name", name);

test.each(["ai/production/api-key", "a", "A_z+0=9.@-", "x".repeat(512), "ends-with-5abcd", "ends-with-7abcdefg", "ai/prod/openai.api.key"])(
  "a name that AWS accepts passes: %s",
  (name) => {
    expect(check(name)).not.toThrow();
  },
);

test.each([
  ["", "have 1 to 512 characters"],
  ["x".repeat(513), "have 1 to 512 characters"],
  ["with space", "consist of letters, digits and /_+=.@-"],
  ["schlüssel", "consist of letters, digits and /_+=.@-"],
  ["a:b", "consist of letters, digits and /_+=.@-"],
  ["ai/key-AbC123", "not end with a hyphen and six characters"],
])("fails for %j with the rule and the value", (name, rule) => {
  expect(check(name)).toThrow(`AiKeySecret.name must ${rule}`);
  expect(check(name)).toThrow(JSON.stringify(name));
});

test("a name that is known at deploy time only is left to AWS", () => {
  expect(check(Token.asString({ Ref: "later" }))).not.toThrow();
});
