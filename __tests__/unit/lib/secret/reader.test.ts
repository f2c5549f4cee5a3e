import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { readerNameOf } from "../../../../lib/secret/reader";
import { OwnStack } from "../../../support/synthesized";

test("a role or a user of the same program is known by its construct", () => {
  const stack = new OwnStack();
  expect(readerNameOf(new IamRole(stack, "app", { assumeRolePolicy: "{}" }))).toMatchObject({ kind: "role", id: "made-role-own/app" });
  expect(readerNameOf(new IamUser(stack, "bot", { name: "bot" }))).toMatchObject({ kind: "user", id: "made-user-own/bot" });
});

test("a role of other bindings' is known by what it is in Terraform", () => {
  class IamRoleOfOthers extends Construct {
    public readonly terraformResourceType = "aws_iam_role";
    public readonly name = "app";
    public readonly arn = "arn:aws:iam::111122223333:role/app";
  }
  expect(readerNameOf(new IamRoleOfOthers(new OwnStack(), "app"))).toEqual({ kind: "role", name: "app", id: "made-role-own/app" });
});

test("fails for a construct that is no role and no user", () => {
  const policy = new IamPolicy(new OwnStack(), "policy", { policy: "{}" });
  expect(() => readerNameOf(policy)).toThrow('grantRead must get a role or a user; got "aws_iam_policy"');
});

test("a role or a user can be named", () => {
  expect(readerNameOf({ roleName: "app" })).toEqual({ kind: "role", name: "app", id: "role-app" });
  expect(readerNameOf({ userName: "bot" })).toEqual({ kind: "user", name: "bot", id: "user-bot" });
});

test("roles of two stacks with one id are two", () => {
  const [one, two] = [new OwnStack("one"), new OwnStack("two")].map((stack) => new IamRole(stack, "app", { assumeRolePolicy: "{}" }));
  expect(one && readerNameOf(one).id).not.toBe(two && readerNameOf(two).id);
});

test.each(["arn:aws:iam::123456789012:role/app", "", "*", "x".repeat(65), Token.asString({ known: "at deploy" })])(
  "fails for %j, which is no name",
  (name) => {
    expect(() => readerNameOf({ roleName: name })).toThrow(
      "grantRead({ roleName }) must be the role's literal name, not its ARN and not a token",
    );
  },
);
