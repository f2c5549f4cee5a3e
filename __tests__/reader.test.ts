import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { Token } from "cdktf";
import { nameOf } from "../lib/reader";
import { OwnStack } from "./synthesized";

test("a role or a user of the same program is known by its construct", () => {
  const stack = new OwnStack();
  expect(nameOf(new IamRole(stack, "app", { assumeRolePolicy: "{}" }))).toMatchObject({ kind: "role", id: "made-role-own/app" });
  expect(nameOf(new IamUser(stack, "bot", { name: "bot" }))).toMatchObject({ kind: "user", id: "made-user-own/bot" });
});

test("a role or a user can be named", () => {
  expect(nameOf({ roleName: "app" })).toEqual({ kind: "role", name: "app", id: "role-app" });
  expect(nameOf({ userName: "bot" })).toEqual({ kind: "user", name: "bot", id: "user-bot" });
});

test("roles of two stacks with one id are two", () => {
  const [one, two] = [new OwnStack("one"), new OwnStack("two")].map((stack) => new IamRole(stack, "app", { assumeRolePolicy: "{}" }));
  expect(one && nameOf(one).id).not.toBe(two && nameOf(two).id);
});

test.each(["arn:aws:iam::123456789012:role/app", "", "*", "x".repeat(65), Token.asString({ known: "at deploy" })])(
  "fails for %j, which is no name",
  (name) => {
    expect(() => nameOf({ roleName: name })).toThrow(
      "grantRead({ roleName }) must be the role's literal name, not its ARN and not a token",
    );
  },
);
