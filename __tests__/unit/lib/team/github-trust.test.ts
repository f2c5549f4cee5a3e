import { type GitHubRepository, GitHubTrust } from "../../../../lib/team/github-trust";
import { OwnStack, resources, synthesized } from "../../../support/synthesized";

function trustWith(github: Partial<GitHubRepository> = {}) {
  const stack = new OwnStack();
  const trust = new GitHubTrust(stack, "github", { repository: "acme/ai-keys", ...github });
  trust.forEnvironment("production");
  trust.forPullRequests();
  return stack;
}

/** Who may assume a role, by the values of `sub`. */
function subjects(github: Partial<GitHubRepository> = {}): string[][] {
  const documents = Object.values<{ statement: { condition: { variable: string; values: string[] }[] }[] }>(
    synthesized(trustWith(github)).data.aws_iam_policy_document,
  );
  return documents.map(({ statement }) => statement[0]?.condition.find(({ variable }) => variable.endsWith(":sub"))?.values ?? []);
}

test("a deploy comes from the protected environment, a plan from a pull request or the protected branch", () => {
  expect(subjects()).toEqual([
    ["repo:acme/ai-keys:environment:production"],
    ["repo:acme/ai-keys:pull_request", "repo:acme/ai-keys:ref:refs/heads/main"],
  ]);
  expect(subjects({ environment: "live", branch: "trunk" })).toEqual([
    ["repo:acme/ai-keys:environment:live"],
    ["repo:acme/ai-keys:pull_request", "repo:acme/ai-keys:ref:refs/heads/trunk"],
  ]);
});

test("with the ids, GitHub's newer form of the subject is taken too", () => {
  expect(subjects({ ids: { repository: 456789, owner: 123456 } })[0]).toEqual([
    "repo:acme/ai-keys:environment:production",
    "repo:acme@123456/ai-keys@456789:environment:production",
  ]);
});

test("audience and subject are compared as they are", () => {
  const json = JSON.stringify(synthesized(trustWith()).data.aws_iam_policy_document);
  expect(json).toContain('"variable":"token.actions.githubusercontent.com:aud"');
  expect(json).not.toMatch(/StringLike|\*/);
});

test("the account's provider is made, or referred to", () => {
  const providerArn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
  expect(resources(trustWith(), "aws_iam_openid_connect_provider")).toMatchObject([
    { url: "https://token.actions.githubusercontent.com", client_id_list: ["sts.amazonaws.com"] },
  ]);
  expect(resources(trustWith({ providerArn }), "aws_iam_openid_connect_provider")).toEqual([]);
});

test.each<[Partial<GitHubRepository>, string]>([
  [{ repository: "acme/*" }, "BootstrapStack.github.repository must be one repository such as acme/ai-keys, without wildcards"],
  [{ repository: "*" }, "BootstrapStack.github.repository"],
  [{ repository: "acme" }, "BootstrapStack.github.repository"],
  [{ repository: "acme/a:pull_request" }, "BootstrapStack.github.repository"],
  [{ branch: "release/*" }, "BootstrapStack.github.branch must be one branch"],
  [{ environment: "*" }, "BootstrapStack.github.environment must be one environment"],
  [{ ids: { repository: 0, owner: 1 } }, "BootstrapStack.github.ids must be GitHub's numbers"],
  [{ providerArn: "arn:aws:iam::111122223333:role/x" }, "BootstrapStack.github.providerArn must be an ARN"],
])("fails for %j", (github, message) => {
  expect(() => trustWith(github)).toThrow(message);
});
