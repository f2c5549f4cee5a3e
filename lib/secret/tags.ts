import { checkProp, checkTags } from "../checks";
import { EXPIRES_IN_TAG, EXPIRES_ON_TAG } from "./expiry";
import type { OneSecretOptions, SecretOptions } from "./options";

type Tagged = Pick<OneSecretOptions & SecretOptions, "tags" | "expiresOn" | "rotation">;

/** The user's tags, and the one by which `ai-key verify` knows when the key ends: it reads no key. Undefined where there are none. */
export function tagsOf({ tags, expiresOn, rotation }: Tagged): Readonly<Record<string, string>> | undefined {
  const days = rotation?.openai?.expiresInDays ?? rotation?.openrouter?.expiresInDays;
  if (expiresOn !== undefined) {
    return { ...tags, [EXPIRES_ON_TAG]: expiresOn };
  }
  return days === undefined ? tags : { ...tags, [EXPIRES_IN_TAG]: String(days) };
}

/** @throws Error for a tag that AWS refuses, and for one that says when the key ends, which nobody would have looked at */
export function checkTagsOf(prop: string, options: Tagged): void {
  for (const name of [EXPIRES_ON_TAG, EXPIRES_IN_TAG]) {
    checkProp(
      prop,
      !Object.keys(options.tags ?? {}).includes(name),
      "leave it to expiresOn or the rotation to say when the key ends",
      name,
    );
  }
  checkTags(prop, tagsOf(options) ?? {});
}
