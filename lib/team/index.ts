export type { GitHubRepository } from "./github-tokens";
export type { GitLabProject } from "./gitlab-tokens";
export type { OidcIssuer } from "./oidc-tokens";
export { StackAccess, type StackLocation } from "./stack-access";
export { StateBucket, type StateBucketProps } from "./state-bucket";
export { type Deployers, TeamRoles, type TeamRolesProps } from "./team-roles";
export type { Subjects } from "./token-rules";
export { type Trust, type TrustProps, trustOf } from "./trust";
