import { Fn, type ITerraformDependable, Lazy, type TerraformMetaArguments } from "cdktf";
import { Construct } from "constructs";
import type { EphemeralVariable } from "../ephemeral-variable";
import { checkKey } from "../key/check-key";
import type { PropsOf } from "../known-props";
import { propOf } from "../prop-of";
import { declareTargets } from "../provider-floors";
import { checkBody, limitToRoom, type SecretBody, secretText } from "../secret/body";
import { checkAdoption, checkLabels, checkMembers, checkOptions, checkProps, checkSecretId } from "./checks";
import { GOOGLE_SECRET_OPTIONS, type GoogleSecretOptions } from "./options";
import { type GoogleReader, readerMemberOf } from "./reader";
import { GoogleResource } from "./resources";
import { requireVersions } from "./version-floor";

export interface GoogleAiKeySecretProps extends GoogleSecretOptions {
  /** The variable that brings the key. A literal key does not compile. */
  readonly apiKey: EphemeralVariable;

  /**
   * The version of the key: a positive integer below 2^53. Terraform keeps no key, so it can't see a new one. It stores the key again when
   * this number changes.
   * @default 1
   */
  readonly apiKeyVersion?: number | undefined;

  /** The secret's id at Google, such as `ai-production-api-key`: 1 to 255 letters, digits, hyphens and underscores. */
  readonly secretId: string;

  /**
   * The labels of the secret: lower-case letters, digits, hyphens and underscores.
   * @default {}
   */
  readonly labels?: Readonly<Record<string, string>> | undefined;

  /**
   * The full name of an existing secret that this construct takes over, such as `projects/acme-ai/secrets/my-key`. Its versions stay, and
   * can be read. Never a version: importing one writes the key into state and plan.
   * https://developer.hashicorp.com/terraform/language/block/import
   * @default a new secret
   */
  readonly adoptSecret?: string | undefined;

  /**
   * The secret holds a JSON object: the key as `apiKey`, and what is given here beside it.
   * @default the secret holds the key and nothing else
   */
  readonly body?: SecretBody | undefined;
}

const PROPS: PropsOf<GoogleAiKeySecretProps> = {
  ...GOOGLE_SECRET_OPTIONS,
  apiKey: "construct!",
  apiKeyVersion: "number",
  secretId: "text!",
  labels: "object",
  adoptSecret: "text",
  body: "object",
};

/** It may read the key, and do nothing else. https://cloud.google.com/secret-manager/docs/access-control */
const READER_ROLE = "roles/secretmanager.secretAccessor";

/** The provider's own 20 minutes, in which it repeats what Google has no answer for, are longer than a CI job may take. */
const TIMEOUTS = [{ create: "2m", update: "2m", delete: "2m" }];

/** Seconds in a day. */
const DAY = 86_400;

/**
 * One API key in Google Secret Manager. The key reaches Google through a write-only argument, so no plan and no state holds it.
 *
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/secret_manager_secret_version
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * const apiKey = new EphemeralVariable(this, "ai_api_key");
 * const secret = new GoogleAiKeySecret(this, "ai-key", { apiKey, secretId: "ai-production-api-key" });
 * secret.grantRead("serviceAccount:app@acme-ai.iam.gserviceaccount.com");
 */
export class GoogleAiKeySecret extends Construct {
  /** The secret's id at Google, without its project. */
  public readonly secretId: string;

  /** The secret's full name at Google: `projects/…/secrets/…`. */
  public readonly name: string;

  /** The number that Google has given the stored version, to pin it. */
  public readonly version: string;

  /** The secret, as other resources refer to it. */
  private readonly id: string;

  /** Who may read. Undefined where the secret's policy is not Terraform's. */
  private readonly members: string[] | undefined;

