import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { KmsKeyPolicy } from "@cdktf/provider-aws/lib/kms-key-policy";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { AllowList } from "./allow-list";
import { accountRootOf, regionOf } from "./arn";

/** Everything but using the key. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const ADMINISTRATION = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** A customer-managed KMS key for one secret, with yearly rotation: $1 a month. */
export class EncryptionKey extends Construct {
  private readonly key: KmsKey;

  /** @param secretName becomes the alias */
  constructor(scope: Construct, id: string, secretName: string) {
    super(scope, id);

    this.key = new KmsKey(this, "key", { description: `Encrypts the secret ${secretName}`, enableKeyRotation: true });

    if (!Token.isUnresolved(secretName)) {
      const name = `alias/${secretName.replaceAll(/[^A-Za-z0-9/_-]/g, "-").slice(0, 250)}`;
      new KmsAlias(this, "alias", { name, targetKeyId: this.key.keyId });
    }
  }

  public get arn(): string {
    return this.key.arn;
  }

  /**
   * Gives the key its policy: the account administers it, and it works through Secrets Manager alone, for this secret alone. Those on
   * the allow-list may decrypt; without a list, whoever else may read the secret. Whoever stores a key needs not decrypt one: AWS checks
   * that they could, with a version that does not exist. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
   *
   * @param replicated to copy a secret to another region, AWS decrypts it on behalf of whoever deploys
   */
  public restrictTo(secretArn: string, allowList: AllowList | undefined, replicated: boolean): KmsKeyPolicy {
    const account = [{ type: "AWS", identifiers: [accountRootOf(secretArn)] }];
    const throughSecretsManager = [
      { test: "StringEquals", variable: "kms:ViaService", values: [`secretsmanager.${regionOf(secretArn)}.amazonaws.com`] },
      { test: "StringEquals", variable: "kms:EncryptionContext:SecretARN", values: [secretArn] },
    ];
    const checkOnly = { test: "StringEquals", variable: "kms:EncryptionContext:SecretVersionId", values: ["RequestToValidateKeyAccess"] };

    const document = new DataAwsIamPolicyDocument(this, "document", {
      statement: [
        { sid: "Administer", effect: "Allow", principals: account, actions: ADMINISTRATION, resources: ["*"] },
        {
          sid: "StoreThroughSecretsManager",
          effect: "Allow",
          principals: account,
          actions: ["kms:Encrypt", "kms:GenerateDataKey"],
          resources: ["*"],
          condition: throughSecretsManager,
        },
        {
          sid: "CheckThroughSecretsManager",
          effect: "Allow",
          principals: account,
          actions: ["kms:Decrypt"],
          resources: ["*"],
          condition: replicated ? throughSecretsManager : [...throughSecretsManager, checkOnly],
        },
        {
          sid: "ReadThroughSecretsManager",
          effect: "Allow",
          principals: allowList ? [{ type: "AWS", identifiers: allowList.accountRoots }] : account,
          actions: ["kms:Decrypt"],
          resources: ["*"],
          condition: allowList
            ? [...throughSecretsManager, { test: "ArnLike", variable: "aws:PrincipalArn", values: allowList.arns }]
            : throughSecretsManager,
        },
      ],
    });

    return new KmsKeyPolicy(this, "policy", { keyId: this.key.keyId, policy: document.json });
  }
}
