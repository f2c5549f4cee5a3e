import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUserPolicyAttachment } from "@cdktf/provider-aws/lib/iam-user-policy-attachment";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Lazy, TerraformResource, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { inRegion } from "./arn";
import { refuseTooLong } from "./check-limits";
import { checkKmsKeyArn, checkProp, checkSecretName } from "./checks";
import { refuseClashes } from "./clashes";
import type { EphemeralVariable } from "./ephemeral-variable";
import { checkKnownProps, type PropsOf } from "./known-props";
import { LIMITS } from "./limits";
import { staysInRegion } from "./region";
import { adopt, checkAdoption } from "./secret/adoption";
import { AllowList } from "./secret/allow-list";
import { bodyValidation, jsonBody, SECRET_BODY, type SecretBody } from "./secret/body";
import { EncryptionKey } from "./secret/encryption-key";
import { SECRET_OPTIONS, type SecretOptions } from "./secret/options";
import { ReadAlarm } from "./secret/read-alarm";
import { ReadPolicy } from "./secret/read-policy";
import { type Reader, readerArnOf, readerNameOf } from "./secret/reader";
import { checkReplicas, NO_COPIES, NO_FAILED_COPY, notInOwnRegion } from "./secret/replica";
import { Rotation } from "./secret/rotation";
import { VERSION_STAGES } from "./secret/version-stages";
import { declareTargets, requireVersions } from "./version-floors";

export interface AiKeySecretProps extends SecretOptions {
  /** The variable that brings the key. A literal key does not compile. */
  readonly apiKey: EphemeralVariable;

  /**
   * The version of the key: a positive integer below 2^53. Terraform keeps no key, so it can't see a new one. It stores the key again when
   * this number changes.
   * @default 1
   */
  readonly apiKeyVersion?: number;

  /** The secret's name in AWS, such as `ai/production/api-key`: 1 to 512 letters, digits and `/_+=.@-`. */
  readonly name: string;

  /**
   * The secret's description in AWS: at most 2,048 characters.
   * @default "AI API secret key"
   */
  readonly description?: string;

  /**
   * The ARN of an existing secret that this construct takes over. It keeps its ARN, and its old value stays as `AWSPREVIOUS`.
   * https://developer.hashicorp.com/terraform/language/block/import
   * @default a new secret
   */
  readonly adoptSecretArn?: string;

  /**
   * The ARN of the KMS key that `encryptionKey: "customer-managed"` has made for the adopted secret, when the state is lost: the key is taken
   * over with its alias.
   * @default a new key
   */
  readonly adoptEncryptionKeyArn?: string;

  /**
   * The secret holds a JSON object: the key as `apiKey`, and these values beside it.
   * @default the secret holds the key and nothing else
   */
  readonly body?: SecretBody;

  /**
   * The name of the SSM parameter that holds the secret's ARN, such as `/ai/api-secret-arn`. With it, applications need no access to the
   * state. With `adoptSecretArn`, a parameter of this name is taken over.
   * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
   * @default none
   */
  readonly publishArnTo?: string;
}

