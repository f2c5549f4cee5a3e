import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import type { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { type ITerraformDependable, Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import { inRegion } from "./arn";
import { PROVIDER_CHOICE, type ProviderChoice, useProvider } from "./aws-provider";
import { CheckBlock } from "./check-block";
import { refuseTooLong } from "./check-limits";
import { checkKmsKeyArn, checkProp, checkSecretName } from "./checks";
import { refuseClashes } from "./clashes";
import type { EphemeralVariable } from "./ephemeral-variable";
import { checkKeys } from "./key/check-key";
import { checkKnownProps, type PropsOf } from "./known-props";
import { LIMITS } from "./limits";
import { propOf } from "./prop-of";
import { declareTargets } from "./provider-floors";
import { staysInRegion } from "./region";
import { providerIn } from "./rotation/provider-rotation";
import { adopt, checkAdoption } from "./secret/adoption";
import { AllowList, otherPolicies } from "./secret/allow-list";
import { checkBody, limitToRoom, type SecretBody, secretText } from "./secret/body";
import { EncryptionKey } from "./secret/encryption-key";
import { checkExpiresOn } from "./secret/expiry";
import { Grants } from "./secret/grants";
import { type GrantableSecret, KnownSecret, type KnownSecretOptions } from "./secret/known-secret";
import { ONE_SECRET_OPTIONS, type OneSecretOptions, SECRET_OPTIONS, type SecretOptions } from "./secret/options";
import { ReadAlarm } from "./secret/read-alarm";
import { grantStatements, type SecretAndKeys } from "./secret/read-policy";
import type { Principal, Reader } from "./secret/reader";
import { checkRegions } from "./secret/regions";
import { checkReplicas, noCopies, noFailedCopies, notInOwnRegion } from "./secret/replica";
import { checkRotation, Rotation } from "./secret/rotation";
import { checkTagsOf, tagsOf } from "./secret/tags";
import { VERSION_STAGES } from "./secret/version-stages";
import { requireVersions } from "./version-floors";

export interface AiKeySecretProps extends SecretOptions, OneSecretOptions, ProviderChoice {
  /**
   * The variable that brings the key; or several, each by the name of its field in the JSON that the secret then holds, such as
   * `{ OPENAI_API_KEY: openAiKey }`. A literal key does not compile.
   * @default none, with a provider's `rotation`, which makes the key
   */
  readonly apiKey?: EphemeralVariable | Readonly<Record<string, EphemeralVariable>> | undefined;

  /**
   * The version of the key: a positive integer below 2^53. Terraform keeps no key, so it can't see a new one. It stores the key again when
   * this number changes, and `body` with it.
   * @default 1
   */
  readonly apiKeyVersion?: number | undefined;

  /**
   * The secret holds a JSON object: the key as `apiKey`, and what is given here beside it.
   * @default the secret holds the key and nothing else
   */
  readonly body?: SecretBody | undefined;

  /** The secret's name in AWS, such as `ai/production/api-key`: 1 to 512 letters, digits and `/_+=.@-`. */
  readonly name: string;
}

const PROPS: PropsOf<AiKeySecretProps> = {
  ...SECRET_OPTIONS,
  ...ONE_SECRET_OPTIONS,
  ...PROVIDER_CHOICE,
  apiKey: "construct",
  apiKeyVersion: "number",
  body: "object",
  name: "text!",
};

/**
 * One API key in AWS Secrets Manager, and a managed IAM policy that allows reading this key and no other one. The key reaches AWS through a
 * write-only argument, so no plan and no state holds it.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret_version
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * const apiKey = new EphemeralVariable(this, "ai_api_key");
 * const secret = new AiKeySecret(this, "ai-key", { apiKey, name: "ai/production/api-key" });
 * secret.grantRead(role);
 */
export class AiKeySecret extends Construct implements GrantableSecret {
  /** The secret's ARN, with the six characters that AWS adds. */
  public readonly arn: string;

  /** The secret's name in AWS. */
  public readonly name: string;

  /** The ARN of the policy that allows reading this key. */
  public readonly readPolicyArn: string;

  /**
   * The read policy's text, as JSON. The administrators of another account attach it to their role there.
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
   */
  public readonly readPolicyDocument: string;

  /** The resource policy with the list of readers. Undefined without `readers`. */
  public readonly policy: SecretsmanagerSecretPolicy | undefined;

  /** The secret in Terraform, for what this construct has no option for. */
  public readonly secret: SecretsmanagerSecret;

  /** The stored version in Terraform, whose `versionId` is AWS's name for it; undefined where the rotation makes the key. */
  public readonly version: SecretsmanagerSecretVersion | undefined;

  /** The ARNs of the copies, in the order of `replicas`. */
  public readonly replicaArns: readonly string[];

  /** The ARN of the KMS key that encrypts the secret. Undefined for the key that AWS manages. */
  public readonly encryptionKeyArn: string | undefined;

  private readonly secretAndKeys: SecretAndKeys;

  private readonly grants: Grants;

  constructor(scope: Construct, id: string, props: AiKeySecretProps) {
    super(scope, id);
    requireVersions(this); // before all else, as it tells a program on CDK Terrain what to do
    checkKnownProps(propOf(this), props, PROPS);
    const { apiKey, body, name, replicas = [], recoveryWindowInDays = 30, apiKeyVersion = 1 } = props;
    if (props.awsProvider) {
      useProvider(this, props.awsProvider);
    }
    if (props.rotation) {
      checkRotation(propOf(this, "rotation"), props.rotation);
    }
    if (props.rotation && providerIn(props.rotation)) {
      const rule = "be left out, as the rotation makes the key: a deploy must not store another one over it";
      checkProp(propOf(this, "apiKey"), apiKey === undefined, rule, typeof apiKey); // which may be a key
    } else {
      checkKeys(this, apiKey, apiKeyVersion);
    }
    if (body !== undefined) {
      checkBody(propOf(this, "body"), body, apiKey);
    }
    if (props.adoptSecretArn === undefined) {
      checkSecretName(propOf(this, "name"), name);
    } else {
      checkAdoption(this, "name", props.adoptSecretArn, name);
    }
    checkRecoveryWindow(this, recoveryWindowInDays);
    checkReplicas(this, replicas, props.forceOverwriteReplicaSecret);
    checkDescription(this, props.description);
    checkExpiry(this, props);
    checkTagsOf(propOf(this, "tags"), props);
    checkWithReaders(this, props);
    checkAdoptedKey(this, props);
    checkRegions(this, props);
    declareTargets(this);
    refuseClashes(this);
    refuseTooLong(this);

    const allowList =
      props.readers &&
      new AllowList(this, "allow-list", {
        readers: props.readers,
        breakGlass: props.breakGlass ?? [],
        mcpServers: props.allowMcpServers,
        statements: props.policyStatements,
      });

    const ownKey =
      props.encryptionKey === "customer-managed"
        ? new EncryptionKey(this, "encryption-key", {
            secretName: name,
            allowList,
            replicated: replicas.length > 0,
            adoptArn: props.adoptEncryptionKeyArn,
          })
        : undefined;
    const encryptionKeyArn = ownKey?.arn ?? props.encryptionKey;
    if (encryptionKeyArn !== undefined) {
      checkKmsKeyArn(propOf(this, "encryptionKey"), encryptionKeyArn);
    }

    if (apiKey) {
      limitToRoom(apiKey, body);
    }

    this.encryptionKeyArn = encryptionKeyArn;

    const copied = replicas.length > 0;
    const others = otherPolicies(this);
    const secret = new SecretsmanagerSecret(this, "secret", {
      name,
      description: props.description ?? "AI API secret key",
      recoveryWindowInDays,
      tags: tagsOf(props),
      // "{}" is none, so that a plan shows one that somebody else has put there: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret#policy-1
      policy: allowList ? undefined : Lazy.stringValue({ produce: () => (others.size > 0 ? undefined : "{}") }),
      kmsKeyId: encryptionKeyArn,
      forceOverwriteReplicaSecret: props.forceOverwriteReplicaSecret,
      replica: replicas.length > 0 ? replicas.map(({ region, encryptionKey }) => ({ region, kmsKeyId: encryptionKey })) : undefined,
      lifecycle: {
        createBeforeDestroy: true, // a name that AWS does not give must not cost the secret that has another one
        preventDestroy: (props.preventDestroy ?? true) || undefined,
        precondition: copied ? [notInOwnRegion(this, replicas)] : undefined,
        postcondition: [staysInRegion(this), ...(copied && !apiKey ? [noFailedCopies("self.replica")] : [])],
      },
      dependsOn: ownKey ? [ownKey.policy] : undefined,
    });
    this.secret = secret;
    this.arn = secret.arn;
    this.name = secret.name;
    if (!copied) {
      new CheckBlock(this, "copies", [noCopies(this, secret)]);
    }

    if (props.adoptSecretArn !== undefined) {
      adopt(this, secret, props.adoptSecretArn, props);
    }

    const keyArns = [encryptionKeyArn, ...replicas.map(({ encryptionKey }) => encryptionKey)];
    const customerManagedKeys = keyArns.every((arn) => arn !== undefined);
    this.policy = allowList?.protect(this.arn, customerManagedKeys);

    this.version =
      apiKey &&
      new SecretsmanagerSecretVersion(this, "version", {
        secretId: this.arn,
        secretStringWo: secretText(apiKey, body),
        secretStringWoVersion: apiKeyVersion,
        versionStages: VERSION_STAGES,
        lifecycle: {
          ignoreChanges: ["version_stages"], // the provider would move AWSCURRENT back to an old key
          postcondition: copied
            ? [noFailedCopies(`${secret.terraformResourceType}.${secret.friendlyUniqueId}.replica`, "self.version_id")]
            : undefined,
        },
        dependsOn: this.policy ? [this.policy] : undefined, // before there is something to read
      });

    if (props.rotation) {
      const { roleArn, accountRoot } = new Rotation(this, "rotation", {
        rotation: props.rotation,
        secretArn: this.arn,
        secretName: name,
        after: [this.version ?? this.policy].filter((one) => one !== undefined),
        body,
        encrypted: encryptionKeyArn !== undefined,
      });
      allowList?.add(roleArn, accountRoot);
    }

    this.replicaArns = replicas.map(({ region }) => inRegion(this.arn, region));
    this.secretAndKeys = {
      secretName: name,
      secretArns: [this.arn, ...this.replicaArns],
      keyArns: keyArns.filter((arn) => arn !== undefined),
    };
    const { policy } = this;
    this.grants = new Grants(this, this.secretAndKeys, allowList && policy && { add: (arn) => allowList.add(arn), policy });
    const readPolicy = this.grants.readPolicy();
    this.readPolicyArn = readPolicy.arn;
    this.readPolicyDocument = readPolicy.json;

    if (props.alarmTopicArn !== undefined) {
      const { alarmTopicArn: topicArn } = props;
      new ReadAlarm(this, "alarm", { topicArn, secretArn: this.arn, secretName: name, encryptionKeyArn, allowList });
    }

    if (props.publishArnTo !== undefined) {
      checkParameterName(this, props.publishArnTo);
      new SsmParameter(this, "arn-parameter", {
        name: props.publishArnTo,
        description: `The ARN of the secret ${name}`,
        type: "String",
        insecureValue: this.arn, // an ARN is no secret: plans may show it
        overwrite: props.adoptSecretArn === undefined ? undefined : true, // the parameter outlives a lost state, as the secret does
      });
    }
  }

  /** What the read policy says, for a policy of yours that lets its holder read many keys. Each call gives new statements. */
  public get readStatements(): DataAwsIamPolicyDocumentStatement[] {
    return grantStatements(this.secretAndKeys);
  }

  /**
   * A secret that another stack or program has made, to grant and to read, by its whole ARN.
   *
   * @throws Error for a literal that is no whole ARN
   */
  public static fromSecretArn(scope: Construct, id: string, secretArn: string, options?: KnownSecretOptions): KnownSecret {
    return new KnownSecret(scope, id, { secretArn }, options);
  }

  /**
   * The same by its name: a deploy asks AWS for the ARN.
   *
   * @throws Error for what is no secret's name
   */
  public static fromSecretName(scope: Construct, id: string, secretName: string, options?: KnownSecretOptions): KnownSecret {
    return new KnownSecret(scope, id, { secretName }, options);
  }

  /**
   * Attaches the read policy to a role or a user, in its own stack, and adds it to `readers` if the secret has that list. With an ARN alone,
   * such as that of a role of another account, it does the second. Another call for the same reader changes nothing.
   *
   * @returns the attachment, to depend on; with an ARN alone, the resource policy
   * @throws Error for a name that IAM does not accept, such as an ARN, and for a role of IAM Identity Center
   */
  public grantRead(reader: Reader): ITerraformDependable {
    return this.grants.read(reader);
  }

  /**
   * Lets a role or a user store new values, and not read them, by a policy that is made at the first call. The next deploy does not undo
   * what is stored so.
   *
   * @returns the attachment, to depend on
   * @throws Error as `grantRead`, and for an ARN alone
   */
  public grantWrite(writer: Principal): ITerraformDependable {
    return this.grants.write(writer);
  }
}

function checkRecoveryWindow(scope: Construct, days: number): void {
  checkProp(
    propOf(scope, "recoveryWindowInDays"),
    Token.isUnresolved(days) || days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30),
    "be 0 (delete at once) or a whole number of days from 7 to 30",
    days,
  );
}

function checkDescription(scope: Construct, description = ""): void {
  const { most, unit } = LIMITS.secretDescription;
  checkProp(
    propOf(scope, "description"),
    Token.isUnresolved(description) || description.length <= most,
    `have at most ${most} ${unit}`,
    `${description.length} ${unit}`,
  );
}

function checkExpiry(scope: Construct, { expiresOn, rotation }: AiKeySecretProps): void {
  if (expiresOn !== undefined) {
    const made = rotation && providerIn(rotation);
    checkProp(propOf(scope, "expiresOn"), !made, `be left out: rotation.${made}.expiresInDays says it`, expiresOn);
    checkExpiresOn(propOf(scope, "expiresOn"), expiresOn);
  }
}

function checkWithReaders(scope: Construct, { readers, breakGlass, allowMcpServers, policyStatements }: AiKeySecretProps): void {
  for (const [prop, value] of Object.entries({ breakGlass, allowMcpServers, policyStatements })) {
    checkProp(propOf(scope, prop), value === undefined || readers !== undefined, "come with readers, an allow-list", value);
  }
}

function checkAdoptedKey(scope: Construct, { adoptEncryptionKeyArn: arn, adoptSecretArn, encryptionKey }: AiKeySecretProps): void {
  if (arn !== undefined) {
    const valid = adoptSecretArn !== undefined && encryptionKey === "customer-managed" && !Token.isUnresolved(arn);
    const rule = 'be a literal, and come with adoptSecretArn and encryptionKey: "customer-managed"; set a key of yours as encryptionKey';
    checkProp(propOf(scope, "adoptEncryptionKeyArn"), valid, rule, arn);
    checkKmsKeyArn(propOf(scope, "adoptEncryptionKeyArn"), arn);
  }
}

function checkParameterName(scope: Construct, name: string): void {
  checkProp(
    propOf(scope, "publishArnTo"),
    Token.isUnresolved(name) || (/^(\/[\w.-]+){1,15}$/.test(name) && !/^\/(aws|ssm)/i.test(name)),
    "be a path such as /ai/api-secret-arn: letters, digits and _.- between slashes, not under /aws or /ssm",
    name,
  );
}
