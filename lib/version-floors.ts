import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** Ephemeral variables and write-only arguments: https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only */
export const TERRAFORM_VERSION = ">= 1.11.0";

/**
 * From 6.26.0 the provider refreshes a write-only secret version without `GetSecretValue`, so a role that can't read the key can
 * plan; 6.45 to 6.49 plan it inconsistently. https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md
 */
export const AWS_PROVIDER_VERSION = ">= 6.50.0, < 7.0.0";

/**
 * Makes the stack around `scope` require the Terraform and the AWS provider that keep a write-only value out of plan and state. It
 * replaces the provider version that the prebuilt bindings pin, which is older. Stricter floors of your own belong after the last key:
 * the last `addOverride` on a path holds.
 */
export function requireVersions(scope: Construct): void {
  const stack = TerraformStack.of(scope);

  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
  stack.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER_VERSION);
}

/**
 * Says which versions a secret below `scope` is for. Without it, CDK Terrain takes a program to be for older ones too, and refuses the
 * write-only argument; cdktf does not ask. What the project declares itself (`targetVersions` in cdktf.json) holds. To be called before
 * `scope` has children, as with any context.
 *
 * https://cdktn.io/docs/create-and-deploy/configuration-file
 */
export function declareTargets(scope: Construct): void {
  if (scope.node.tryGetContext("targetVersions") === undefined) {
    scope.node.setContext("targetVersions", { terraform: TERRAFORM_VERSION, opentofu: TERRAFORM_VERSION });
  }
}
