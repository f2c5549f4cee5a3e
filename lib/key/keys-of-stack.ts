import type { Construct } from "constructs";
import { checkUnique } from "../checks";
import { propOf } from "../prop-of";
import { refuse } from "../refuse";
import { shown } from "./may-be-key";

const nameOf = (provider: string | undefined) => provider ?? "the generic key";

/** @throws Error for a second key of a provider: the names of both would be the same */
export function checkOneEach(stack: Construct, keys: readonly { readonly provider?: string | undefined }[]): void {
  const providers = keys.map(({ provider }) => nameOf(provider));
  checkUnique(propOf(stack, "keys"), providers, "have one key a provider");
}

/**
 * The secret of one of the stack's keys.
 *
 * @param secrets by their providers
 * @throws Error if the stack has no such key
 */
export function secretIn<T>(stack: Construct, secrets: ReadonlyMap<string | undefined, T>, provider: string | undefined): T {
  const secret = secrets.get(provider);
  if (secret === undefined) {
    const known = [...secrets.keys()].map(nameOf).join(", ");
    refuse(`${propOf(stack, "secret")} must be called with a provider in keys (${known}); got ${shown(provider)}`);
  }
  return secret;
}
