import type { PropsOf } from "../known-props";

/** The messages that remind of a rotation: https://cloud.google.com/secret-manager/docs/secret-rotation */
export interface Reminder {
  /** The days from the first deploy to the first message, and from each message to the next: 1 to 36,500. */
  readonly everyDays: number;
}

/** How a secret is kept. One key and all keys of a stack have the same options. */
export interface GoogleSecretOptions {
  /**
   * Who may read the key, as IAM writes it: `serviceAccount:app@acme-ai.iam.gserviceaccount.com`, `user:…`, `group:…`, `principal://…` or
   * `principalSet://…`. Each deploy removes everybody else from the secret's own policy; what is granted on the project, the folder or
   * the organisation stays. `grantRead` adds to the list.
   * https://cloud.google.com/iam/docs/principal-identifiers
   * @default no list: the secret's own policy is left alone
   */
  readonly readers?: readonly string[] | undefined;

  /**
   * The locations that keep the secret, such as `europe-west3`. They can't be changed later.
   * https://cloud.google.com/secret-manager/docs/locations
   * @default Google chooses the locations
   */
  readonly locations?: readonly string[] | undefined;

  /**
   * The Cloud KMS keys that encrypt the secret, as `projects/…/locations/…/keyRings/…/cryptoKeys/…`: one for each of the `locations`, in
   * their order, or one in `global` without them. Secret Manager's service agent needs the right to use them.
   * https://cloud.google.com/secret-manager/docs/cmek
   * @default Google's own keys
   */
  readonly encryptionKeys?: readonly string[] | undefined;

  /**
   * The Pub/Sub topics that get a message for each change of the secret, as `projects/…/topics/…`: 10 at most. Secret Manager's service
   * agent needs the right to publish there. A read is no change, and sends none.
   * https://cloud.google.com/secret-manager/docs/event-notifications
   * @default no messages
   */
  readonly topics?: readonly string[] | undefined;

  /**
   * The `topics` also get a message when the key is to be rotated.
   * @default no reminders
   */
  readonly remind?: Reminder | undefined;

  /**
   * The number of days in which an old version of the key can be brought back after a rotation: 1 to 1,000. With 0, Google destroys it at
   * once and for ever. It does not hold for the secret itself, which Google deletes at once and for ever.
   * https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions
   * @default 30
   */
  readonly recoveryWindowInDays?: number | undefined;

  /**
   * Terraform refuses to destroy the secret. https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
   * @default true
   */
  readonly preventDestroy?: boolean | undefined;
}

export const GOOGLE_SECRET_OPTIONS: PropsOf<GoogleSecretOptions> = {
  readers: "list",
  locations: "list",
  encryptionKeys: "list",
  topics: "list",
  remind: "object",
  recoveryWindowInDays: "number",
  preventDestroy: "boolean",
};
