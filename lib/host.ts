import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { refuse } from "./refuse";

/**
 * A program on CDK Terrain gets cdktf installed beside it: its stacks don't know our constructs, and synth ends deep inside.
 *
 * @throws Error for a scope in a stack of another library than the one that this is built on
 */
export function checkHost(scope: Construct): void {
  const stack = TerraformStack.of(scope);
  const [ours, theirs] = [libraryOf(TerraformStack), libraryOf(stack.constructor)];
  if (ours !== theirs) {
    refuse(
      `${scope.node.path} must be in a stack of ${ours}; got one of ${theirs}. docs/cdk-terrain.md of cdktf-ai-secret says how to make a package that is for ${theirs}, under "In your own program".`,
    );
  }
}

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

/** The package that a class or one that it extends is of, such as `cdktf`: jsii notes it. */
function libraryOf(type: object): string | undefined {
  const noted: { readonly fqn: string } | undefined = Reflect.get(type, Symbol.for("jsii.rtti"));
  return noted?.fqn.split(".")[0];
}
