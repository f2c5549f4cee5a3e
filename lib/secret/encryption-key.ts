import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { KmsKeyPolicy } from "@cdktf/provider-aws/lib/kms-key-policy";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { accountRootOf, regionOf, secretArnLike } from "../arn";

import { LIMITS } from "../limits";

import { viaService } from "../region";

import type { AllowList } from "./allow-list";

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

/** The tag by which the roles of a team know a key: it has the name of the key's secret, which no other secret of the account and region has. */
export const KEY_TAG = "AiKeySecret";

/** A version that does not exist: AWS checks with it that whoever stores could decrypt. */
export const CHECK_ONLY = {
  test: "StringEquals",
  variable: "kms:EncryptionContext:SecretVersionId",
  values: ["RequestToValidateKeyAccess"],
};

export interface EncryptionKeyProps {
  readonly secretName: string;
  /** Those who may decrypt; without a list, whoever else may read the secret. */
  readonly allowList?: AllowList;
  /** Whether the secret is copied to other regions: AWS decrypts it for that, on behalf of whoever deploys. */
  readonly replicated: boolean;
  /** The key that an earlier state has made for the secret. */
  readonly adoptArn?: string;
}

/**
 * A customer-managed KMS key for one secret, with yearly rotation: $1 a month. The account administers it; it works through Secrets
 * Manager alone, for this secret alone. Whoever stores a key needs not decrypt one: AWS checks that they could, with a version that does
 * not exist. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export class EncryptionKey extends Construct {
  public readonly arn: string;

  /** In force once this is made. */
  public readonly policy: KmsKeyPolicy;

  constructor(scope: Construct, id: string, { secretName, allowList, replicated, adoptArn }: EncryptionKeyProps) {
    super(scope, id);

    const key = new KmsKey(this, "key", {
      description: "Encrypts one secret, which its alias names",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { [KEY_TAG]: secretName.slice(0, LIMITS.tagValue.most) },
      lifecycle: { createBeforeDestroy: true }, // a secret changes to another key before this one goes
    });
    this.arn = key.arn;
    if (adoptArn !== undefined) {
      key.importFrom(adoptArn.split("/")[1] ?? "");
    }

    if (!Token.isUnresolved(secretName)) {
      const name = `alias/secret/${secretName.replaceAll(/[^A-Za-z0-9/_-]/g, "-").slice(0, 240)}`; // alias/aws/ is AWS's own
      const alias = new KmsAlias(this, "alias", { name, targetKeyId: key.keyId });
      if (adoptArn !== undefined) {
        alias.importFrom(name);
      }
    }

    const account = [{ type: "AWS", identifiers: [accountRootOf(key.arn)] }];
    const throughSecretsManager = [
      { test: "StringEquals", variable: "kms:ViaService", values: viaService("secretsmanager", regionOf(key.arn)) },
      { test: "StringLike", variable: "kms:EncryptionContext:SecretARN", values: [secretArnLike(key.arn, secretName)] },
    ];

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
          condition: replicated ? throughSecretsManager : [...throughSecretsManager, CHECK_ONLY],
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

    this.policy = new KmsKeyPolicy(this, "policy", {
      keyId: key.keyId,
      policy: document.json,
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
