import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { refuse } from "./refuse";

/**
 * Bindings drop what they don't know without an error: the key would be missing from the configuration. Those that know this argument
 * know all others that we use; 19.53.0, the first, was not tried.
 *
 * @throws Error for bindings that are too old
 */
export function checkBindings(): void {
  if (!("secretStringWoInput" in SecretsmanagerSecretVersion.prototype)) {
    refuse(
      "@cdktf/provider-aws must be 19.54.0 or newer: the one that is installed does not know secret_string_wo, and would leave the key out. Install it: npm i @cdktf/provider-aws@21.22.1",
    );
  }
}
