import { Token } from "cdktf";
import { checkArn, checkPrincipals, checkSecretName, checkTags } from "../../../lib/checks";

const secretName = (name: string) => () => checkSecretName("name", name);

test.each(["ai/production/api-key", "a", "A_z+0=9.@-", "x".repeat(512), "ends-with-5abcd", "ends-with-7abcdefg", "ai/prod/openai.api.key"])(
  "checkSecretName takes what AWS accepts: %s",
  (name) => {
    expect(secretName(name)).not.toThrow();
  },
);

test.each([
  ["", "have 1 to 512 characters"],
  ["x".repeat(513), "have 1 to 512 characters"],
  ["with space", "consist of letters, digits and /_+=.@-"],
  ["schlüssel", "consist of letters, digits and /_+=.@-"],
  ["a:b", "consist of letters, digits and /_+=.@-"],
  ["ai/key-AbC123", "not end with a hyphen and six characters"],
])("checkSecretName fails for %j with the rule and the value", (name, rule) => {
  expect(secretName(name)).toThrow(`name must ${rule}`);
  expect(secretName(name)).toThrow(JSON.stringify(name));
});

test("checkSecretName fails for a program without type checks that has none", () => {
  expect(() => Reflect.apply(checkSecretName, undefined, ["name", undefined])).toThrow("name must be set");
});

test("a secret's name that is known at deploy time only is left to AWS", () => {
  expect(secretName(Token.asString({ Ref: "later" }))).not.toThrow();
});

const tagged = (tags: Record<string, string>) => () => checkTags("tags", tags);

test("ordinary tags pass, and so do values that are known at deploy time only", () => {
  expect(
    tagged({
      Team: "platform",
      "cost center": "42",
      Größe: "größer: 1/2 @home",
      Space: "${terraform.workspace}",
      Later: Token.asString({ Ref: "x" }),
    }),
  ).not.toThrow();
});

test.each<[Record<string, string>, string]>([
  [{ Team: "" }, 'tags.Team must have 1 to 256 characters; got ""'],
  [{ Team: " " }, 'tags.Team must have 1 to 256 characters; got " "'],
  [{ "": "platform" }, 'tags must have keys of 1 to 128 characters; got ""'],
  [{ "aws:team": "x" }, 'tags must have no key that begins with aws:, which AWS reserves; got "aws:team"'],
  [{ "AWS:team": "x" }, "tags must have no key that begins with aws:"],
  [{ Team: "a", team: "b" }, 'tags must have keys that differ by more than their case, as IAM has one of Team; got "team"'],
  [{ "team!": "x" }, 'tags must have keys of letters, digits, spaces and _.:/=+-@; got "team!"'],
  [{ Team: "R&D" }, 'tags.Team must consist of letters, digits, spaces and _.:/=+-@; got "R&D"'],
  [{ Team: "a\nb" }, "tags.Team must consist of letters"],
  [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, "x"])), "tags must be 50 at most"],
  [{ Team: "x".repeat(257) }, "tags.Team must have 1 to 256 characters"],
])("checkTags fails for %j", (tags, message) => {
  expect(tagged(tags)).toThrow(message);
});

test("checkTags fails for a program without type checks whose value is missing", () => {
  expect(() => Reflect.apply(checkTags, undefined, ["tags", { Team: undefined }])).toThrow("tags.Team must be a text; got undefined");
});

const ROLE = "arn:aws:iam::111122223333:role/app";

test.each([
  ROLE,
  "arn:aws:iam::111122223333:user/team/alice",
  "arn:aws-us-gov:iam::111122223333:role/app",
  "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef",
  Token.asString({ known: "at deploy" }),
])("checkPrincipals takes %s", (arn) => {
  expect(() => checkPrincipals("X.readers", [arn])).not.toThrow();
});

test.each([
  "*",
  "arn:aws:iam::111122223333:role/*",
  "arn:aws:iam::111122223333:role/ap?",
  "arn:aws:iam::111122223333:role/${aws:username}",
  "arn:aws:iam::*:role/app",
  "arn:aws:iam::111122223333:root",
  "arn:aws:iam::1111:role/app",
  "arn:aws:sts::111122223333:assumed-role/app/session",
  "arn:aws:iam::111122223333:group/developers",
  "111122223333",
  "my-app",
  "",
])("checkPrincipals fails for %j", (arn) => {
  expect(() => checkPrincipals("X.readers", [arn])).toThrow("X.readers must hold ARNs of single roles and users");
});

test("checkPrincipals fails for a principal that is named twice, in one list or in two", () => {
  expect(() => checkPrincipals("X.readers", [ROLE, ROLE])).toThrow(`X.readers must name each principal once; got "${ROLE}"`);
  expect(() => checkPrincipals("X.breakGlass", [ROLE], [ROLE])).toThrow("X.breakGlass must name each principal once");
});

test("checkPrincipals fails for a list that is known at deploy only", () => {
  expect(() => checkPrincipals("X.readers", Token.asList({ known: "at deploy" }))).toThrow(
    "X.readers must be a list in the program itself",
  );
});

test("checkArn fails for an ARN of another kind, with an example", () => {
  expect(() => checkArn("X.arn", ROLE, /^arn:aws:kms:/, "arn:aws:kms:…")).toThrow(
    `X.arn must be an ARN such as arn:aws:kms:…; got "${ROLE}"`,
  );
});
