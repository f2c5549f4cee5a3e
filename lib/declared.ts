import { TerraformDataSource, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** The arguments of a resource, as Terraform has them; known at deploy only, they are tokens. */
export type Settings = Readonly<Record<string, unknown>>;

/** The resource or the data source that a construct is, whichever bindings made it. */
export function declared(element: IConstruct): { type: string; settings: Settings; element: IConstruct }[] {
  if (TerraformResource.isTerraformResource(element)) {
    return [{ type: element.terraformResourceType, settings: argumentsOf(element), element }];
  }
  if (TerraformDataSource.isTerraformDataSource(element)) {
    const type = element.terraformResourceType;
    return [{ type: `data.${type}`, settings: element.toTerraform().data[type][element.friendlyUniqueId], element }];
  }
  return [];
}

export function argumentsOf(resource: TerraformResource): Settings {
  return resource.toTerraform().resource[resource.terraformResourceType][resource.friendlyUniqueId];
}
