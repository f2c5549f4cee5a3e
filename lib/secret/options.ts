import type { PropsOf } from "../known-props";
import type { DenyStatement } from "./policy-statements";
import type { Replica } from "./replica";
import type { RotationProps } from "./rotation";

/** How a secret is kept. One key and all keys of a stack have the same options. */
export interface SecretOptions {
  /**
   * The ARNs of the roles and users that may read the key, in this account or another one. AWS denies everybody else, administrators and
   * the account's root included. `grantRead` adds to the list. For a role of IAM Identity Center, 16 question marks
   * stand for the suffix. A reader also needs an IAM policy that allows reading, such as the read policy. An AWS service that reads by
   * itself, not with a role, has no ARN, and can't be a reader.
   * @default no list: everybody with an IAM policy that allows reading may read
   */
  readonly readers?: readonly string[] | undefined;

  /**
   * The ARNs of the roles and users that may also read in an emergency. Each of their reads raises the alarm.
   * @default []
   */
  readonly breakGlass?: readonly string[] | undefined;

  /**
   * Those who may read may do so through an MCP server of AWS's too, by which an agent calls AWS with their credentials. It needs `readers`.
   * https://docs.aws.amazon.com/agent-toolkit/latest/userguide/security_iam_service-with-iam.html
   * @default false with `readers`
   */
  readonly allowMcpServers?: boolean | undefined;

  /**
   * Statements of your own in the secret's resource policy, beside those of `readers`. They deny: to read from outside a VPC endpoint or an
   * organization, such as `{ sid, effect: "Deny", actions: ["secretsmanager:GetSecretValue"], condition: [{ test, variable, values }] }`. They need `readers`.
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
   * @default none
   */
  readonly policyStatements?: readonly DenyStatement[] | undefined;

  /**
   * The KMS key that encrypts the secret. `customer-managed` makes a key for this secret, which works through Secrets Manager only; an ARN
   * names a key that you have. Readers in another account need one of the two.
   * @default the key that AWS manages, which is free
   */
  readonly encryptionKey?: string | undefined;

  /**
   * The other regions that get a copy of the secret.
   * @default []
   */
  readonly replicas?: readonly Replica[] | undefined;

  /**
   * A copy takes the place of a secret that has its name in its region, which is lost for ever. It counts when AWS makes the copy. It needs
   * `replicas`. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
   * @default false: AWS makes no copy there, and the deploy fails
   */
  readonly forceOverwriteReplicaSecret?: boolean | undefined;

  /**
   * Who replaces the key, and when: a Lambda function of yours, or one that has OpenAI or OpenRouter make it. The list of readers includes
   * the function's role. With a function of yours, each deploy that changes this has AWS call its step `testSecret`.
   * @default only a deploy changes the key
   */
  readonly rotation?: RotationProps | undefined;

  /**
   * The ARN of the SNS topic that gets a message for each read by anyone who is not in `readers`, for each change of the secret's resource
   * policy, KMS key and rotation and of that key's own policy, for each new replica, and for the secret's deletion and restoration. A topic
   * that AWS's own key encrypts (`alias/aws/sns`) gets none, and nothing fails: docs/access.md has the command that proves delivery. About 20
   * readers fit into the rule. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
   * @default no notifications
   */
  readonly alarmTopicArn?: string | undefined;

  /**
   * The number of days in which a deleted secret can be restored: 7 to 30. With 0, AWS deletes it at once and for ever.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
   * @default 30
   */
  readonly recoveryWindowInDays?: number | undefined;

  /**
   * Terraform refuses to destroy the secret. https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
   * @default true
   */
  readonly preventDestroy?: boolean | undefined;
}

export const SECRET_OPTIONS: PropsOf<SecretOptions> = {
  readers: "list",
  breakGlass: "list",
  allowMcpServers: "boolean",
  policyStatements: "list",
  encryptionKey: "text",
  replicas: "list",
  forceOverwriteReplicaSecret: "boolean",
  rotation: "object",
  alarmTopicArn: "text",
  recoveryWindowInDays: "number",
  preventDestroy: "boolean",
};

/** What only one secret can have. */
export interface OneSecretOptions {
  /**
   * The secret's description in AWS: at most 2,048 characters.
   * @default "AI API secret key"
   */
  readonly description?: string | undefined;

  /**
   * Tags of the secret, in addition to those that the AWS provider gives every resource.
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/managing-secrets_tagging.html
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;

  /**
   * The ARN of an existing secret that is taken over. It keeps its ARN, and its old value stays as `AWSPREVIOUS`.
   * https://developer.hashicorp.com/terraform/language/block/import
   * @default a new secret
   */
  readonly adoptSecretArn?: string | undefined;

  /**
   * The ARN of the KMS key that `encryptionKey: "customer-managed"` has made for the adopted secret, when the state is lost: the key is taken
   * over with its alias.
   * @default a new key
   */
  readonly adoptEncryptionKeyArn?: string | undefined;

  /**
   * The day from which on the provider takes the key no longer, such as `2027-03-31`. It is a tag of the secret; `ai-key verify`, and with it
   * the search for drift, fails in the last 14 days.
   * @default none
   */
  readonly expiresOn?: string | undefined;

  /**
   * The name of the SSM parameter that holds the secret's ARN, such as `/ai/api-secret-arn`. With it, applications need no access to the
   * state. With `adoptSecretArn`, a parameter of this name is taken over.
   * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
   * @default no parameter
   */
  readonly publishArnTo?: string | undefined;
}

export const ONE_SECRET_OPTIONS: PropsOf<OneSecretOptions> = {
  description: "text",
  tags: "object",
  adoptSecretArn: "text",
  adoptEncryptionKeyArn: "text",
  expiresOn: "text",
  publishArnTo: "text",
};
