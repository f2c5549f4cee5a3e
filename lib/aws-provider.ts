import { Aspects, TerraformDataSource, TerraformProvider, TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { PropsOf } from "./known-props";

/** Which AWS provider makes a construct's part of AWS. */
export interface ProviderChoice {
  /**
   * Another AWS provider of the stack, such as one with an alias: of another region, or of another account.
   * @default the stack's AWS provider without an alias
   */
  readonly awsProvider?: TerraformProvider | undefined;
}

export const PROVIDER_CHOICE: PropsOf<ProviderChoice> = { awsProvider: "construct" };

const chosen = new WeakMap<IConstruct, TerraformProvider>();

/** All of AWS that is made in a construct is made by this provider, such as one with an alias; what has another one keeps it. */
export function useProvider(construct: IConstruct, provider: TerraformProvider): void {
  chosen.set(construct, provider);
  Aspects.of(construct).add({
    visit: (element) => {
      const isOfAws = TerraformResource.isTerraformResource(element) || TerraformDataSource.isTerraformDataSource(element);
      if (isOfAws && element.terraformResourceType.startsWith("aws_")) {
        element.provider ??= provider;
      }
    },
  });
}

/** The provider that was chosen for the construct, or for one that it is in; undefined for the stack's own. */
export function chosenProvider(construct: IConstruct): TerraformProvider | undefined {
  return construct.node.scopes
    .reverse()
    .map((scope) => chosen.get(scope))
    .find((provider) => provider !== undefined);
}

/** The AWS provider that makes what is in a construct, as far as the program has said so far; undefined where there are several. */
export function providerOf(construct: IConstruct): TerraformProvider | undefined {
  const [provider, ...further] = TerraformStack.of(construct)
    .node.children.filter(TerraformProvider.isTerraformProvider)
    .filter(({ terraformResourceType }) => terraformResourceType === "aws");
  return chosenProvider(construct) ?? (further.length > 0 ? undefined : provider);
}
