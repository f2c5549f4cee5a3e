import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { Construct } from "constructs";
import { LIMITS } from "../limits";
import { namePrefix } from "../name-prefix";
import { CHECK_ONLY } from "./encryption-key";
import type { SecretAndKeys } from "./read-policy";

/**
 * A managed policy that lets its holder store a new value in one secret, and not read it. AWS decrypts on the holder's behalf where the
 * secret has replicas. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export class WritePolicy extends Construct {
  public readonly arn: string;

  constructor(scope: Construct, id: string, { secretName, secretArns, keyArns }: SecretAndKeys) {
    super(scope, id);

    const store = {
      sid: "StoreThisKeyOnly",
      effect: "Allow",
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"],
      resources: secretArns.slice(0, 1), // AWS writes the copies
    };
    const ofThisSecret = { test: "StringEquals", variable: "kms:EncryptionContext:SecretARN", values: [...secretArns] };
    const use = (sid: string, action: string, condition: object[]) => ({
      sid,
      effect: "Allow",
      actions: [action],
      resources: [...keyArns],
      condition: [ofThisSecret, ...condition],
    });
    const encrypt = [
      use("EncryptThisKeyOnly", "kms:GenerateDataKey", []),
      use("CheckEncryption", "kms:Decrypt", secretArns.length > 1 ? [] : [CHECK_ONLY]),
    ];

    const document = new DataAwsIamPolicyDocument(this, "document", { statement: keyArns.length > 0 ? [store, ...encrypt] : [store] });

    this.arn = new IamPolicy(this, "policy", {
      namePrefix: namePrefix(secretName, "-write-", LIMITS.policyName),
      description: `Store the secret ${secretName}`,
      policy: document.json,
      lifecycle: { createBeforeDestroy: true },
    }).arn;
  }
}
