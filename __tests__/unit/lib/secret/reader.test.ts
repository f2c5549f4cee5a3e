import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { DataAwsIamUser } from "@cdktf/provider-aws/lib/data-aws-iam-user";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { granteeOf, type Reader } from "../../../../lib/secret/reader";
import { OwnStack } from "../../../support/synthesized";

const grantee = (reader: Reader) => granteeOf("[own/key] grantRead", reader);

/** As a program without type checks calls it. */
const untyped = (reader: unknown) => () => Reflect.apply(granteeOf, undefined, ["[own/key] grantRead", reader]);

test("a role or a user of the program is known by its construct, made or looked up", () => {
  const stack = new OwnStack();
  expect(grantee(new IamRole(stack, "app", { assumeRolePolicy: "{}" }))).toMatchObject({ kind: "role", label: "made-role-own/app" });
  expect(grantee(new IamUser(stack, "bot", { name: "bot" }))).toMatchObject({ kind: "user", literalName: "bot" });
  expect(grantee(new DataAwsIamRole(stack, "known", { name: "known" }))).toMatchObject({ kind: "role", literalName: "known" });
  expect(grantee(new DataAwsIamUser(stack, "alice", { userName: "alice" }))).toMatchObject({
    kind: "user",
    name: expect.stringContaining("${"),
    literalName: "alice",
  });
});

test("a role of another copy of the bindings is known by what it is in Terraform", () => {
  class IamRoleOfOthers extends Construct {
    public readonly terraformResourceType = "aws_iam_role";
    public readonly name = "app";
    public readonly arn = "arn:aws:iam::111122223333:role/app";
  }
  expect(grantee(new IamRoleOfOthers(new OwnStack(), "app"))).toMatchObject({ kind: "role", name: "app", label: "made-role-own/app" });
});

test("fails for a construct that is no role and no user, and for one without a name", () => {
  const stack = new OwnStack();
  const policy = new IamPolicy(stack, "policy", { policy: "{}" });
  expect(() => grantee(policy)).toThrow('[own/key] grantRead must get a role or a user; got "aws_iam_policy"');
  expect(untyped({ terraformResourceType: "aws_iam_role", arn: "arn:aws:iam::111122223333:role/app", node: stack.node })).toThrow(
    'grantRead must get a role or a user with a name and an ARN; got "own"',
  );
});

test("a role or a user can be named, and anyone by an ARN", () => {
  expect(grantee({ roleName: "app" })).toMatchObject({ kind: "role", name: "app", label: "role-app" });
  expect(grantee({ userName: "bot" })).toMatchObject({ kind: "user", name: "bot", label: "user-bot" });
  expect(grantee({ arn: "arn:aws:iam::444455556666:role/partner" })).toBe("arn:aws:iam::444455556666:role/partner");
});

test("roles of two stacks with one id are two", () => {
  const [one, two] = [new OwnStack("one"), new OwnStack("two")].map((stack) => new IamRole(stack, "app", { assumeRolePolicy: "{}" }));
  expect(one && grantee(one)).not.toMatchObject({ label: two && Reflect.get(Object(grantee(two)), "label") });
});

test.each([{}, { roleName: undefined }, { roleName: "app", userName: "app" }])("fails for %j, which is nobody", (reader) => {
  expect(untyped(reader)).toThrow("[own/key] grantRead must get a role or a user, or one of roleName, userName and arn; got");
});

test.each([undefined, null, "app"])("fails for %j, which says nothing of anybody", (reader) => {
  expect(untyped(reader)).toThrow("[own/key] grantRead must have its props in an object; got");
});

test.each(["arn:aws:iam::123456789012:role/app", "", "*", "x".repeat(65), Token.asString({ known: "at deploy" })])(
  "fails for %j, which is no name",
  (name) => {
    expect(() => grantee({ roleName: name })).toThrow(
      "[own/key] grantRead.roleName must be the role's literal name, not its ARN and not a token",
    );
  },
);

test("fails for an ARN of nobody's, or of everybody's", () => {
  expect(() => grantee({ arn: "arn:aws:iam::444455556666:root" })).toThrow("grantRead.arn must hold ARNs of single roles and users");
});

test("fails for a role of IAM Identity Center, however it is given, and says where its policies come from", () => {
  const name = "AWSReservedSSO_OnCall_0123456789abcdef";
  for (const reader of [{ roleName: name }, new DataAwsIamRole(new OwnStack(), "on-call", { name })]) {
    expect(() => grantee(reader)).toThrow("takes policies from its permission set alone: name it in readers");
  }
});
