import type { Construct } from "constructs";
import { checkBindings } from "./bindings";
import { requireProvider } from "./provider-floors";

/**
 * From 6.26.0 the provider refreshes a write-only secret version without `GetSecretValue`, so a role that can't read the key can
 * plan; 6.45 to 6.49 plan it inconsistently. https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md
 */
const FIRST_AWS_PROVIDER = "6.50.0";

/** The next major version may change what this library relies on. */
const NEXT_AWS_PROVIDER = "7.0.0";

/**
 * 6.57.0 mixed up the bodies of requests, so that a key could reach another one (issues 49173 and 49181), and was withdrawn; mirrors and lock
 * files keep it. 6.58.0 breaks SSM parameters of one level (issue 49304). https://github.com/hashicorp/terraform-provider-aws/issues
 */
const BAD_AWS_PROVIDERS = ["6.57.0", "6.58.0"];

/** The AWS providers that a key is safe with, as Terraform says it. */
export const AWS_PROVIDER_VERSION = [
  `>= ${FIRST_AWS_PROVIDER}`,
  ...BAD_AWS_PROVIDERS.map((version) => `!= ${version}`),
  `< ${NEXT_AWS_PROVIDER}`,
].join(", ");

/** The same as npm's semver says it, which has no `!=`: what is between the versions that are not taken. */
export const AWS_PROVIDER_RANGE = [...BAD_AWS_PROVIDERS, NEXT_AWS_PROVIDER]
  .map((end, index) => (index === 0 ? `>=${FIRST_AWS_PROVIDER} <${end}` : `>${BAD_AWS_PROVIDERS[index - 1]} <${end}`))
  .join(" || ");

/**
 * Makes the stack around `scope` require the Terraform and the AWS provider that keep a write-only value out of plan and state. What the
 * stack requires itself, by `addOverride` before or after, holds too. The version that the bindings pin is no decision, and gives way.
 *
 * @throws Error for a stack of CDK Terrain's or bindings that don't know write-only arguments; at synth where no provider is both what the
 * stack requires and what a key needs
 */
export function requireVersions(scope: Construct): void {
  requireProvider(scope, {
    provider: "aws",
    name: "AWS",
    version: AWS_PROVIDER_VERSION,
    range: AWS_PROVIDER_RANGE,
    first: FIRST_AWS_PROVIDER,
    ownStack: "an AiKeyStack",
  });
  checkBindings();
}
