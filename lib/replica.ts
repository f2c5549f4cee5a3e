import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Fn, Op, type Postcondition, type Precondition, type TerraformResourceLifecycle, TerraformSelf, Token } from "cdktf";
import type { Construct } from "constructs";
import { checkProp, checkUnique } from "./check-prop";
import { checkKmsKeyArn } from "./kms-key-arn";
import { oncePerStack } from "./once-per-stack";
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
  for (const { region, encryptionKey } of replicas) {
    checkRegion("AiKeySecret.replicas.region", region);
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
  checkUnique(
    "AiKeySecret.replicas",
    replicas.map(({ region }) => region),
    "name each region once",
  );
}

/** What Terraform checks of a secret's replicas, as only a deploy knows the secret's own region and the copies that there are. */
export function replicaConditions(scope: Construct, replicas: readonly Replica[]): TerraformResourceLifecycle {
  return replicas.length > 0 ? { precondition: [notInOwnRegion(scope, replicas)] } : { postcondition: [NO_COPIES] };
}

function notInOwnRegion(scope: Construct, replicas: readonly Replica[]): Precondition {
  const regions = replicas.map(({ region }) => region);
  const own = oncePerStack(scope, "ai-key-region", DataAwsRegion, {}).id;
  return {
    condition: Op.not(Fn.contains(regions, own)),
    errorMessage: "AiKeySecret.replicas must be in other regions than the secret's own.",
  };
}

/** The provider leaves copies alone when no replica is named: those of an earlier deploy, and those that somebody else made. */
const NO_COPIES: Postcondition = {
  condition: Op.lt(Fn.lengthOf(TerraformSelf.getAny("replica")), 1), // cdktf loses a 0
  errorMessage:
    "The secret has copies in other regions that AiKeySecret.replicas does not name, and Terraform does not remove the last ones. Name them, or remove each: aws secretsmanager remove-regions-from-replication --secret-id NAME --remove-replica-regions REGION",
};
