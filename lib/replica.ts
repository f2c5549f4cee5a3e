import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Fn, Op, type Precondition, Token } from "cdktf";
import type { Construct } from "constructs";
import { checkProp } from "./check-prop";
import { checkKmsKeyArn } from "./kms-key-arn";
import { checkRegion } from "./region";

/** A copy of the secret in another region, kept up to date by AWS: https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html */
export interface Replica {
  /** Another region than the secret's own. */
  readonly region: string;
  /**
   * The ARN of a KMS key of that region.
   * @default the key that AWS manages there
   */
  readonly encryptionKey?: string;
}

/** @throws Error for what is no region or no key, and for a region twice */
export function checkReplicas(replicas: readonly Replica[]): void {
  for (const [index, { region, encryptionKey }] of replicas.entries()) {
    checkRegion("AiKeySecret.replicas.region", region);
    checkProp(
      "AiKeySecret.replicas",
      replicas.slice(0, index).every((other) => other.region !== region),
      "name each region once",
      region,
    );
    if (encryptionKey !== undefined) {
      checkKmsKeyArn("AiKeySecret.replicas.encryptionKey", encryptionKey);
      checkProp(
        "AiKeySecret.replicas.encryptionKey",
        Token.isUnresolved(encryptionKey) || encryptionKey.split(":")[3] === region,
        `be a key of the replica's region, ${region}`,
        encryptionKey,
      );
    }
  }
}

/** The secret's own region is the provider's, which may be known at deploy only. */
export function notInOwnRegion(scope: Construct, replicas: readonly Replica[]): Precondition {
  const regions = replicas.map(({ region }) => region);
  return {
    condition: Op.not(Fn.contains(regions, new DataAwsRegion(scope, "region").id)),
    errorMessage: "AiKeySecret.replicas must be in other regions than the secret's own.",
  };
}
