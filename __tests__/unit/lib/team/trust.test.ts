import type { GitHubRepository, GitLabProject, OidcIssuer } from "../../../../lib";
import { type Trust, type TrustProps, trustOf } from "../../../../lib/team/trust";
import type { PolicyDocument } from "../../../support/aws-records";
import { type IdentityToken, providerArnOf } from "../../../support/identity-token";
import { tokenRefusal } from "../../../support/policy-evaluator";
import { ACCOUNT } from "../../../support/policy-matrix";
import { type PolicyStatement, renderedPolicy } from "../../../support/rendered-policy";
import { OwnStack, resources, synthesized } from "../../../support/synthesized";

const IDS = { repository: 456789, owner: 123456 };
const GITHUB: GitHubRepository = { repository: "acme/ai-keys", ids: IDS };
const SERVER = "https://github.acme.com/_services/token";

const gitHub = (github: Partial<GitHubRepository> = {}): TrustProps => ({ github: { ...GITHUB, ...github } });
const server = (github: Partial<GitHubRepository> = {}) => gitHub({ issuer: SERVER, ids: undefined, ...github });
const gitLab = (gitlab: Partial<GitLabProject> = {}): TrustProps => ({ gitlab: { project: "acme/team/ai-keys", ...gitlab } });
const TERRAFORM: OidcIssuer = {
  issuer: "https://app.terraform.io",
  audience: "aws.workload.identity",
  subjects: {
    plan: ["organization:acme:project:ai:workspace:keys:run_phase:plan"],
    deploy: { production: ["organization:acme:project:ai:workspace:keys:run_phase:apply"] },
  },
};

/** A stack with trust, and what was asked of it. */
function stackWith(props: TrustProps, ask: (trust: Trust) => unknown = (trust) => [trust.deploy("production"), trust.plan()]) {
  const stack = new OwnStack();
  ask(trustOf(stack, props, `arn:aws:iam::${ACCOUNT}:user/administrator`));
  return stack;
}

/** The trust policy of a role, as AWS would have it: `plan`, or `deploy-` and an environment. */
function trustPolicy(props: TrustProps, role: string, environments = ["production"]): PolicyDocument {
  const stack = stackWith(props, (trust) => [trust.plan(), ...environments.map((environment) => trust.deploy(environment))]);
  const [{ url }] = resources(stack, "aws_iam_openid_connect_provider");
  const documents = Object.entries<{ statement: PolicyStatement[] }>(synthesized(stack).data.aws_iam_policy_document);
  const { statement = [] } = documents.find(([id]) => id.includes(`_${role}_`))?.[1] ?? {};
  const json = JSON.stringify(renderedPolicy(statement));
  return JSON.parse(json.replaceAll(/\$\{aws_iam_openid_connect_provider\.[\w-]+\.arn\}/g, providerArnOf(url)));
}

type Claims = Readonly<Record<string, string>>;

/** A token of GitHub's that deploys the environment production. */
const ON_GITHUB: IdentityToken = {
  iss: "https://token.actions.githubusercontent.com",
  aud: "sts.amazonaws.com",
  sub: "repo:acme@123456/ai-keys@456789:environment:production",
  environment: "production",
  ref: "refs/heads/main",
  repository: "acme/ai-keys",
  repository_id: "456789",
  repository_owner_id: "123456",
};
const BY_NAME = { sub: "repo:acme/ai-keys:environment:production" };

/** One that plans a pull request. */
const PULL_REQUEST = { sub: "repo:acme@123456/ai-keys@456789:pull_request", environment: "", ref: "refs/pull/7/merge" };

const ON_SERVER: IdentityToken = { ...ON_GITHUB, ...BY_NAME, iss: SERVER, repository_id: "7", repository_owner_id: "8" };

const ON_GITLAB: IdentityToken = {
  iss: "https://gitlab.com",
  aud: "sts.amazonaws.com",
  sub: "project_path:acme/team/ai-keys:ref_type:branch:ref:main",
  project_path: "acme/team/ai-keys",
  ref_type: "branch",
  ref: "main",
  ref_protected: "true",
};

const ON_TERRAFORM: IdentityToken = {
  iss: TERRAFORM.issuer,
  aud: TERRAFORM.audience,
  sub: "organization:acme:project:ai:workspace:keys:run_phase:apply",
};

