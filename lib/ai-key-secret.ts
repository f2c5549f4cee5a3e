import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUserPolicyAttachment } from "@cdktf/provider-aws/lib/iam-user-policy-attachment";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkProp } from "./check-prop";
import type { EphemeralVariable } from "./ephemeral-variable";
import { nameOf, type Reader } from "./reader";
import { checkSecretName } from "./secret-name";
import { requireVersions } from "./version-floors";

export interface AiKeySecretProps {
  /** The variable that the key arrives in. A literal key does not compile. */
  readonly apiKey: EphemeralVariable;

  /**
   * A positive integer below 2^53. Terraform can't compare a value it doesn't keep: it stores the key when this number changes.
   * @default 1
   */
  readonly apiKeyVersion?: number;

  /** The secret's name in AWS, such as `ai/production/api-key`: 1 to 512 letters, digits and `/_+=.@-`. */
  readonly name: string;

  /** @default "AI API secret key" */
  readonly description?: string;

  /**
   * How many days a deleted secret can be restored: 7 to 30, or 0 to delete it at once and for ever.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
   * @default 30
   */
  readonly recoveryWindowInDays?: number;
}

/**
 * One API key in AWS Secrets Manager, with a managed IAM policy that lets its holder read this key alone. The key reaches AWS through
 * a write-only argument, so it is in no plan and no state.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret_version
 *
 * @throws Error at synth for a name, a version or a recovery window that AWS would refuse
 *
 * @example
 * const apiKey = new EphemeralVariable(this, "ai_api_key");
 * const secret = new AiKeySecret(this, "ai-key", { apiKey, name: "ai/production/api-key" });
 * secret.grantRead(role);
 */
export class AiKeySecret extends Construct {
  /** The secret's ARN, with the six characters that AWS adds. */
  public readonly arn: string;

  /** The secret's name in AWS. */
  public readonly name: string;

  /** The ARN of the policy that allows reading this key. */
  public readonly readPolicyArn: string;

  constructor(scope: Construct, id: string, props: AiKeySecretProps) {
    super(scope, id);
    const apiKeyVersion = props.apiKeyVersion ?? 1;
    const recoveryWindowInDays = props.recoveryWindowInDays ?? 30;
    checkEphemeral(props.apiKey);
    checkSecretName("AiKeySecret.name", props.name);
    checkVersion(apiKeyVersion);
    checkRecoveryWindow(recoveryWindowInDays);
    requireVersions(this);

    const secret = new SecretsmanagerSecret(this, "secret", {
      name: props.name,
      description: props.description ?? "AI API secret key",
      recoveryWindowInDays,
    });

    new SecretsmanagerSecretVersion(this, "version", {
      secretId: secret.id,
      secretStringWo: props.apiKey.stringValue,
      secretStringWoVersion: apiKeyVersion,
    });

    const readDocument = new DataAwsIamPolicyDocument(this, "read", {
      statement: [
        {
          sid: "ReadThisKeyOnly",
          effect: "Allow",
          actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          resources: [secret.arn],
        },
      ],
    });

    const readPolicy = new IamPolicy(this, "read-policy", {
      namePrefix: readPolicyPrefix(props.name),
      description: `Read the secret ${props.name}`,
      policy: readDocument.json,
    });

    this.arn = secret.arn;
    this.name = secret.name;
    this.readPolicyArn = readPolicy.arn;
  }

  /**
   * Attaches the read policy to a role or a user. Granting twice is granting once.
   *
   * @throws Error when a name is not one that IAM accepts, such as an ARN
   */
  public grantRead(reader: Reader): void {
    const { kind, name, id } = nameOf(reader);
    if (this.node.tryFindChild(id)) {
      return;
    }

    if (kind === "role") {
      new IamRolePolicyAttachment(this, id, { role: name, policyArn: this.readPolicyArn });
    } else {
      new IamUserPolicyAttachment(this, id, { user: name, policyArn: this.readPolicyArn });
    }
  }
}

/** For programs without type checks. What was given may be a key: it is not shown. */
function checkEphemeral(apiKey: EphemeralVariable): void {
  checkProp(
    "AiKeySecret.apiKey",
    apiKey?.ephemeral === true,
    "be an EphemeralVariable, never a literal or an ordinary variable",
    typeof apiKey,
  );
}

function checkVersion(version: number): void {
  checkProp(
    "AiKeySecret.apiKeyVersion",
    Token.isUnresolved(version) || (Number.isSafeInteger(version) && version > 0),
    "be a positive integer below 2^53",
    version,
  );
}

function checkRecoveryWindow(days: number): void {
  checkProp(
    "AiKeySecret.recoveryWindowInDays",
    Token.isUnresolved(days) || days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30),
    "be 0 (delete at once) or a whole number of days from 7 to 30",
    days,
  );
}

/** IAM names are one namespace an account, regions included: a prefix lets Terraform add what makes it unique. */
function readPolicyPrefix(secretName: string): string {
  const label = Token.isUnresolved(secretName) ? "ai-key" : secretName.replaceAll("/", "-").slice(0, 90);
  return `${label}-read-`;
}
