import { Token } from "cdktf";
import { checkTags } from "../../../lib/tags";

const check = (tags: Record<string, string>) => () => checkTags("AiKeyStack.tags", tags);

test("ordinary tags pass, and so do values that are known at deploy time only", () => {
  expect(check({ Team: "platform", "cost center": "42", Later: Token.asString({ Ref: "x" }) })).not.toThrow();
});

test.each<[Record<string, string>, string]>([
  [{ Team: "" }, 'AiKeyStack.tags.Team must have 1 to 256 characters; got ""'],
  [{ Team: " " }, 'AiKeyStack.tags.Team must have 1 to 256 characters; got " "'],
  [{ "": "platform" }, 'AiKeyStack.tags must have keys of 1 to 128 characters; got ""'],
  [{ "aws:team": "x" }, 'AiKeyStack.tags must have no key that begins with aws:, which AWS reserves; got "aws:team"'],
  [{ Team: "x".repeat(257) }, "AiKeyStack.tags.Team must have 1 to 256 characters"],
])("fails for %j", (tags, message) => {
  expect(check(tags)).toThrow(message);
});
