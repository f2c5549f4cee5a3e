import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** What a stack needs once, however many of its keys need it: made at the first call. */
export function oncePerStack<T extends Construct, C>(
  scope: Construct,
  id: string,
  type: new (scope: Construct, id: string, config: C) => T,
  config: C,
): T {
  const stack = TerraformStack.of(scope);
  const known = stack.node.tryFindChild(id);
  return known instanceof type ? known : new type(stack, id, config);
}