  constructor(scope: Construct, id: string, props: GoogleAiKeySecretProps) {
    super(scope, id);
    requireVersions(this); // before all else, as it tells a program on CDK Terrain what to do
    checkProps(propOf(this), props, PROPS);
    const { apiKey, body, apiKeyVersion = 1, secretId, labels = {}, recoveryWindowInDays = 30, preventDestroy = true } = props;
    checkKey(this, apiKey, apiKeyVersion);
    if (body !== undefined) {
      checkBody(propOf(this, "body"), body, apiKey);
    }
    checkSecretId(propOf(this, "secretId"), secretId);
    checkLabels(propOf(this, "labels"), labels);
    checkMembers(propOf(this, "readers"), props.readers ?? []);
    checkOptions(propOf(this), props);
    if (props.adoptSecret !== undefined) {
      checkAdoption(propOf(this), props.adoptSecret, secretId);
    }
    declareTargets(this);

    limitToRoom(apiKey, body);

    const secret = new GoogleResource(
      this,
      "secret",
      "google_secret_manager_secret",
      {
        secret_id: secretId,
        labels,
        replication: replicationOf(props),
        version_destroy_ttl: recoveryWindowInDays > 0 ? `${recoveryWindowInDays * DAY}s` : undefined,
        topics: props.topics?.map((name) => ({ name })),
        rotation: rotationOf(props),
        timeouts: TIMEOUTS,
      },
      {
        lifecycle: {
          createBeforeDestroy: true, // Google refuses the second one of an id, so that the first one stays
          preventDestroy: preventDestroy || undefined,
          ignoreChanges: props.remind ? ["rotation[0].next_rotation_time"] : undefined, // Google moves it on
          postcondition: [STAYS],
        },
      },
    );
    this.id = secret.getStringAttribute("id");
    this.name = secret.getStringAttribute("name");
    this.secretId = secret.getStringAttribute("secret_id");
    if (props.adoptSecret !== undefined) {
      secret.importFrom(props.adoptSecret);
    }

    this.members = props.readers && [...props.readers];
    const policy = this.members && this.allowOnly(this.members);

    this.version = new GoogleResource(
      this,
      "version",
      "google_secret_manager_secret_version",
      {
        secret: this.id,
        secret_data_wo: secretText(apiKey, body),
        secret_data_wo_version: apiKeyVersion,
        deletion_policy: "DELETE",
        timeouts: TIMEOUTS,
      },
      afterWhatItNeeds(policy),
    ).getStringAttribute("version");
  }

  /**
   * Lets somebody read the key: by `readers`, if the secret has that list. A second call for the same reader changes nothing.
   *
   * @throws Error for what is no member of a policy
   */
  public grantRead(reader: GoogleReader): void {
    const { member, id } = readerMemberOf(propOf(this, "grantRead"), reader);
    if (this.members) {
      this.members.push(...(this.members.includes(member) ? [] : [member]));
    } else if (!this.node.tryFindChild(id)) {
      const { id: secret_id } = this;
      new GoogleResource(this, id, "google_secret_manager_secret_iam_member", { secret_id, role: READER_ROLE, member });
    }
  }

  /** Readers can be granted later. */
  private allowOnly(members: readonly string[]): ITerraformDependable {
    const policyData = () => Fn.jsonencode({ bindings: members.length > 0 ? [{ role: READER_ROLE, members }] : [] });
    return new GoogleResource(this, "readers", "google_secret_manager_secret_iam_policy", {
      secret_id: this.id,
      policy_data: Lazy.stringValue({ produce: policyData }),
    });
  }
}

/** The new version comes first: `latest` is the newest one, and nobody could read a destroyed one. */
function afterWhatItNeeds(policy: ITerraformDependable | undefined): TerraformMetaArguments {
  return { lifecycle: { createBeforeDestroy: true }, dependsOn: policy ? [policy] : undefined };
}

/** An adopted secret may have a time of its own to end, which no plan shows: https://cloud.google.com/secret-manager/docs/secret-expiration */
const STAYS = {
  condition: "${try(length(self.expire_time), 0) == 0}",
  errorMessage:
    "Google deletes the secret ${self.secret_id} with all of its versions at ${self.expire_time}, and Terraform would not change that. Take it away: gcloud secrets update ${self.secret_id} --remove-expiration",
};

function replicationOf({ locations, encryptionKeys = [] }: GoogleSecretOptions) {
  const encryptedBy = (key: string | undefined) => (key === undefined ? {} : { customer_managed_encryption: [{ kms_key_name: key }] });
  return locations === undefined
    ? [{ auto: [encryptedBy(encryptionKeys[0])] }]
    : [{ user_managed: [{ replicas: locations.map((location, index) => ({ location, ...encryptedBy(encryptionKeys[index]) })) }] }];
}

function rotationOf({ remind }: GoogleSecretOptions) {
  const hours = (remind?.everyDays ?? 0) * 24;
  return remind && [{ rotation_period: `${remind.everyDays * DAY}s`, next_rotation_time: `\${timeadd(plantimestamp(), "${hours}h")}` }];
}
