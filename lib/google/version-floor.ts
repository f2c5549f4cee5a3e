import type { Construct } from "constructs";
import { requireProvider } from "../provider-floors";

/**
 * 6.49.0 made the number of a write-only key a text, and had every version made anew (issue 24044). 6.23.0 was the first with write-only
 * keys. https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/CHANGELOG.md
 */
const FIRST_GOOGLE_PROVIDER = "6.49.1";

/** The next major version may change what this library relies on. */
const NEXT_GOOGLE_PROVIDER = "8.0.0";

/** The Google providers that a key is safe with, as Terraform says it. */
export const GOOGLE_PROVIDER_VERSION = `>= ${FIRST_GOOGLE_PROVIDER}, < ${NEXT_GOOGLE_PROVIDER}`;

/** The same as npm's semver says it. */
export const GOOGLE_PROVIDER_RANGE = `>=${FIRST_GOOGLE_PROVIDER} <${NEXT_GOOGLE_PROVIDER}`;

/**
 * Makes the stack around `scope` require the Terraform and the Google provider that keep a write-only value out of plan and state.
 *
 * @throws Error as `requireProvider` does
 */
export function requireVersions(scope: Construct): void {
  requireProvider(scope, {
    provider: "google",
    name: "Google",
    version: GOOGLE_PROVIDER_VERSION,
    range: GOOGLE_PROVIDER_RANGE,
    first: FIRST_GOOGLE_PROVIDER,
    ownStack: "a GoogleAiKeyStack",
  });
}
