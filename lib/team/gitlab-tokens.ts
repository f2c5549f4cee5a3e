import { checkProp } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { AUDIENCE, checkBranches, checkTokens, subjectsOf, TOKEN_OPTIONS, type TokenOptions, type TokenRules } from "./token-rules";

/** A project whose pipelines deploy and plan. */
export interface GitLabProject extends TokenOptions {
  /** The path with all groups, such as `acme/ai-keys`, as the project's address has it. */
  readonly project: string;

  /**
   * The protected branch. Its pipelines may deploy.
   * @default "main"
   */
  readonly branch?: string | undefined;

  /**
   * The protected branches of single environments, by the stacks' environments in lower case, such as `{ staging: "develop" }`. The subjects
   * that GitLab makes by itself name the branch and no environment, so two environments need two branches, or `subjects`.
   * @default {}: all are deployed from `branch`
   */
  readonly branches?: Readonly<Record<string, string>> | undefined;
}

const PROJECT: PropsOf<GitLabProject> = { ...TOKEN_OPTIONS, project: "text!", branch: "text", branches: "object" };

const ISSUER = "https://gitlab.com";

/**
 * The tokens of one project: https://docs.gitlab.com/ci/secrets/id_token_authentication/
 *
 * A plan may come from each branch, as the token of a merge request names its source branch. A merge request from a fork has the fork's
 * path. Of gitlab.com alone, AWS knows whether GitLab protects the branch:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html#awssecuritytokenservice-policy-keys
 */
export function gitLabTokens(prop: string, gitlab: GitLabProject): TokenRules {
  checkKnownProps(prop, gitlab, PROJECT);
  const { project, branch = "main", branches = {}, issuer = ISSUER, audience = AUDIENCE, subjects } = gitlab;
  checkTokens(prop, { ...gitlab, issuer });
  checkProp(
    `${prop}.project`,
    /^\w[\w.-]*(\/\w[\w.-]*)+$/.test(project),
    "be one project such as acme/ai-keys, without wildcards",
    project,
  );
  checkBranches(prop, branch, branches);

  const sub = (ref: string) => [`project_path:${project}:ref_type:branch:ref:${ref}`];
  return {
    issuer,
    audience,
    providerArn: gitlab.providerArn,
    environments: Object.keys({ ...branches, ...subjects?.deploy }),
    plan: subjects ? { equals: { sub: subjects.plan } } : { equals: {}, like: { sub: sub("*") } },
    deploy: (environment) => ({
      equals: {
        sub: subjects ? subjectsOf(prop, subjects, environment) : sub(branches[environment] ?? branch),
        ...(issuer === ISSUER && { ref_protected: ["true"] }),
      },
    }),
  };
}
