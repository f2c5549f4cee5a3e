import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Fn, Op, type Postcondition, TerraformSelf, Token } from "cdktf";
import type { Construct } from "constructs";
import { regionOf } from "./arn";
import { oncePerStack } from "./once-per-stack";

/** By the beginning of a region's name: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: readonly (readonly [beginning: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["eu-isoe-", "aws-iso-e"],
  ["eusc-", "aws-eusc"],
];

/** The partition that a region is in, as ARNs name it; that of the longest name, where only a deploy knows the region. */
export function partitionOf(region: string): string {
  if (Token.isUnresolved(region)) {
    return "aws-us-gov";
  }
  return PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";
}

/**
 * The region of the stack's provider, which a deploy knows: `ec2.REGION.…` in every partition. The provider deprecates `name`
 * from 6.0 and `id` from 6.47 on, and 5.100 has no `region`.
 */
export function ownRegion(scope: Construct): string {
  return Fn.element(Fn.split(".", oncePerStack(scope, "ai-key-region", DataAwsRegion, {}).endpoint), 1);
}

/**
 * A resource with an ARN must be where the stack's provider is: a changed region moves nothing. From 6.0 on, the provider leaves a resource
 * in the region that the state has, and imports one from the region of its ARN, while rights and new resources are for the stack's region.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support
 */
export function staysInRegion(scope: Construct): Postcondition {
  return {
    condition: Op.eq(regionOf(TerraformSelf.getString("arn")), ownRegion(scope)),
    errorMessage: `${TerraformSelf.getString("arn")} is in another region than the stack. A changed region moves nothing. Set the old region, or make another stack for the new one: see Change the region in docs/lifecycle.md.`,
  };
}
