import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/** What has to hold. cdktf's conditions of resources and of variables are such. */
export interface Assertion {
  readonly condition: unknown;
  readonly errorMessage: string;
}

/**
 * Conditions that Terraform warns of when they don't hold, at each plan and apply, and that stop no deploy. cdktf has no such construct.
 * https://developer.hashicorp.com/terraform/language/block/check
 */
export class CheckBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly assertions: readonly Assertion[],
  ) {
    super(scope, id);
  }

  public override toTerraform(): object {
    const assert = this.assertions.map(({ condition, errorMessage }) => ({ condition, error_message: errorMessage }));
    return { check: { [this.friendlyUniqueId]: { assert } } };
  }
}
