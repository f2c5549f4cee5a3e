import { checkKnownProps, type PropsOf } from "../known-props";
import { checkTokens, type Subjects, subjectsOf, type TokenRules } from "./token-rules";

/** Any issuer of OIDC tokens, such as HCP Terraform or Spacelift. AWS compares issuer, audience and subject exactly as they are here. */
export interface OidcIssuer {
  /** The issuer of the tokens, as the claim `iss` has it, such as `https://app.terraform.io`. AWS has to reach it from the internet. */
  readonly issuer: string;

  /** The audience, as the claim `aud` has it, such as `aws.workload.identity`. */
  readonly audience: string;

  /** The subjects, as the claim `sub` has them. */
  readonly subjects: Subjects;

  /**
   * The ARN of the issuer's OIDC provider, if this account has it already. An account can have only one for each issuer.
   * @default the stack makes one
   */
  readonly providerArn?: string | undefined;
}

const OIDC: PropsOf<OidcIssuer> = { issuer: "text!", audience: "text!", subjects: "object!", providerArn: "text" };

export function oidcTokens(prop: string, oidc: OidcIssuer): TokenRules {
  checkKnownProps(prop, oidc, OIDC);
  const { issuer, audience, subjects, providerArn } = oidc;
  checkTokens(prop, oidc);
  return {
    issuer,
    audience,
    providerArn,
    environments: Object.keys(subjects.deploy),
    plan: { equals: { sub: subjects.plan } },
    deploy: (environment) => ({ equals: { sub: subjectsOf(prop, subjects, environment) } }),
  };
}
