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

/** The package that a class or one that it extends is of, such as `cdktf`: jsii notes it. */
function libraryOf(type: object): string | undefined {
  const noted: { readonly fqn: string } | undefined = Reflect.get(type, Symbol.for("jsii.rtti"));
  return noted?.fqn.split(".")[0];
}
