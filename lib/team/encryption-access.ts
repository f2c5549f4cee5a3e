import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** A secret and its replicas. */
export interface EncryptedSecret {
  /** Its own region first. */
  readonly regions: readonly string[];
  /** As patterns, for each region. */
  readonly arns: readonly string[];
  /** The ARNs of customer-managed keys; none: AWS's own. */
  readonly keys: readonly string[];
}

/**
 * What a deploy needs of customer-managed keys. Secrets Manager encrypts on behalf of whoever stores, and checks with a version that does
 * not exist that they could decrypt; to replicate, it decrypts on their behalf.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function encryptionStatements(secrets: readonly EncryptedSecret[]): DataAwsIamPolicyDocumentStatement[] {
  const encrypted = secrets.filter(({ keys }) => keys.length > 0);
  const replicated = encrypted.filter(({ regions }) => regions.length > 1);
  const checkOnly = { test: "StringEquals", variable: "kms:EncryptionContext:SecretVersionId", values: ["RequestToValidateKeyAccess"] };
  return [
    ...throughSecretsManager("Encrypt", "kms:GenerateDataKey", encrypted),
    ...throughSecretsManager("CheckEncryption", "kms:Decrypt", encrypted, [checkOnly]),
    ...throughSecretsManager("DecryptToReplicate", "kms:Decrypt", replicated),
  ];
}

function throughSecretsManager(
  sid: string,
  action: string,
  secrets: readonly EncryptedSecret[],
  conditions: readonly { test: string; variable: string; values: string[] }[] = [],
): DataAwsIamPolicyDocumentStatement[] {
  if (secrets.length === 0) {
    return [];
  }
  const unique = (values: readonly string[]) => [...new Set(values)];
  const services = unique(secrets.flatMap(({ regions }) => regions)).map((region) => `secretsmanager.${region}.amazonaws.com`);
  return [
    {
      sid,
      effect: "Allow",
      actions: [action],
      resources: unique(secrets.flatMap(({ keys }) => keys)),
      condition: [
        { test: "StringEquals", variable: "kms:ViaService", values: services },
        { test: "ArnLike", variable: "kms:EncryptionContext:SecretARN", values: secrets.flatMap(({ arns }) => arns) },
        ...conditions,
      ],
    },
  ];
}
