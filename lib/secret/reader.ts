import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { checkPrincipals, checkProp } from "../checks";
import { checkKnownProps } from "../known-props";

/** An `IamRole`, an `IamUser`, a `DataAwsIamRole` or a `DataAwsIamUser`, whichever bindings made it. */
export interface IamPrincipal extends IConstruct {
  readonly terraformResourceType: string;
  readonly arn: string;
  /** A user that is looked up has `userName` in its place. */
  readonly name?: string | undefined;
  readonly userName?: string | undefined;
  /** As the program says them. */
  readonly nameInput?: string | undefined;
  readonly userNameInput?: string | undefined;
  readonly pathInput?: string | undefined;
}

/** A role or a user of the secret's account: made or looked up in the program, or named. */
export type Principal = IamPrincipal | { readonly roleName: string } | { readonly userName: string };

/**
 * Who may read a key. One with nothing but an ARN, such as a role of another account, joins `readers` and gets no policy: somebody attaches
 * `readPolicyDocument` to it there.
 */
export type Reader = Principal | { readonly arn: string };

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
const IAM_NAME = /^[\w+=,.@-]{1,64}$/;

/** Somebody that a policy can be attached to. */
export interface Grantee {
  readonly kind: "role" | "user";
  /** In the grantee's own stack. */
  readonly name: string;
  /** Undefined where only a deploy knows it. */
  readonly literalName: string | undefined;
  /** What tells it from others in an id. */
  readonly label: string;
  /** Undefined for one that is named. */
  readonly construct: IamPrincipal | undefined;
}

/**
 * @param prop the call, as an error names it
 * @returns the ARN, for one with nothing else
 * @throws Error for what is no role and no user, for a name that IAM does not accept or that is known at deploy only, as it is a part of an
 * id, and for a role of IAM Identity Center: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export function granteeOf(prop: string, reader: Reader): Grantee | string {
  const grantee = isDeclared(reader) ? declared(prop, reader) : named(prop, reader);
  const name = typeof grantee === "string" ? undefined : grantee.literalName;
  checkProp(
    prop,
    !name?.startsWith("AWSReservedSSO_"),
    "not get a role of IAM Identity Center, which takes policies from its permission set alone: name it in readers, and make readPolicyDocument the permission set's inline policy",
    name,
  );
  return grantee;
}

function isDeclared(reader: Reader): reader is IamPrincipal {
  return "terraformResourceType" in Object(reader); // in a program without type checks, it may be no object
}

function declared(prop: string, principal: IamPrincipal): Grantee {
  const { terraformResourceType: type, arn, name = principal.userName, nameInput = principal.userNameInput, node } = principal;
  checkProp(prop, type === "aws_iam_role" || type === "aws_iam_user", "get a role or a user", type);
  checkProp(prop, isText(name) && isText(arn) && node !== undefined, "get a role or a user with a name and an ARN", node?.path);
  const kind = type === "aws_iam_role" ? "role" : "user";
  return {
    kind,
    name: name ?? "",
    literalName: Token.isUnresolved(nameInput) ? undefined : nameInput,
    label: `made-${kind}-${node.path}`,
    construct: principal,
  };
}

function named(prop: string, reader: Exclude<Reader, IamPrincipal>): Grantee | string {
  checkKnownProps(prop, reader, { roleName: "text", userName: "text", arn: "text" });
  const { roleName, userName, arn }: { readonly roleName?: string; readonly userName?: string; readonly arn?: string } = reader ?? {};
  const given = [roleName, userName, arn].filter((one) => one !== undefined);
  checkProp(prop, given.length === 1, "get a role or a user, or one of roleName, userName and arn", reader);
  if (arn !== undefined) {
    checkPrincipals(`${prop}.arn`, [arn]);
    return arn;
  }

  const [kind, name = ""] = roleName === undefined ? (["user", userName] as const) : (["role", roleName] as const);
  checkProp(
    `${prop}.${kind}Name`,
    !Token.isUnresolved(name) && IAM_NAME.test(name),
    `be the ${kind}'s literal name, not its ARN and not a token: 1 to 64 letters, digits and _+=,.@-`,
    name,
  );
  return { kind, name, literalName: name, label: `${kind}-${name}`, construct: undefined };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
