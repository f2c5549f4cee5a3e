import { Token } from "cdktf";
import { checkProp } from "../checks";
import type { EphemeralVariable } from "../ephemeral-variable";
import { memberOf } from "../prop-of";

/**
 * Checks what a secret gets: for programs without type checks too. The given value may be a key, so the error does not show it.
 *
 * @param owner the secret, as `propOf` writes it
 * @throws Error for what is no `EphemeralVariable`, and for what can't be a version
 */
export function checkKey(owner: string, apiKey: EphemeralVariable | undefined, version: number): void {
  checkProp(
    memberOf(owner, "apiKey"),
    apiKey?.ephemeral === true,
    "be an EphemeralVariable, never a literal or an ordinary variable",
    typeof apiKey,
  );
  checkProp(
    memberOf(owner, "apiKeyVersion"),
    Token.isUnresolved(version) || (Number.isSafeInteger(version) && version > 0),
    "be a positive integer below 2^53",
    version,
  );
}
