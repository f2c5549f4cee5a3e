import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { checkProp } from "../checks";
import type { EphemeralVariable } from "../ephemeral-variable";
import { memberOf, propOf } from "../prop-of";
import { type ApiKey, checkFieldName, isSeveral } from "../secret/body";

/**
 * Checks what a secret gets: for programs without type checks too. A given value may be a key, so no error shows it.
 *
 * @throws Error for what is no `EphemeralVariable`, for one of another stack, and for what can't be a version
 */
export function checkKey(secret: Construct, apiKey: EphemeralVariable | undefined, version: number): void {
  checkVariable(secret, propOf(secret, "apiKey"), apiKey);
  checkVersion(secret, version);
}

/**
 * The same for one key, or several of them.
 *
 * @throws Error for a name that is none for a field, too
 */
export function checkKeys(secret: Construct, apiKey: ApiKey | undefined, version: number): void {
  const prop = propOf(secret, "apiKey");
  if (isSeveral(apiKey)) {
    checkProp(prop, Object.keys(apiKey).length > 0, "have at least one key", apiKey);
    for (const [name, variable] of Object.entries(apiKey)) {
      checkFieldName(prop, name);
      checkVariable(secret, memberOf(prop, name), variable);
    }
  } else {
    checkVariable(secret, prop, apiKey);
  }
  checkVersion(secret, version);
}

function checkVariable(secret: Construct, prop: string, apiKey: EphemeralVariable | undefined): void {
  const isVariable = apiKey?.ephemeral === true && Construct.isConstruct(apiKey);
  checkProp(prop, isVariable, "be an EphemeralVariable, never a literal or an ordinary variable", typeof apiKey);
  if (apiKey) {
    checkOwn(secret, prop, apiKey);
  }
}

/** As a reference into another stack, the key would be an output of that stack, and so in its state. */
function checkOwn(secret: Construct, prop: string, apiKey: EphemeralVariable): void {
  const [own, other] = [TerraformStack.of(secret), TerraformStack.of(apiKey)];
  checkProp(
    prop,
    own === other,
    "be a variable of the same stack, as an ephemeral value can't leave its own: make the EphemeralVariable there",
    other.node.path,
  );
}

function checkVersion(secret: Construct, version: number): void {
  checkProp(
    propOf(secret, "apiKeyVersion"),
    Token.isUnresolved(version) || (Number.isSafeInteger(version) && version > 0),
    "be a positive integer below 2^53",
    version,
  );
}