interface Form {
  readonly form: string;
  readonly props: TrustProps;
  readonly role: string;
  readonly environments?: string[];
  /** A token that is let in. */
  readonly token: IdentityToken;
  /** What else the token may say. */
  readonly also?: Readonly<Record<string, Claims>>;
  /** What the token must not say. */
  readonly not: Readonly<Record<string, Claims>>;
}

const ELSEWHERE = { "of another issuer": { iss: "https://token.actions.example.ghe.com" }, "for another audience": { aud: "example.com" } };

const FORMS: readonly Form[] = [
  {
    form: "GitHub",
    props: gitHub(),
    role: "deploy-production",
    token: ON_GITHUB,
    also: { "of a repository from before 15 July 2026": BY_NAME },
    not: {
      ...ELSEWHERE,
      "of a new repository with the old one's names": { ...BY_NAME, repository_id: "999999" },
      "of a new owner with the old one's name": { ...BY_NAME, repository_owner_id: "999999" },
      "of another repository": { sub: "repo:acme@123456/other@111111:environment:production", repository_id: "111111" },
      "of another branch that uses the environment": { ref: "refs/heads/feature" },
      "of a tag named as the branch": { ref: "refs/tags/main" },
      "of a pull request": PULL_REQUEST,
      "of the branch without the environment": { sub: "repo:acme@123456/ai-keys@456789:ref:refs/heads/main" },
      "of another environment": { sub: "repo:acme@123456/ai-keys@456789:environment:staging" },
    },
  },
  {
    form: "GitHub",
    props: gitHub(),
    role: "plan",
    token: { ...ON_GITHUB, ...PULL_REQUEST },
    also: {
      "of the protected branch": { sub: "repo:acme@123456/ai-keys@456789:ref:refs/heads/main", ref: "refs/heads/main" },
      "of a repository from before 15 July 2026": { sub: "repo:acme/ai-keys:pull_request" },
    },
    not: {
      ...ELSEWHERE,
      "of a new repository with the old one's names": { sub: "repo:acme/ai-keys:pull_request", repository_id: "999999" },
      "of another repository": { sub: "repo:acme@123456/other@111111:pull_request", repository_id: "111111" },
      "of another branch": { sub: "repo:acme@123456/ai-keys@456789:ref:refs/heads/feature", ref: "refs/heads/feature" },
      "of an environment": { sub: "repo:acme@123456/ai-keys@456789:environment:production" },
    },
  },
  {
    form: "GitHub, one environment of two, from a branch of its own",
    props: gitHub({ branches: { staging: "develop" } }),
    role: "deploy-staging",
    environments: ["production", "staging"],
    token: { ...ON_GITHUB, sub: "repo:acme@123456/ai-keys@456789:environment:staging", ref: "refs/heads/develop" },
    not: {
      ...ELSEWHERE,
      "of the other environment": { sub: ON_GITHUB.sub, ref: "refs/heads/main" },
      "of the other environment, from this one's branch": { sub: ON_GITHUB.sub },
      "from the other environment's branch": { ref: "refs/heads/main" },
    },
  },
  {
    form: "GitHub, with an environment prod/eu:1, a branch release#1 and an owner octocat_acme",
    props: gitHub({
      repository: "octocat_acme/ai.keys",
      ids: { repository: 987, owner: 654 },
      branch: "release#1",
      environments: { production: "prod/eu:1" },
    }),
    role: "deploy-production",
    token: {
      ...ON_GITHUB,
      sub: "repo:octocat_acme@654/ai.keys@987:environment:prod/eu%3A1",
      ref: "refs/heads/release#1",
      repository_id: "987",
      repository_owner_id: "654",
    },
    not: {
      ...ELSEWHERE,
      "of the environment without its colon": { sub: "repo:octocat_acme@654/ai.keys@987:environment:prod/eu" },
      "of the environment named as the stack's": { sub: "repo:octocat_acme@654/ai.keys@987:environment:production" },
      "of another branch": { ref: "refs/heads/release" },
      "of another owner": { sub: "repo:octocat@655/ai.keys@987:environment:prod/eu%3A1", repository_owner_id: "655" },
      "of a repository that a pattern would let in": { sub: "repo:octocat_acme@654/ai-keys@987:environment:prod/eu%3A1" },
    },
  },
  {
    form: "GitHub, with an own template of subjects",
    props: gitHub({
      subjects: {
        plan: ["repo:acme@123456/ai-keys@456789:pull_request:job_workflow_ref:acme/ci/.github/workflows/plan.yml@refs/heads/main"],
        deploy: {
          production: [
            "repo:acme@123456/ai-keys@456789:environment:production:job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main",
          ],
        },
      },
    }),
    role: "deploy-production",
    token: { ...ON_GITHUB, sub: `${ON_GITHUB.sub}:job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main` },
    not: {
      ...ELSEWHERE,
      "with the default subject": { sub: ON_GITHUB.sub },
      "of another workflow": { sub: `${ON_GITHUB.sub}:job_workflow_ref:acme/ai-keys/.github/workflows/own.yml@refs/heads/main` },
      "of the workflow for plans": { sub: `${ON_GITHUB.sub}:job_workflow_ref:acme/ci/.github/workflows/plan.yml@refs/heads/main` },
      "of another branch": { ref: "refs/heads/feature" },
      "of a new repository with the old one's names": { repository_id: "999999" },
    },
  },
  {
    form: "GitHub for AWS in China",
    props: gitHub({ audience: "sts.amazonaws.com.cn" }),
    role: "deploy-production",
    token: { ...ON_GITHUB, aud: "sts.amazonaws.com.cn" },
    not: {
      "for the audience of other partitions": { aud: "sts.amazonaws.com" },
      "of another issuer": ELSEWHERE["of another issuer"],
      "of another branch": { ref: "refs/heads/feature" },
      "of another environment": { sub: "repo:acme@123456/ai-keys@456789:environment:staging" },
      "of a new repository with the old one's names": { ...BY_NAME, repository_id: "999999" },
    },
  },
  {
    form: "an enterprise with an issuer of its own",
    props: gitHub({ issuer: "https://token.actions.githubusercontent.com/octocat-inc" }),
    role: "deploy-production",
    token: { ...ON_GITHUB, iss: "https://token.actions.githubusercontent.com/octocat-inc" },
    also: { "of a repository from before 15 July 2026": BY_NAME },
    not: {
      "of GitHub's common issuer": { iss: ON_GITHUB.iss },
      "of another enterprise": { iss: "https://token.actions.githubusercontent.com/other-inc" },
      "for another audience": ELSEWHERE["for another audience"],
      "of another branch": { ref: "refs/heads/feature" },
      "of a new repository with the old one's names": { ...BY_NAME, repository_id: "999999" },
      "of another environment": { sub: "repo:acme@123456/ai-keys@456789:environment:staging" },
    },
  },
  {
    form: "ghe.com",
    props: gitHub({ issuer: "https://token.actions.octocorp.ghe.com" }),
    role: "deploy-production",
    token: { ...ON_GITHUB, iss: "https://token.actions.octocorp.ghe.com" },
    also: { "with names alone in the subject": BY_NAME },
    not: {
      ...ELSEWHERE,
      "of github.com": { iss: ON_GITHUB.iss },
      "of another branch": { ref: "refs/heads/feature" },
      "of a new repository with the old one's names": { ...BY_NAME, repository_id: "999999" },
      "of another environment": { sub: "repo:acme@123456/ai-keys@456789:environment:staging" },
    },
  },
  {
    form: "ghe.com with the enterprise in the issuer, of which AWS knows the subject alone",
    props: gitHub({ issuer: "https://token.actions.octocorp.ghe.com/octocorp" }),
    role: "deploy-production",
    token: { ...ON_GITHUB, iss: "https://token.actions.octocorp.ghe.com/octocorp" },
    not: {
      ...ELSEWHERE,
      "of the issuer without the enterprise": { iss: "https://token.actions.octocorp.ghe.com" },
      "with names alone": BY_NAME,
      "of another environment": { sub: "repo:acme@123456/ai-keys@456789:environment:staging" },
      "of a new repository with the old one's names": { sub: "repo:acme@123456/ai-keys@999999:environment:production" },
    },
  },
  {
    form: "GitHub Enterprise Server",
    props: server(),
    role: "deploy-production",
    token: ON_SERVER,
    not: {
      "of github.com": { iss: ON_GITHUB.iss },
      "of another server": { iss: "https://github.example.com/_services/token" },
      "for another audience": ELSEWHERE["for another audience"],
      "of another repository": { sub: "repo:acme/other:environment:production" },
      "of another environment": { sub: "repo:acme/ai-keys:environment:staging" },
      "of a pull request": { sub: "repo:acme/ai-keys:pull_request" },
    },
  },
  {
    form: "GitHub Enterprise Server",
    props: server(),
    role: "plan",
    token: { ...ON_SERVER, sub: "repo:acme/ai-keys:pull_request" },
    also: { "of the protected branch": { sub: "repo:acme/ai-keys:ref:refs/heads/main" } },
    not: {
      "of github.com": { iss: ON_GITHUB.iss },
      "for another audience": ELSEWHERE["for another audience"],
      "of another repository": { sub: "repo:acme/other:pull_request" },
      "of another branch": { sub: "repo:acme/ai-keys:ref:refs/heads/feature" },
      "of an environment": { sub: "repo:acme/ai-keys:environment:production" },
    },
  },
  {
    form: "GitHub Enterprise Server, with the branch in an own template of subjects",
    props: server({
      subjects: {
        plan: ["repo:acme/ai-keys:ref:refs/heads/main:ref:refs/heads/main"],
        deploy: { production: ["repo:acme/ai-keys:environment:production:ref:refs/heads/main"] },
      },
    }),
    role: "deploy-production",
    token: { ...ON_SERVER, sub: "repo:acme/ai-keys:environment:production:ref:refs/heads/main" },
    not: {
      ...ELSEWHERE,
      "of another branch": { sub: "repo:acme/ai-keys:environment:production:ref:refs/heads/feature" },
      "of another environment": { sub: "repo:acme/ai-keys:environment:staging:ref:refs/heads/main" },
      "with the default subject": { sub: "repo:acme/ai-keys:environment:production" },
    },
  },
  {
    form: "gitlab.com",
    props: gitLab(),
    role: "deploy-production",
    token: ON_GITLAB,
    not: {
      "of another issuer": { iss: "https://gitlab.example.com" },
      "for another audience": ELSEWHERE["for another audience"],
      "of a branch that is not protected": { ref_protected: "false" },
      "of another branch": { sub: "project_path:acme/team/ai-keys:ref_type:branch:ref:feature" },
      "of a tag named as the branch": { sub: "project_path:acme/team/ai-keys:ref_type:tag:ref:main" },
      "of another project": { sub: "project_path:acme/team/other:ref_type:branch:ref:main" },
      "of a fork": { sub: "project_path:mallory/ai-keys:ref_type:branch:ref:main" },
    },
  },
  {
    form: "gitlab.com",
    props: gitLab(),
    role: "plan",
    token: { ...ON_GITLAB, sub: "project_path:acme/team/ai-keys:ref_type:branch:ref:feature/7", ref_protected: "false" },
    also: { "of the protected branch": { sub: ON_GITLAB.sub, ref_protected: "true" } },
    not: {
      "of another issuer": { iss: "https://gitlab.example.com" },
      "for another audience": ELSEWHERE["for another audience"],
      "of a tag": { sub: "project_path:acme/team/ai-keys:ref_type:tag:ref:v1" },
      "of another project": { sub: "project_path:acme/team/other:ref_type:branch:ref:main" },
      "of a project below this one's path": { sub: "project_path:acme/team/ai-keys/fork:ref_type:branch:ref:main" },
      "of a fork": { sub: "project_path:mallory/ai-keys:ref_type:branch:ref:feature/7" },
    },
  },
  {
    form: "gitlab.com, one environment of two, from a branch of its own",
    props: gitLab({ branches: { staging: "develop" } }),
    role: "deploy-staging",
    environments: ["production", "staging"],
    token: { ...ON_GITLAB, sub: "project_path:acme/team/ai-keys:ref_type:branch:ref:develop", ref: "develop" },
    not: {
      "of another issuer": { iss: "https://gitlab.example.com" },
      "for another audience": ELSEWHERE["for another audience"],
      "of the other environment's branch": { sub: ON_GITLAB.sub, ref: "main" },
      "of a branch that is not protected": { ref_protected: "false" },
      "of a fork": { sub: "project_path:mallory/ai-keys:ref_type:branch:ref:develop" },
    },
  },
  {
    form: "a GitLab of one's own, of which AWS knows the subject alone",
    props: gitLab({ issuer: "https://gitlab.example.com" }),
    role: "deploy-production",
    token: { ...ON_GITLAB, iss: "https://gitlab.example.com" },
    not: {
      "of gitlab.com": { iss: "https://gitlab.com" },
      "for another audience": ELSEWHERE["for another audience"],
      "of another branch": { sub: "project_path:acme/team/ai-keys:ref_type:branch:ref:feature" },
      "of a tag named as the branch": { sub: "project_path:acme/team/ai-keys:ref_type:tag:ref:main" },
      "of another project": { sub: "project_path:acme/team/other:ref_type:branch:ref:main" },
    },
  },
  {
    // GitLab has these parts since 18.7, as its page on ID tokens says: https://docs.gitlab.com/ci/secrets/id_token_authentication/
    form: "read, not run: a GitLab of one's own, with the protection and the tier in the subject",
    props: gitLab({
      issuer: "https://gitlab.example.com",
      subjects: {
        plan: ["project_path:acme/team/ai-keys:ref_protected:false", "project_path:acme/team/ai-keys:ref_protected:true"],
        deploy: {
          production: ["project_path:acme/team/ai-keys:ref_protected:true:deployment_tier:production"],
          staging: ["project_path:acme/team/ai-keys:ref_protected:true:deployment_tier:staging"],
        },
      },
    }),
    role: "deploy-production",
    environments: ["production", "staging"],
    token: {
      ...ON_GITLAB,
      iss: "https://gitlab.example.com",
      sub: "project_path:acme/team/ai-keys:ref_protected:true:deployment_tier:production",
    },
    not: {
      "of gitlab.com": { iss: "https://gitlab.com" },
      "for another audience": ELSEWHERE["for another audience"],
      "of a branch that is not protected": { sub: "project_path:acme/team/ai-keys:ref_protected:false:deployment_tier:production" },
      "of the other environment": { sub: "project_path:acme/team/ai-keys:ref_protected:true:deployment_tier:staging" },
      "of a job without an environment": { sub: "project_path:acme/team/ai-keys:ref_protected:true" },
    },
  },
  {
    form: "HCP Terraform, as any other issuer",
    props: { oidc: TERRAFORM },
    role: "deploy-production",
    token: ON_TERRAFORM,
    not: {
      ...ELSEWHERE,
      "of a plan": { sub: "organization:acme:project:ai:workspace:keys:run_phase:plan" },
      "of another workspace": { sub: "organization:acme:project:ai:workspace:other:run_phase:apply" },
      "of another organization": { sub: "organization:other:project:ai:workspace:keys:run_phase:apply" },
    },
  },
  {
    form: "HCP Terraform, as any other issuer",
    props: { oidc: TERRAFORM },
    role: "plan",
    token: { ...ON_TERRAFORM, sub: "organization:acme:project:ai:workspace:keys:run_phase:plan" },
    not: {
      ...ELSEWHERE,
      "of an apply": { sub: ON_TERRAFORM.sub },
      "of another workspace": { sub: "organization:acme:project:ai:workspace:other:run_phase:plan" },
      "of another organization": { sub: "organization:other:project:ai:workspace:keys:run_phase:plan" },
    },
  },
];

