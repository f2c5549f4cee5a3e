import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { Construct } from "constructs";
import { oncePerStack } from "./once-per-stack";

/** Who deploys the stack, as a deploy knows it: in the account, and with an ARN in the partition, of the stack's provider. */
export function ownIdentity(scope: Construct): DataAwsCallerIdentity {
  return oncePerStack(scope, "ai-key-account", DataAwsCallerIdentity, {});
}
