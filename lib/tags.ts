import { Token } from "cdktf";
import { checkProp } from "./check-prop";
import { LIMITS } from "./limits";

/**
 * Checks tags by the rules of https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html, and refuses
 * empty ones, which say nothing and are usually a variable that was not set.
 *
 * @throws Error naming the tag
 */
export function checkTags(prop: string, tags: Readonly<Record<string, string>>): void {
  const { most } = LIMITS.tags;
  checkProp(prop, Object.keys(tags).length <= most, `be ${most} at most, with those that each resource gets`, Object.keys(tags).length);
  for (const [key, value] of Object.entries(tags)) {
    checkProp(prop, key.trim() !== "" && key.length <= LIMITS.tagKey.most, `have keys of 1 to ${LIMITS.tagKey.most} characters`, key);
    checkProp(prop, !/^aws:/i.test(key), "have no key that begins with aws:, which AWS reserves", key);
    checkProp(
      `${prop}.${key}`,
      Token.isUnresolved(value) || (value.trim() !== "" && value.length <= LIMITS.tagValue.most),
      `have 1 to ${LIMITS.tagValue.most} characters`,
      value,
    );
  }
}
