import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Construct } from "constructs";
import { accountRootOf } from "../arn";
import { checkPrincipals } from "../checks";
import { propOf } from "../prop-of";
import { refuse } from "../refuse";
import { type GitHubRepository, gitHubTokens } from "./github-tokens";
import { type GitLabProject, gitLabTokens } from "./gitlab-tokens";
import { type OidcIssuer, oidcTokens } from "./oidc-tokens";
import type { TokenRules } from "./token-rules";
import { TokenTrust } from "./token-trust";

/** Who may assume the roles. One of `github`, `gitlab` and `oidc` says whose jobs may. */
export interface TrustProps {
  /**
   * The GitHub repository whose workflows deploy and plan.
   * @default another CI does
   */
  readonly github?: GitHubRepository | undefined;

  /**
   * The GitLab project whose pipelines deploy and plan.
   * @default another CI does
   */
  readonly gitlab?: GitLabProject | undefined;

  /**
   * Any other issuer of OIDC tokens whose jobs deploy and plan.
   * @default another CI does
   */
  readonly oidc?: OidcIssuer | undefined;

  /**
   * The ARNs of the roles and users that may assume the ops role.
   * @default all roles and users of this account whose own policies allow it
   */
  readonly ops?: readonly string[] | undefined;
}

/** The trust policies of the roles, as JSON. */
export interface Trust {
  /** For jobs that deploy an environment, and no other. @param environment a stack's environment, in lower case */
  deploy(environment: string): string;
  /** For jobs that plan. */
  plan(): string;
  /** For the people who look after the keys. */
  ops(): string;
}

/**
 * @param ownArn the ARN of a principal of this account
 * @throws Error for a prop that breaks its rule
 */
export function trustOf(stack: Construct, props: TrustProps, ownArn: string): Trust {
  const { ops } = props;
  checkPrincipals(propOf(stack, "ops"), ops ?? []);
  const given = Object.entries(tokensOf(stack, props));
  const [ci] = given;
  if (!ci || given.length > 1) {
    refuse(`${propOf(stack)} must have one of github, gitlab and oidc; got ${given.map(([name]) => name).join(" and ") || "none"}`);
  }
  const jobs = new TokenTrust(stack, ...ci);
  return {
    deploy: (environment) => jobs.deploy(environment),
    plan: () => jobs.plan(),
    ops: () => opsTrust(stack, ownArn, ops),
  };
}

/** The tokens of the CI, by the construct's id. */
function tokensOf(stack: Construct, { github, gitlab, oidc }: TrustProps): Readonly<Record<string, TokenRules>> {
  return {
    ...(github && { github: gitHubTokens(propOf(stack, "github"), github) }),
    ...(gitlab && { gitlab: gitLabTokens(propOf(stack, "gitlab"), gitlab) }),
    ...(oidc && { oidc: oidcTokens(propOf(stack, "oidc"), oidc) }),
  };
}

/** The principals are in a condition, so that a deleted one does not break later deploys. */
function opsTrust(stack: Construct, ownArn: string, ops: readonly string[] | undefined): string {
  const accountRoots = ops ? [...new Set(ops.map(accountRootOf))] : [accountRootOf(ownArn)];
  return new DataAwsIamPolicyDocument(stack, "ops-trust", {
    statement: [
      {
        effect: "Allow",
        principals: [{ type: "AWS", identifiers: accountRoots }],
        actions: ["sts:AssumeRole"],
        condition: ops && [{ test: "ArnLike", variable: "aws:PrincipalArn", values: [...ops] }],
      },
    ],
  }).json;
}
