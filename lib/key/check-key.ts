import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { checkProp } from "../checks";
import type { EphemeralVariable } from "../ephemeral-variable";
import { checkHost } from "../host";
import { propOf } from "../prop-of";

/**
 * Checks what a secret gets: for programs without type checks too. The given value may be a key, so the error does not show it.
 *
 * @throws Error for what is no `EphemeralVariable`, for one of another stack, and for what can't be a version
 */
export function checkKey(secret: Construct, apiKey: EphemeralVariable | undefined, version: number): void {
  checkHost(secret);
  checkProp(
    propOf(secret, "apiKey"),
    apiKey?.ephemeral === true && Construct.isConstruct(apiKey),
    "be an EphemeralVariable, never a literal or an ordinary variable",
    typeof apiKey,
  );
  checkProp(
    propOf(secret, "apiKeyVersion"),
    Token.isUnresolved(version) || (Number.isSafeInteger(version) && version > 0),
    "be a positive integer below 2^53",
    version,
  );
  if (apiKey) {
    checkOwn(secret, apiKey);
  }
}

/** As a reference into another stack, the key would be an output of that stack, and so in its state. */
function checkOwn(secret: Construct, apiKey: EphemeralVariable): void {
  const [own, other] = [TerraformStack.of(secret), TerraformStack.of(apiKey)];
  checkProp(
    propOf(secret, "apiKey"),
    own === other,
    "be a variable of the same stack, as an ephemeral value can't leave its own: make the EphemeralVariable there",
    other.node.path,
  );
}
