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
  return isOf(type, known) ? known : new type(stack, id, config);
}

/** By its name: there may be two copies of the bindings. */
function isOf<T>(type: new (...args: never[]) => T, known: unknown): known is T {
  return Object(known).constructor.name === type.name;
}