test.each(FORMS)(
  "$form: the role $role lets its tokens in, and at least five others not",
  async ({ props, role, environments, token, also = {}, not }) => {
    const trust = trustPolicy(props, role, environments);
    const decide = async (claims: Claims) =>
      (await tokenRefusal(trust, `arn:aws:iam::${ACCOUNT}:role/${role}`, { ...token, ...claims })) ?? "let in";
    const decisions = async (tokens: Readonly<Record<string, Claims>>) =>
      Object.fromEntries(await Promise.all(Object.entries(tokens).map(async ([what, claims]) => [what, await decide(claims)])));

    expect(await decide({})).toBe("let in");
    expect(await decisions(also)).toEqual(Object.fromEntries(Object.keys(also).map((what) => [what, "let in"])));
    const refused = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    expect(await decisions(not)).toEqual(Object.fromEntries(Object.keys(not).map((what) => [what, refused])));
    expect(Object.keys(not).length).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(trust).length).toBeLessThan(2_048); // characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  },
);

test("AWS refuses what it does not know: a condition on a claim of GitHub Enterprise Server could never be met", async () => {
  const Condition = { StringEquals: { "github.acme.com/_services/token:ref": "refs/heads/main" } };
  const Statement = [
    { Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: providerArnOf(SERVER) }, Condition },
  ];
  const trust: PolicyDocument = JSON.parse(JSON.stringify({ Version: "2012-10-17", Statement }));
  await expect(tokenRefusal(trust, `arn:aws:iam::${ACCOUNT}:role/deploy`, ON_SERVER)).rejects.toThrow(
    "has a condition on github.acme.com/_services/token:ref, which is not known here",
  );
});

