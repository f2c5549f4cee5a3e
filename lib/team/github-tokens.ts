import { checkProp } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import {
  AUDIENCE,
  checkBranches,
  checkExact,
  checkTokens,
  hostOf,
  subjectsOf,
  TOKEN_OPTIONS,
  type TokenOptions,
  type TokenRule,
  type TokenRules,
} from "./token-rules";

/** A repository whose workflows deploy and plan. */
export interface GitHubRepository extends TokenOptions {
  /** The owner and the name, such as `acme/ai-keys`, with the capital letters that GitHub shows. */
  readonly repository: string;

  /**
   * The numbers of the repository and its owner, which a repository of the same name would not have. This command prints them:
   * `gh api repos/acme/ai-keys --jq '{repository: .id, owner: .owner.id}'`. Only GitHub Enterprise Server goes without them.
   * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
   * @default none: synth asks for them
   */
  readonly ids?: { readonly repository: number; readonly owner: number } | undefined;

  /**
   * The protected branch. Its workflows may deploy to the environments, and its scheduled workflows may plan.
   * @default "main"
   */
  readonly branch?: string | undefined;

  /**
   * The protected branches of single environments, by the stacks' environments in lower case, such as `{ staging: "develop" }`.
   * @default {}: all are deployed from `branch`
   */
  readonly branches?: Readonly<Record<string, string>> | undefined;

  /**
   * GitHub's own names of the environments, by the stacks' environments in lower case, such as `{ production: "prod/eu" }`.
   * @default {}: GitHub's environments have the names of the stacks' environments in lower case
   */
  readonly environments?: Readonly<Record<string, string>> | undefined;
}

const REPOSITORY: PropsOf<GitHubRepository> = {
  ...TOKEN_OPTIONS,
  repository: "text!",
  ids: "object",
  branch: "text",
  branches: "object",
  environments: "object",
};

const ISSUER = "https://token.actions.githubusercontent.com";

/** The repository of `main.ts` as it comes, with the numbers of GitHub's documentation. Beside another name they are left over. */
const EXAMPLE = { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } };

/**
 * Of these issuers AWS knows more claims than audience and subject: of github.com, of an enterprise with an issuer of its own, and of
 * ghe.com. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html#awssecuritytokenservice-policy-keys
 */
const WITH_CLAIMS = /^https:\/\/token\.actions\.(githubusercontent\.com(\/[\w-]+)?|[a-z0-9-]+\.ghe\.com)$/;

const ENTERPRISE_SERVER = /\/_services\/token$/;

/**
 * The tokens of one repository: https://docs.github.com/en/actions/reference/security/oidc
 *
 * A deploy needs the environment and the branch, so that an environment that nobody protected is no way in. GitHub puts the numbers into the
 * subjects of repositories that were made, renamed or transferred since 15 July 2026. Both forms of the subject are trusted, with the
 * numbers in claims of their own. Of GitHub Enterprise Server, AWS knows the subject alone, which has the names and the environment.
 */
export function gitHubTokens(prop: string, github: GitHubRepository): TokenRules {
  checkKnownProps(prop, github, REPOSITORY);
  const { repository, ids, branch = "main", branches = {}, environments = {}, issuer = ISSUER, audience = AUDIENCE, subjects } = github;
  checkTokens(prop, { ...github, issuer });
  checkRepository(prop, github, issuer);
  checkBranches(prop, branch, branches);
  for (const [environment, name] of Object.entries(environments)) {
    checkExact(`${prop}.environments.${environment}`, name, "be one environment such as production");
  }

  const withClaims = WITH_CLAIMS.test(issuer);
  const [owner, name] = repository.split("/");
  const immutable = ids ? [`${owner}@${ids.owner}/${name}@${ids.repository}`] : [];
  const known = withClaims || !ids ? [repository, ...immutable] : immutable;
  const sub = (...contexts: readonly string[]) => known.flatMap((form) => contexts.map((context) => `repo:${form}:${context}`));
  const numbers: TokenRule["equals"] =
    withClaims && ids ? { repository_id: [`${ids.repository}`], repository_owner_id: [`${ids.owner}`] } : {};

  return {
    issuer,
    audience,
    providerArn: github.providerArn,
    environments: Object.keys({ ...branches, ...environments, ...subjects?.deploy }),
    plan: { equals: { sub: subjects?.plan ?? sub("pull_request", `ref:refs/heads/${branch}`), ...numbers } },
    deploy: (environment) => ({
      equals: {
        sub: subjects
          ? subjectsOf(prop, subjects, environment)
          : sub(`environment:${(environments[environment] ?? environment).replaceAll(":", "%3A")}`),
        ...(withClaims && { ref: [`refs/heads/${branches[environment] ?? branch}`] }),
        ...numbers,
      },
    }),
  };
}

function checkRepository(prop: string, { repository, ids }: GitHubRepository, issuer: string): void {
  checkProp(
    `${prop}.repository`,
    /^\w[\w-]{0,38}\/[\w.-]{1,100}$/.test(repository),
    "be one repository such as acme/ai-keys, without wildcards",
    repository,
  );
  if (ENTERPRISE_SERVER.test(issuer)) {
    checkProp(`${prop}.ids`, ids === undefined, "be left out for GitHub Enterprise Server, whose subjects have no numbers", ids);
    return;
  }
  const numbers = ids ? [ids.repository, ids.owner] : [];
  const areNumbers = ids !== undefined && numbers.every((id) => Number.isSafeInteger(id) && id > 0);
  const areLeftOver = repository !== EXAMPLE.repository && ids?.repository === EXAMPLE.ids.repository && ids.owner === EXAMPLE.ids.owner;
  const [, host] = hostOf(issuer).match(/^token\.actions\.(.+\.ghe\.com)/) ?? [];
  const command = `gh api ${host ? `--hostname ${host} ` : ""}repos/${repository} --jq '{repository: .id, owner: .owner.id}'`;
  checkProp(
    `${prop}.ids`,
    areNumbers && !areLeftOver,
    `be the numbers of ${repository} and its owner, which GitHub's tokens have; this command prints them: ${command}`,
    ids,
  );
}
