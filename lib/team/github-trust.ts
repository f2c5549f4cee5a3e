import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct } from "constructs";
import { checkArn } from "../arn";
import { checkProp } from "../check-prop";

const ISSUER = "token.actions.githubusercontent.com";

const AUDIENCE = "sts.amazonaws.com";

/** A repository whose workflows deploy and plan. */
export interface GitHubRepository {
  /** The owner and the name, such as `acme/ai-keys`, with the capital letters that GitHub shows. */
  readonly repository: string;

  /**
   * The ids of the repository and its owner. GitHub puts them into the tokens of each repository that was made or renamed since 15 July
   * 2026. This command prints them: `gh api repos/acme/ai-keys --jq '{repository: .id, owner: .owner.id}'`.
   * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
   * @default the roles trust tokens that have the names only
   */
  readonly ids?: { readonly repository: number; readonly owner: number };

  /**
   * The protected branch. Its scheduled workflows may plan.
   * @default "main"
   */
  readonly branch?: string;

  /**
   * The protected environment. Its workflows may deploy.
   * @default the environment of the stacks, in lower case, such as "production"
   */
  readonly environment?: string;

  /**
   * The ARN of GitHub's OIDC provider, if this account has it already. An account can have only one.
   * @default the stack makes one
   */
  readonly providerArn?: string;
}

/**
 * The trust policies by which workflows of one repository assume roles, without a stored credential. They compare audience and subject
 * exactly, so that no pattern can match another repository.
 *
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export class GitHubTrust extends Construct {
  private readonly providerArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly github: GitHubRepository,
  ) {
    super(scope, id);
    checkGitHub(github);
    this.providerArn =
      github.providerArn ?? new IamOpenidConnectProvider(this, "provider", { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] }).arn;
  }

  /**
   * The trust policy of a role for workflows of one protected environment.
   *
   * @param label the environment in ids; undefined where there is no other one
   */
  public forEnvironment(name: string, label?: string): string {
    const { environment = name } = this.github;
    checkProp(
      "BootstrapStack.github.environment",
      label === undefined || environment === name,
      "be left out, where the stacks are of several environments",
      environment,
    );
    return this.document(label === undefined ? "environment" : `environment-${label}`, [`environment:${environment}`]);
  }

  /** The trust policy of the role for pull requests and for the protected branch. */
  public forPullRequests(): string {
    return this.document("pull-requests", ["pull_request", `ref:refs/heads/${this.github.branch ?? "main"}`]);
  }

  private document(id: string, contexts: readonly string[]): string {
    return new DataAwsIamPolicyDocument(this, id, {
      statement: [
        {
          effect: "Allow",
          principals: [{ type: "Federated", identifiers: [this.providerArn] }],
          actions: ["sts:AssumeRoleWithWebIdentity"],
          condition: [
            { test: "StringEquals", variable: `${ISSUER}:aud`, values: [AUDIENCE] },
            { test: "StringEquals", variable: `${ISSUER}:sub`, values: this.subjects(contexts) },
          ],
        },
      ],
    }).json;
  }

  /** The subjects of the tokens: with the repository's name, and also with its ids if they are given. */
  private subjects(contexts: readonly string[]): string[] {
    const { repository, ids } = this.github;
    const [owner, name] = repository.split("/");
    const repositories = ids ? [repository, `${owner}@${ids.owner}/${name}@${ids.repository}`] : [repository];
    return repositories.flatMap((known) => contexts.map((context) => `repo:${known}:${context}`));
  }
}

function checkGitHub({ repository, ids, branch = "main", environment = "production", providerArn }: GitHubRepository): void {
  checkProp(
    "BootstrapStack.github.repository",
    /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[\w.-]{1,100}$/.test(repository),
    "be one repository such as acme/ai-keys, without wildcards",
    repository,
  );
  for (const id of ids ? [ids.repository, ids.owner] : []) {
    checkProp("BootstrapStack.github.ids", Number.isSafeInteger(id) && id > 0, "be GitHub's numbers of the repository and its owner", ids);
  }
  checkProp("BootstrapStack.github.branch", /^[\w./-]+$/.test(branch), "be one branch such as main, without wildcards", branch);
  checkProp(
    "BootstrapStack.github.environment",
    /^[\w. -]+$/.test(environment),
    "be one environment such as production: letters, digits, spaces and ._-",
    environment,
  );
  if (providerArn !== undefined) {
    const example = `arn:aws:iam::111122223333:oidc-provider/${ISSUER}`;
    checkArn(
      "BootstrapStack.github.providerArn",
      providerArn,
      /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
      example,
    );
  }
}