const PROPS: PropsOf<AiKeySecretProps> = {
  ...SECRET_OPTIONS,
  apiKey: "construct!",
  apiKeyVersion: "number",
  name: "text!",
  description: "text",
  adoptSecretArn: "text",
  adoptEncryptionKeyArn: "text",
  body: "object",
  publishArnTo: "text",
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
export class AiKeySecret extends Construct {
  /** The secret's ARN, with the six characters that AWS adds. */
  public readonly arn: string;

  /** The secret's name in AWS. */
  public readonly name: string;

  /** The ARN of the policy that allows reading this key. */
  public readonly readPolicyArn: string;

  private readonly allowList: AllowList | undefined;

  constructor(scope: Construct, id: string, props: AiKeySecretProps) {
    super(scope, id);
    checkKnownProps("AiKeySecret", props, PROPS);
    if (props.body !== undefined) {
      checkKnownProps("AiKeySecret.body", props.body, SECRET_BODY);
    }
    const { apiKey, name, replicas = [], recoveryWindowInDays = 30, apiKeyVersion = 1 } = props;
    checkEphemeral(apiKey);
    if (props.adoptSecretArn === undefined) {
      checkSecretName("AiKeySecret.name", name);
    } else {
      checkAdoption(props.adoptSecretArn, name);
    }
    checkVersion(apiKeyVersion);
    checkRecoveryWindow(recoveryWindowInDays);
    checkReplicas(replicas);
    checkDescription(props.description);
    checkEndpoint(props.body?.endpoint);
    checkWithReaders(props);
    checkAdoptedKey(props);
    requireVersions(this);
    declareTargets(this);
    refuseClashes(this);
    refuseTooLong(this);

    if (props.readers) {
      this.allowList = new AllowList(this, "allow-list", {
        readers: props.readers,
        breakGlass: props.breakGlass ?? [],
        mcpServers: props.allowMcpServers,
      });
    }

    const ownKey =
      props.encryptionKey === "customer-managed"
        ? new EncryptionKey(this, "encryption-key", {
            secretName: name,
            allowList: this.allowList,
            replicated: replicas.length > 0,
            adoptArn: props.adoptEncryptionKeyArn,
          })
        : undefined;
    const encryptionKeyArn = ownKey?.arn ?? props.encryptionKey;
    if (encryptionKeyArn !== undefined) {
      checkKmsKeyArn("AiKeySecret.encryptionKey", encryptionKeyArn);
    }

    if (props.body) {
      apiKey.addValidation(bodyValidation(apiKey.friendlyUniqueId, props.body));
    }

    const secret = new SecretsmanagerSecret(this, "secret", {
      name,
      description: props.description ?? "AI API secret key",
      recoveryWindowInDays,
      // "{}" is none, so that a plan shows one that somebody else has put there: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret#policy-1
      policy: this.allowList ? undefined : Lazy.stringValue({ produce: () => (hasPolicies(this) ? undefined : "{}") }),
      kmsKeyId: encryptionKeyArn,
      replica: replicas.length > 0 ? replicas.map(({ region, encryptionKey }) => ({ region, kmsKeyId: encryptionKey })) : undefined,
      lifecycle: {
        createBeforeDestroy: true, // a name that AWS does not give must not cost the secret that has another one
        preventDestroy: props.preventDestroy || undefined,
        precondition: replicas.length > 0 ? [notInOwnRegion(this, replicas)] : undefined,
        postcondition: [staysInRegion(this), replicas.length > 0 ? NO_FAILED_COPY : NO_COPIES],
      },
      dependsOn: ownKey ? [ownKey.policy] : undefined,
    });
    this.arn = secret.arn;
    this.name = secret.name;

    if (props.adoptSecretArn !== undefined) {
      adopt(this, secret, props.adoptSecretArn, props);
    }

    const keyArns = [encryptionKeyArn, ...replicas.map(({ encryptionKey }) => encryptionKey)];
    const customerManagedKeys = keyArns.every((arn) => arn !== undefined);
    const policy = this.allowList?.protect(this.arn, customerManagedKeys);

    const version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: this.arn,
      secretStringWo: props.body ? jsonBody(apiKey.stringValue, props.body) : apiKey.stringValue,
      secretStringWoVersion: apiKeyVersion,
      versionStages: VERSION_STAGES,
      lifecycle: { ignoreChanges: ["version_stages"] }, // the provider would move AWSCURRENT back to an old key
      dependsOn: policy ? [policy] : undefined, // before there is something to read
    });

    if (props.rotation) {
      new Rotation(this, "rotation", { rotation: props.rotation, secretArn: this.arn, secretName: name, version });
      this.allowList?.add(props.rotation.function.roleArn);
    }

    const replicaArns = replicas.map(({ region }) => inRegion(this.arn, region));
    this.readPolicyArn = new ReadPolicy(this, "read-policy", {
      secretName: name,
      secretArns: [this.arn, ...replicaArns],
      keyArns: keyArns.filter((arn) => arn !== undefined),
    }).arn;

    if (props.alarmTopicArn !== undefined) {
      const { alarmTopicArn: topicArn } = props;
      new ReadAlarm(this, "alarm", { topicArn, secretArn: this.arn, secretName: name, encryptionKeyArn, allowList: this.allowList });
    }

    if (props.publishArnTo !== undefined) {
      checkParameterName(props.publishArnTo);
      new SsmParameter(this, "arn-parameter", {
        name: props.publishArnTo,
        description: `The ARN of the secret ${name}`,
        type: "String",
        insecureValue: this.arn, // an ARN is no secret: plans may show it
        overwrite: props.adoptSecretArn === undefined ? undefined : true, // the parameter outlives a lost state, as the secret does
      });
    }
  }

  /**
   * Attaches the read policy to a role or a user, and adds it to `readers` if the secret has that list. A second call for the same reader
   * changes nothing.
   *
   * @throws Error for a name that IAM does not accept, such as an ARN
   */
  public grantRead(reader: Reader): void {
    const { kind, name, id } = readerNameOf(reader);
    if (this.node.tryFindChild(id)) {
      return;
    }

    if (kind === "role") {
      new IamRolePolicyAttachment(this, id, { role: name, policyArn: this.readPolicyArn });
    } else {
      new IamUserPolicyAttachment(this, id, { user: name, policyArn: this.readPolicyArn });
    }
    this.allowList?.add(readerArnOf(this, reader));
  }
}

