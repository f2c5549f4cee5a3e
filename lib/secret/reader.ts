import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { DataAwsIamUser } from "@cdktf/provider-aws/lib/data-aws-iam-user";
import { Token } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { checkProp } from "../checks";
import { checkKnownProps } from "../known-props";

/** An `IamRole` or an `IamUser` of the same program, whichever bindings made it. */
export interface MadePrincipal extends IConstruct {
  readonly terraformResourceType: string;
  readonly name: string;
  readonly arn: string;
}

/** Who may read a key: a role or a user, made in the same program or named. */
export type Reader = MadePrincipal | { readonly roleName: string } | { readonly userName: string };

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
const IAM_NAME = /^[\w+=,.@-]{1,64}$/;

/** Which principal a policy is attached to, and the id of the attachment. */
export interface ReaderName {
  readonly kind: "role" | "user";
  readonly name: string;
  readonly id: string;
}

/** @throws Error when the construct is no role and no user, or when a name is not one that IAM accepts, such as an ARN, or is known at deploy only: it is a part of an id */
export function readerNameOf(reader: Reader): ReaderName {
  if ("terraformResourceType" in reader) {
    const kind = kindOf(reader);
    return { kind, name: reader.name, id: `made-${kind}-${reader.node.path}` };
  }

  checkKnownProps("grantRead", reader, { roleName: "text", userName: "text" });
  const [kind, name] = "roleName" in reader ? (["role", reader.roleName] as const) : (["user", reader.userName] as const);
  checkProp(
    `grantRead({ ${kind}Name })`,
    !Token.isUnresolved(name) && IAM_NAME.test(name),
    `be the ${kind}'s literal name, not its ARN and not a token: 1 to 64 letters, digits and _+=,.@-`,
    name,
  );

  return { kind, name, id: `${kind}-${name}` };
}

/** The reader's ARN, with its path; that of a named one is looked up in AWS. */
export function readerArnOf(scope: Construct, reader: Reader): string {
  if ("terraformResourceType" in reader) {
    return reader.arn;
  }
  const id = `${readerNameOf(reader).id}-lookup`;
  return "roleName" in reader
    ? new DataAwsIamRole(scope, id, { name: reader.roleName }).arn
    : new DataAwsIamUser(scope, id, { userName: reader.userName }).arn;
}

function kindOf({ terraformResourceType: type }: MadePrincipal): "role" | "user" {
  checkProp("grantRead", type === "aws_iam_role" || type === "aws_iam_user", "get a role or a user", type);
  return type === "aws_iam_role" ? "role" : "user";
}
