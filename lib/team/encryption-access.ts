import type { Condition } from "../policy-document";
import { viaService } from "../region";
import { CHECK_ONLY } from "../secret/encryption-key";
import type { Statement } from "./statements";

/** A secret and its replicas. */
export interface EncryptedSecret {
  /** Its own region first. */
  readonly regions: readonly string[];
  /** The secret's ARN in a region, as a pattern. */
  readonly arnIn: (region: string) => string;
  /** The ARNs of customer-managed keys; none: AWS's own. */
  readonly keys: readonly string[];
}

/**
 * What a deploy needs of customer-managed keys. Secrets Manager encrypts on behalf of whoever stores, and checks with a version that does
 * not exist that they could decrypt; to replicate, it decrypts on their behalf.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function encryptionStatements(secrets: readonly EncryptedSecret[]): Statement[] {
  return secrets
    .filter(({ keys }) => keys.length > 0)
    .flatMap((secret) =>
      secret.regions.length > 1
        ? [throughSecretsManager("EncryptAndReplicate", ["kms:Decrypt", "kms:GenerateDataKey"], secret)]
        : [
            throughSecretsManager("Encrypt", ["kms:GenerateDataKey"], secret),
            throughSecretsManager("CheckEncryption", ["kms:Decrypt"], secret, [CHECK_ONLY]),
          ],
    );
}

/**
 * The statement for one secret. In the ARN of a secret with copies, a wildcard stands for the regions: Secrets Manager asks for secrets of
 * its own region alone, and each of those that may ask is in the other condition.
 */
function throughSecretsManager(
  sid: string,
  actions: string[],
  { regions, arnIn, keys }: EncryptedSecret,
  conditions: readonly Condition[] = [],
): Statement {
  const [region = ""] = regions;
  return {
    sid,
    effect: "Allow",
    actions,
    resources: [...keys],
    condition: [
      { test: "StringEquals", variable: "kms:ViaService", values: regions.flatMap((one) => viaService("secretsmanager", one)) },
      { test: "StringLike", variable: "kms:EncryptionContext:SecretARN", values: [arnIn(regions.length > 1 ? "*" : region)] },
      ...conditions,
    ],
  };
}
