import { Token } from "cdktf";
import { checkProp } from "../checks";
import type { EphemeralVariable } from "../ephemeral-variable";
import { memberOf } from "../prop-of";
import { type ApiKey, checkFieldName, isSeveral } from "../secret/body";

/**
 * Checks what a secret gets: for programs without type checks too. A given value may be a key, so no error shows it.
 *
 * @param owner the secret, as `propOf` writes it
 * @throws Error for what is no `EphemeralVariable`, and for what can't be a version
 */
export function checkKey(owner: string, apiKey: EphemeralVariable | undefined, version: number): void {
  checkVariable(memberOf(owner, "apiKey"), apiKey);
  checkVersion(owner, version);
}

/**
 * The same for one key, or several of them.
 *
 * @throws Error for a name that is none for a field, too
 */
export function checkKeys(owner: string, apiKey: ApiKey | undefined, version: number): void {
  const prop = memberOf(owner, "apiKey");
  if (isSeveral(apiKey)) {
    checkProp(prop, Object.keys(apiKey).length > 0, "have at least one key", apiKey);
    for (const [name, variable] of Object.entries(apiKey)) {
      checkFieldName(prop, name);
      checkVariable(memberOf(prop, name), variable);
    }
  } else {
    checkVariable(prop, apiKey);
  }
  checkVersion(owner, version);
}

function checkVariable(prop: string, apiKey: EphemeralVariable | undefined): void {
  checkProp(prop, apiKey?.ephemeral === true, "be an EphemeralVariable, never a literal or an ordinary variable", typeof apiKey);
}

function checkVersion(owner: string, version: number): void {
  checkProp(
    memberOf(owner, "apiKeyVersion"),
    Token.isUnresolved(version) || (Number.isSafeInteger(version) && version > 0),
    "be a positive integer below 2^53",
    version,
  );
}
