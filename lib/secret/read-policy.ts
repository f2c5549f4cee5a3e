import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { Construct } from "constructs";
import { LIMITS } from "../limits";
import { namePrefix } from "../name-prefix";

/** A secret, as policies name it. */
export interface SecretAndKeys {
  readonly secretName: string;
  /** The secret, and then its replicas. */
  readonly secretArns: readonly string[];
  /** The customer-managed keys that they are encrypted by. */
  readonly keyArns: readonly string[];
}

/** A managed policy that lets its holder read one secret, and decrypt it. */
export class ReadPolicy extends Construct {
  public readonly arn: string;

  /** The policy's text, as JSON. */
  public readonly json: string;

  constructor(scope: Construct, id: string, secret: SecretAndKeys) {
    super(scope, id);
    const { secretName } = secret;

    this.json = new DataAwsIamPolicyDocument(this, "document", { statement: readStatements(secret) }).json;

    this.arn = new IamPolicy(this, "policy", {
      namePrefix: namePrefix(secretName, "-read-", LIMITS.policyName),
      description: `Read the secret ${secretName}`,
      policy: this.json,
      lifecycle: { createBeforeDestroy: true }, // nobody loses it, when AWS refuses to delete the old one, which others have too
    }).arn;
  }
}

/** What it takes to read a secret. */
function readStatements({ secretArns, keyArns }: SecretAndKeys): DataAwsIamPolicyDocumentStatement[] {
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
  return keyArns.length > 0 ? [read, decrypt] : [read];
}

/** The same for a policy of somebody's own, with those of other secrets: two statements of a policy have no Sid in common. */
export function grantStatements(secret: SecretAndKeys): DataAwsIamPolicyDocumentStatement[] {
  return readStatements(secret).map(({ sid: _, ...statement }) => statement);
}
