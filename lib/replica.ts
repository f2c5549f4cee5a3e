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
    }
  }
}