test("patterns stand where nothing else can: in the subject of GitLab's plans", () => {
  const documents = (props: TrustProps) => JSON.stringify(synthesized(stackWith(props)).data.aws_iam_policy_document);
  for (const props of FORMS.filter(({ environments }) => !environments).map(({ props }) => props)) {
    const patterns = documents(props).match(/"[^"]*\*[^"]*"/g) ?? [];
    expect(patterns).toEqual(props.gitlab ? ['"project_path:acme/team/ai-keys:ref_type:branch:ref:*"'] : []);
  }
});

test("the account's provider is made, or referred to", () => {
  const provider = (props: TrustProps) => resources(stackWith(props), "aws_iam_openid_connect_provider");
  const providerArn = providerArnOf("https://gitlab.example.com");

  expect(provider(gitHub())).toMatchObject([{ url: "https://token.actions.githubusercontent.com", client_id_list: ["sts.amazonaws.com"] }]);
  expect(provider({ oidc: TERRAFORM })).toMatchObject([{ url: "https://app.terraform.io", client_id_list: ["aws.workload.identity"] }]);
  expect(provider(gitLab({ issuer: "https://gitlab.example.com", providerArn }))).toEqual([]);
});

test("an environment's trust can be asked for again", () => {
  const asked: string[] = [];
  stackWith(gitHub(), (trust) => asked.push(trust.deploy("production"), trust.deploy("production")));
  expect(asked[0]).toBe(asked[1]);
});

