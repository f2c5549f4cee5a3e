import { Token } from "cdktf";
import { checkProp } from "../checks";

/** The tag with the day from which on the provider takes the key no longer, such as `2027-03-31`. */
export const EXPIRES_ON_TAG = "ExpiresOn";

/** The tag with the days for which the provider takes a key that a rotation has made. */
export const EXPIRES_IN_TAG = "ExpiresInDays";

/** @throws Error for what is no day, which `ai-key verify` could not read */
export function checkExpiresOn(prop: string, day: string): void {
  const valid = Token.isUnresolved(day) || (/^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day));
  checkProp(prop, valid, "be a day such as 2027-03-31", day);
}
