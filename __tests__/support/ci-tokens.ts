/** What GitHub says in each token for jobs of the repository that the tests' programs name. */
const TOKEN = {
  iss: "https://token.actions.githubusercontent.com",
  aud: "sts.amazonaws.com",
  repository_id: "456789",
  repository_owner_id: "123456",
};

/** What a job that deploys an environment gets from the protected branch. */
export function deployToken(environment: string) {
  return { ...TOKEN, sub: `repo:acme@123456/ai-keys@456789:environment:${environment}`, ref: "refs/heads/main" };
}

/** What a job that plans a pull request gets. */
export const PLAN_TOKEN = { ...TOKEN, sub: "repo:acme@123456/ai-keys@456789:pull_request", ref: "refs/pull/7/merge" };
