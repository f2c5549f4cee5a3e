import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Fn, Op, type Postcondition, TerraformSelf, Token } from "cdktf";
import type { Construct } from "constructs";
import { regionOf } from "./arn";
import { oncePerStack } from "./once-per-stack";

/** By the beginning of a region's name: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: readonly (readonly [beginning: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["eusc-", "aws-eusc"],
];

/** The partition that a region is in, as ARNs name it; that of the longest name, where only a deploy knows the region. */
export function partitionOf(region: string): string {
  if (Token.isUnresolved(region)) {
    return "aws-us-gov";
  }
  return PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";
}

/** What the names of services end in, by the beginning of a region's name: the `dnsSuffix` of https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json */
const SUFFIXES: readonly (readonly [beginning: string, suffix: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
];

/**
 * How KMS names a service that calls it for somebody. AWS's page has `amazonaws.com` alone, and policies in public have the partition's own
 * suffix: both are taken, also where only a deploy knows the region.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function viaService(service: string, region: string): string[] {
  const own = SUFFIXES.filter(([beginning]) => Token.isUnresolved(region) || region.startsWith(beginning));
  return ["amazonaws.com", ...own.map(([, suffix]) => suffix)].map((suffix) => `${service}.${region}.${suffix}`);
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
