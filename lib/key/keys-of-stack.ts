import type { Construct } from "constructs";
import { checkProp, checkUnique } from "../checks";
import { propOf } from "../prop-of";
import { refuse } from "../refuse";
import { type WithoutUndefined, withoutUndefined } from "../without-undefined";
import { shown } from "./may-be-key";

const nameOf = (provider: string | undefined) => provider ?? "the generic key";

/** What a stack that keeps keys knows of its props. */
export interface KeyOptions {
  /** Checks the props of a key in `keys`. */
  readonly check: (prop: string, key: unknown) => void;
  /** Has the names of the options that a stack with `keys` can have for all of them. */
  readonly ofAll: object;
}

/**
 * The keys, with the stack's options where they have none of their own.
 *
 * @param keys undefined for one key, whose options are the stack's
 * @throws Error for an empty list, and for an option of one key beside `keys`
 */
export function keysOf<T extends object>(
  stack: Construct,
  keys: readonly T[] | undefined,
  options: T,
  { check, ofAll }: KeyOptions,
): WithoutUndefined<T>[] {
  const own = withoutUndefined(options);
  if (keys === undefined) {
    return [own];
  }
  checkProp(propOf(stack, "keys"), keys.length > 0, "have at least one key", keys);
  for (const name of Object.keys(own)) {
    checkProp(propOf(stack, name), name in ofAll, "be said in keys, for the key that it is of", name);
  }
  return keys.map((key, index) => {
    check(propOf(stack, `keys[${index}]`), key);
    return { ...own, ...withoutUndefined(key) };
  });
}

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
