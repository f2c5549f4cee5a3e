import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { Construct } from "constructs";
import { LIMITS } from "../limits";
import { namePrefix } from "../name-prefix";

export interface ReadPolicyProps {
  readonly secretName: string;
  /** The secret and its replicas. */
  readonly secretArns: readonly string[];
  /** The customer-managed keys that they are encrypted by. */
  readonly keyArns: readonly string[];
}

/** A managed policy that lets its holder read one secret, and decrypt it. */
export class ReadPolicy extends Construct {
  public readonly arn: string;

  constructor(scope: Construct, id: string, { secretName, secretArns, keyArns }: ReadPolicyProps) {
    super(scope, id);

    const read = {
      sid: "ReadThisKeyOnly",
      effect: "Allow",
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      resources: [...secretArns],
    };
    const decrypt = {
      sid: "DecryptThisKeyOnly",
      effect: "Allow",
      actions: ["kms:Decrypt"],
      resources: [...keyArns],
      condition: [{ test: "StringEquals", variable: "kms:EncryptionContext:SecretARN", values: [...secretArns] }],
    };

    const document = new DataAwsIamPolicyDocument(this, "document", { statement: keyArns.length > 0 ? [read, decrypt] : [read] });

    this.arn = new IamPolicy(this, "policy", {
      namePrefix: namePrefix(secretName, "-read-", LIMITS.policyName),
      description: `Read the secret ${secretName}`,
      policy: document.json,
      lifecycle: { createBeforeDestroy: true }, // nobody loses it, when AWS refuses to delete the old one, which others have too
    }).arn;
  }
}
