import { Fn, Token } from "cdktf";

/** The field of an ARN at a place. ARNs may be known at deploy only: then Terraform takes them apart. */
function field(arn: string, place: number): string {
  return Token.isUnresolved(arn) ? Fn.replace(arn, `/^([^:]*:){${place}}([^:]*).*$/`, "$2") : (arn.split(":")[place] ?? "");
}

/** The region in an ARN. */
export function regionOf(arn: string): string {
  return field(arn, 3);
}

/** The id of the account in an ARN. */
export function accountOf(arn: string): string {
  return field(arn, 4);
}

/** The name of a Lambda function in its ARN. */
export function functionNameOf(arn: string): string {
  return field(arn, 6);
}

/** The id of a KMS key in its ARN. */
export function keyIdOf(arn: string): string {
  return Token.isUnresolved(arn) ? Fn.replace(arn, "/^.*//", "") : (arn.split("/").at(-1) ?? "");
}

/** The ARN that stands for the whole account of an ARN's owner, in a principal. */
export function accountRootOf(arn: string): string {
  return Token.isUnresolved(arn)
    ? Fn.replace(arn, "/^(arn:[^:]+):[^:]+:[^:]*:([^:]+):.*$/", "$1:iam::$2:root")
    : `arn:${field(arn, 1)}:iam::${field(arn, 4)}:root`;
}

/** The ARN of a role or a user, such as `role/my-app`. `neighbourArn` is of the same account. */
export function principalArn(neighbourArn: string, principal: string): string {
  return Fn.replace(neighbourArn, "/^(arn:[^:]+):[^:]+:[^:]*:([^:]+):.*$/", `$1:iam::$2:${principal}`);
}

/** What the ARN of a secret is like, before there is one: AWS adds six characters. `neighbourArn` is of the same account and region. */
export function secretArnLike(neighbourArn: string, secretName: string): string {
  return Fn.replace(neighbourArn, "/^(arn:[^:]+):[^:]+:([^:]+:[^:]+):.*$/", `$1:secretsmanager:$2:secret:${secretName}-??????`);
}

/** The same resource in another region. */
export function inRegion(arn: string, region: string): string {
  return Fn.replace(arn, "/^(arn:[^:]+:[^:]+):[^:]+:/", `$1:${region}:`);
}

/** A secret's ARN without the hyphen and the six characters that AWS has added. */
export function withoutSuffix(secretArn: string): string {
  return Token.isUnresolved(secretArn) ? Fn.replace(secretArn, "/-[^-]{6}$/", "") : secretArn.replace(/-[^-]{6}$/, "");
}

/** The name in a secret's ARN. */
export function secretNameOf(secretArn: string): string {
  return withoutSuffix(secretArn).split(":").slice(6).join(":");
}
