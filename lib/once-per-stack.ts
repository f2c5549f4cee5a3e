import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { chosenProvider, useProvider } from "./aws-provider";

/** What a stack needs once, however many of its keys need it: made at the first call. Each AWS provider that is chosen has its own. */
export function oncePerStack<T extends Construct, C>(
  scope: Construct,
  id: string,
  type: new (scope: Construct, id: string, config: C) => T,
  config: C,
): T {
  const stack = TerraformStack.of(scope);
  const provider = chosenProvider(scope);
  const ownId = provider ? `${id}-${provider.node.id}` : id;
  const known = stack.node.tryFindChild(ownId);
  if (isOf(type, known)) {
    return known;
  }
  const made = new type(stack, ownId, config);
  if (provider) {
    useProvider(made, provider);
  }
  return made;
}

/** By its name: there may be two copies of the bindings. */
function isOf<T>(type: new (...args: never[]) => T, known: unknown): known is T {
  return Object(known).constructor.name === type.name;
}
