import { Token } from "cdktf";
import { checkProp } from "./check-prop";

/**
 * Checks tags by the rules of https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html, and refuses
 * empty ones, which say nothing and are usually a variable that was not set.
 *
 * @throws Error naming the tag
 */
export function checkTags(prop: string, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    checkProp(prop, key.trim() !== "" && key.length <= 128, "have keys of 1 to 128 characters", key);
    checkProp(prop, !/^aws:/i.test(key), "have no key that begins with aws:, which AWS reserves", key);
    checkProp(
      `${prop}.${key}`,
      Token.isUnresolved(value) || (value.trim() !== "" && value.length <= 256),
      "have 1 to 256 characters",
      value,
    );
  }
}
