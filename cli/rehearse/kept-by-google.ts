import { PROOF_AT_GOOGLE, UNPROVEN_AT_GOOGLE } from "../../lab/terraform/google-unproven";
import type { SynthesizedStack } from "../../lab/terraform/synthesized-stack";

/**
 * What a rehearsal says of stacks whose keys Google keeps: it has a local AWS alone.
 *
 * @param rehearsed the stack to rehearse
 * @throws Error where that is one of them
 */
export function keptByGoogle(stacks: readonly SynthesizedStack[], rehearsed: string): string[] {
  const names = stacks.filter((stack) => stack.isAtGoogle()).map(({ name }) => name);
  if (names.includes(rehearsed)) {
    throw new Error(
      `${rehearsed} keeps its key in Google Secret Manager, and a rehearsal has a local AWS alone. Unproven here: ${UNPROVEN_AT_GOOGLE}. ${PROOF_AT_GOOGLE}.`,
    );
  }
  return names.map((name) => `${name}, which keeps its key in Google Secret Manager: ${UNPROVEN_AT_GOOGLE}. ${PROOF_AT_GOOGLE}`);
}