/** Whether the program has resource policies of its own for secrets. */
function hasPolicies(scope: Construct): boolean {
  return TerraformStack.of(scope)
    .node.findAll()
    .filter(TerraformResource.isTerraformResource)
    .some((element) => element.terraformResourceType === "aws_secretsmanager_secret_policy" && !(element.node.scope instanceof AllowList));
}

/** This serves programs without type checks. The given value may be a key, so the error does not show it. */
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

function checkDescription(description = ""): void {
  const { most, unit } = LIMITS.secretDescription;
  checkProp(
    "AiKeySecret.description",
    Token.isUnresolved(description) || description.length <= most,
    `have at most ${most} ${unit}`,
    `${description.length} ${unit}`,
  );
}

/** Applications send the key there. */
function checkEndpoint(endpoint = ""): void {
  checkProp(
    "AiKeySecret.body.endpoint",
    !/^\s*http:/i.test(endpoint),
    "be an https address, because applications send the key there",
    endpoint,
  );
}

function checkWithReaders({ readers, breakGlass, allowMcpServers }: AiKeySecretProps): void {
  for (const [prop, value] of Object.entries({ breakGlass, allowMcpServers })) {
    checkProp(`AiKeySecret.${prop}`, value === undefined || readers !== undefined, "come with readers, an allow-list", value);
  }
}

function checkAdoptedKey({ adoptEncryptionKeyArn: arn, adoptSecretArn, encryptionKey }: AiKeySecretProps): void {
  if (arn !== undefined) {
    const valid = adoptSecretArn !== undefined && encryptionKey === "customer-managed" && !Token.isUnresolved(arn);
    const rule = 'be a literal, and come with adoptSecretArn and encryptionKey: "customer-managed"; set a key of yours as encryptionKey';
    checkProp("AiKeySecret.adoptEncryptionKeyArn", valid, rule, arn);
    checkKmsKeyArn("AiKeySecret.adoptEncryptionKeyArn", arn);
  }
}

function checkParameterName(name: string): void {
  checkProp(
    "AiKeySecret.publishArnTo",
    Token.isUnresolved(name) || (/^(\/[\w.-]+){1,15}$/.test(name) && !/^\/(aws|ssm)/i.test(name)),
    "be a path such as /ai/api-secret-arn: letters, digits and _.- between slashes, not under /aws or /ssm",
    name,
  );
}