test("fails for two environments whose jobs have the same tokens", () => {
  const both = (trust: Trust) => [trust.deploy("production"), trust.deploy("staging")];
  const subjects = { plan: ["plan"], deploy: { production: ["a", "b"], staging: ["b", "c"] } };

  expect(() => stackWith(gitLab(), both)).toThrow(
    'gitlab must tell jobs of staging from those of production: give each environment a branch or subjects of its own; got ["project_path:acme/team/ai-keys:ref_type:branch:ref:main"] for both',
  );
  expect(() => stackWith({ oidc: { ...TERRAFORM, subjects } }, both)).toThrow("must tell jobs of staging from those of production");
  expect(() => stackWith(gitHub({ environments: { staging: "production" } }), both)).toThrow("must tell jobs of staging from");
  stackWith(gitHub(), both);
});

test("fails for an environment that is known at deploy only", () => {
  expect(() => stackWith(gitHub(), (trust) => trust.deploy("${var.environment}"))).toThrow(
    "environment must be a name that CI can have for it, without wildcards and variables",
  );
});

test("fails for an environment that no stack has", () => {
  for (const props of [gitHub({ environments: { prodution: "prod" } }), gitLab({ branches: { prodution: "main" } })]) {
    expect(() => synthesized(stackWith(props))).toThrow("names the environment prodution; its stacks have production");
  }
});

