import type { Replica } from "./replica";
import type { RotationProps } from "./rotation";

/** How a secret is kept: the same for one key and for all keys of a stack. */
export interface SecretOptions {
  /**
   * The ARNs of the roles and users that may read the key, of this account or another one. Everybody else is denied, administrators and
   * the account's root included; whoever `grantRead` is called for joins the list. A reader needs the read policy, or one like it, too.
   * @default no list: whoever has an IAM policy for it may read
   */
  readonly readers?: readonly string[];

  /**
   * The ARNs of roles and users that may read in an emergency, besides `readers`. Their reads raise the alarm.
   * @default []
   */
  readonly breakGlass?: readonly string[];

  /**
   * `customer-managed` for a KMS key of the secret's own, which works through Secrets Manager alone, or the ARN of a key of yours.
   * Readers of another account need one.
   * @default the key that AWS manages, which is free
   */
  readonly encryptionKey?: string;

  /**
   * Copies in other regions.
   * @default []
   */
  readonly replicas?: readonly Replica[];

  /**
   * A Lambda function of yours replaces the key. Its role joins the allow-list.
   * @default the key changes by a deploy alone
   */
  readonly rotation?: RotationProps;

  /**
   * An SNS topic to notify of reads by anyone who is not in `readers`, of changes to the secret's resource policy, of new replicas and of
   * its deletion. About 20 readers fit into the rule, more where the account has a higher quota.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
   * @default no notifications
   */
  readonly alarmTopicArn?: string;

  /**
   * How many days a deleted secret can be restored: 7 to 30, or 0 to delete it at once and for ever.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
   * @default 30
   */
  readonly recoveryWindowInDays?: number;

  /**
   * Has Terraform refuse to destroy the secret. https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
   * @default in an AiKeyStack, true in the environment Production; else false
   */
  readonly preventDestroy?: boolean;
}