test("fails without an issuer, and with two", () => {
  expect(() => stackWith({})).toThrow("[own] must have one of github, gitlab and oidc; got none");
  expect(() => stackWith({ ...gitHub(), ...gitLab() })).toThrow("got github and gitlab");
});

test("fails without the repository's numbers, and for those of the example, and says the command that prints them", () => {
  const command = "this command prints them: gh api repos/octo/keys --jq '{repository: .id, owner: .owner.id}'; got";
  expect(() => stackWith(gitHub({ repository: "octo/keys", ids: undefined }))).toThrow(`${command} undefined`);
  expect(() => stackWith(gitHub({ repository: "octo/keys" }))).toThrow(`${command} {"repository":456789,"owner":123456}`);
  expect(() => stackWith(gitHub({ issuer: "https://token.actions.octocorp.ghe.com", ids: undefined }))).toThrow(
    "gh api --hostname octocorp.ghe.com repos/acme/ai-keys --jq",
  );
  stackWith(gitHub({ repository: "octo/keys", ids: { repository: 1, owner: 123456 } }));
});

test.each<[TrustProps, string]>([
  [gitHub({ repository: "acme/*" }), "github.repository must be one repository such as acme/ai-keys, without wildcards"],
  [gitHub({ repository: "*" }), "github.repository"],
  [gitHub({ repository: "acme" }), "github.repository"],
  [gitHub({ repository: "acme/a:pull_request" }), "github.repository"],
  [gitHub({ branch: "release/*" }), "github.branch must be one branch such as main, without wildcards"],
  [gitHub({ branch: "refs/heads/main" }), "github.branch must be one branch such as main"],
  [gitHub({ branch: "a${b}" }), "github.branch must be one branch such as main, without wildcards and variables"],
  [gitHub({ branches: { production: "a b" } }), "github.branches.production must be one branch"],
  [gitHub({ environments: { production: "*" } }), "github.environments.production must be one environment"],
  [gitHub({ environments: { production: "" } }), "github.environments.production must be one environment"],
  [gitHub({ environments: { production: "%{if}" } }), "github.environments.production must be one environment"],
  [gitHub({ ids: { repository: 0, owner: 1 } }), "github.ids must be the numbers of acme/ai-keys"],
  [gitHub({ ids: { repository: 1.5, owner: 1 } }), "github.ids must be the numbers of acme/ai-keys"],
  [server({ ids: IDS }), "github.ids must be left out for GitHub Enterprise Server"],
  [gitHub({ issuer: "http://github.acme.com/_services/token" }), "github.issuer must be the claim iss of the tokens"],
  [gitHub({ issuer: "https://github.acme.com:8443/_services/token" }), "github.issuer"],
  [gitHub({ audience: "*" }), "github.audience must be the claim aud of the tokens"],
  [
    gitHub({ subjects: { plan: ["repo:acme/*"], deploy: {} } }),
    "github.subjects must be the claim sub of the tokens for plan, without wildcards",
  ],
  [gitHub({ subjects: { plan: ["plan"], deploy: {} } }), "github.subjects.deploy must have the subjects of production; got {}"],
  [gitHub({ providerArn: "arn:aws:iam::111122223333:role/x" }), "github.providerArn must be an ARN"],
  [gitHub({ providerArn: providerArnOf("https://gitlab.com") }), "github.providerArn must be an ARN"],
  [gitLab({ project: "acme" }), "gitlab.project must be one project such as acme/ai-keys"],
  [gitLab({ project: "acme/*" }), "gitlab.project"],
  [gitLab({ project: "acme/keys:ref_type:branch:ref:main" }), "gitlab.project"],
  [gitLab({ branch: "*" }), "gitlab.branch must be one branch"],
  [gitLab({ branches: { production: "?" } }), "gitlab.branches.production must be one branch"],
  [gitLab({ issuer: "https://gitlab.example.com/" }), "gitlab.issuer must be the claim iss of the tokens"],
  [{ oidc: { ...TERRAFORM, issuer: "app.terraform.io" } }, "oidc.issuer must be the claim iss of the tokens"],
  [{ oidc: { ...TERRAFORM, subjects: { ...TERRAFORM.subjects, plan: [] } } }, "oidc.subjects must have at least one subject for each role"],
  [
    { oidc: { ...TERRAFORM, subjects: { ...TERRAFORM.subjects, deploy: { production: ["*"] } } } },
    "the claim sub of the tokens for production",
  ],
])("fails for %j", (props, message) => {
  expect(() => stackWith(props)).toThrow(message);
});
