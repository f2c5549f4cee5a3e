import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Annotations, TerraformOutput, TerraformStack, TerraformVariable, Token, VariableType } from "cdktf";
import type { Construct } from "constructs";
import { AiKeySecret } from "./ai-key-secret";
import { regionOf, secretNameOf } from "./arn";
import { checkProp, checkRegion, checkTags, checkUnique } from "./checks";
import { EphemeralVariable } from "./ephemeral-variable";
import { KEY_FORMATS } from "./key/formats";
import { type AiKeyNames, namesOf } from "./key/names";
import { KEY_FORMS, type KeyForm } from "./key/validations";
import { checkKnownProps, didYouMean, type PropsOf } from "./known-props";
import { refuse } from "./refuse";
import type { SecretBody } from "./secret/body";
import { SECRET_OPTIONS, type SecretOptions } from "./secret/options";
import { type SharedState, shareState } from "./team/shared-state";
import { requireVersions } from "./version-floors";

/** One key of a stack. An option that the key leaves out has the stack's value. */
export interface AiKeyProps extends SecretOptions {
  /**
   * The AI provider, such as `openai`: lower-case words with hyphens. It is a part of every name of the key, such as
   * `TF_VAR_openai_api_key` and the output `openai_api_secret_arn`.
   * @default the generic key, with the names `TF_VAR_ai_api_key` and `api_secret_arn`
   */
  readonly provider?: string;

  /**
   * The secret's name in AWS: 1 to 512 letters, digits and `/_+=.@-`.
   * @default "ai/<environment>/api-key", or "ai/<environment>/<provider>-api-key"
   */
  readonly secretName?: string;

  /**
   * The secret's description in AWS: at most 2,048 characters.
   * @default "AI API secret key"
   */
  readonly description?: string;

  /**
   * What the key is if it is none in the provider's own form. `any`: another API key. `gateway`: a key that you made up for a gateway of yours,
   * of any length. `json`: a credential that is a JSON object, such as a service account's for Vertex AI.
   * @default a key in the provider's form, if this library knows it
   */
  readonly format?: KeyForm;

  /**
   * The secret holds a JSON object: the key as `apiKey`, the provider as `provider`, and the given `endpoint`.
   * @default the secret holds the key and nothing else
   */
  readonly body?: SecretBody;

  /**
   * The ARN of an existing secret that this stack takes over. It keeps its ARN, and its old value stays as `AWSPREVIOUS`.
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
   * The name of the SSM parameter that holds the secret's ARN, such as `/ai/api-secret-arn`. With it, applications need no access to the
   * state. With `adoptSecretArn`, a parameter of this name is taken over.
   * @default no parameter
   */
  readonly publishArnTo?: string;
}

const KEY_PROPS: PropsOf<AiKeyProps> = {
  ...SECRET_OPTIONS,
  provider: "text",
  secretName: "text",
  description: "text",
  format: "text",
  body: "object",
  adoptSecretArn: "text",
  adoptEncryptionKeyArn: "text",
  publishArnTo: "text",
};

/** The options are for all keys of the stack; a key in `keys` can have its own. */
export interface AiKeyStackProps extends SecretOptions {
  /**
   * The tag `Environment`, and in lower case a part of the secrets' names.
   * @default "Production"
   */
  readonly environment?: string;

  /**
   * The AWS region, such as `eu-central-1`.
   * @default the region that `AWS_REGION` or the AWS configuration names
   */
  readonly region?: string;

  /**
   * The keys. Each has its own secret.
   * @default [{}]: one generic key
   */
  readonly keys?: readonly AiKeyProps[];

  /**
   * The place in S3 of the Terraform state, for everyone who works with the stack. The state never holds a key.
   * @default a file beside main.ts, which only this machine has
   */
  readonly state?: SharedState;

  /**
   * Tags on every resource, in addition to `Environment` and `ManagedBy`.
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string>>;
}

const STACK_PROPS: PropsOf<AiKeyStackProps> = {
  ...SECRET_OPTIONS,
  environment: "text",
  region: "text",
  keys: "list",
  state: "object",
  tags: "object",
};

/**
 * A stack that does the whole job. It takes the key from `TF_VAR_ai_api_key`, stores it in AWS Secrets Manager, and has the secret's ARN as
 * an output. Its state never holds the key.
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * new AiKeyStack(app, "ai-secret", { environment: "Production", region: "eu-central-1" });
 * new AiKeyStack(app, "ai-secrets", { keys: [{ provider: "openai" }, { provider: "anthropic" }] });
 */
export class AiKeyStack extends TerraformStack {
  /** The environment, as it was given. */
  public readonly environment: string;

  /** The given region. Undefined if AWS's own configuration names it. */
  public readonly region: string | undefined;

  /** The given place of the state. Undefined if the state is a file on this machine. */
  public readonly state: SharedState | undefined;

  /** The tags that every resource has. */
  public readonly tags: Readonly<Record<string, string>>;

  private readonly secrets = new Map<string | undefined, AiKeySecret>();

  constructor(scope: Construct, id: string, props: AiKeyStackProps = {}) {
    super(scope, id);
    checkKnownProps("AiKeyStack", props, STACK_PROPS);
    const environment = props.environment ?? "Production";
    const keys = props.keys ?? [{}];
    const tags = { Environment: environment, ManagedBy: "cdktf", ...props.tags };
    this.environment = environment;
    this.region = props.region;
    this.state = props.state;
    this.tags = tags;
    if (props.region !== undefined) {
      checkRegion("AiKeyStack.region", props.region);
    }
    checkKeys(keys, environment);
    checkTags("AiKeyStack.tags", tags);
    requireVersions(this);
    shareState(this, "AiKeyStack.state", props.state);

    // The provider's own 25 tries take more than 15 minutes, longer than a CI job may.
    new AwsProvider(this, "aws", { region: props.region, defaultTags: [{ tags }], maxRetries: 10 });

    const preventDestroy = Token.isUnresolved(environment) || environment.toLowerCase() === "production";
    for (const key of keys) {
      const options: AiKeyProps = { preventDestroy, ...withoutUndefined(optionsOf(props)), ...withoutUndefined(key) };
      this.secrets.set(key.provider, this.addKey(options, namesOf(environment, key.provider)));
      checkRegions(props.region, options);
    }
  }

  /**
   * The secret of a key. With it a program grants its applications the right to read the key.
   *
   * @param provider the provider in `keys`; without it, the generic key
   * @throws Error if the stack has no such key
   */
  public secret(provider?: string): AiKeySecret {
    const secret = this.secrets.get(provider);
    if (!secret) {
      const known = [...this.secrets.keys()].map((name) => name ?? "the generic key").join(", ");
      refuse(`AiKeyStack.secret must be called with a provider in keys (${known}); got ${JSON.stringify(provider)}`);
    }
    return secret;
  }

  /** Variables and outputs belong to the stack itself, because inside a construct cdktf adds a suffix to their names. */
  private addKey(key: AiKeyProps, names: AiKeyNames): AiKeySecret {
    const { provider, secretName: _, format, body, ...options } = key;
    if (provider !== undefined && format === undefined && !isKnown(provider)) {
      const known = KEY_FORMATS.map((row) => row.provider);
      Annotations.of(this).addWarning(
        `The format of ${provider}'s keys is not checked: it is none of ${known.join(", ")}.${didYouMean(provider, known)} format: "any" says that this is meant.`,
      );
    }
    const apiKey = new EphemeralVariable(this, names.variable, { provider, format });
    const version = new TerraformVariable(this, names.versionVariable, {
      type: VariableType.NUMBER,
      description: "Change this number to store the key again: Terraform does not keep the key, so it can't see a new one.",
      default: 1,
      nullable: false,
      validation: [versionValidation(names.versionVariable)],
    }).numberValue;

    const secret = new AiKeySecret(this, names.construct, {
      ...options,
      apiKey,
      apiKeyVersion: version,
      name: nameOfSecret(key, names),
      body: body && { provider, ...body },
    });

    const { outputs } = names;
    new TerraformOutput(this, outputs.arn, { value: secret.arn, description: "What applications read the key by." });
    new TerraformOutput(this, outputs.name, { value: secret.name, description: "The secret's name in AWS." });
    new TerraformOutput(this, outputs.readPolicyArn, {
      value: secret.readPolicyArn,
      description: "Attach it to whoever may read the key.",
    });
    new TerraformOutput(this, outputs.version, { value: version, description: "The version that is stored." });

    return secret;
  }
}

function versionValidation(name: string) {
  return {
    condition: `\${var.${name} >= 1 && var.${name} < pow(2, 53) && floor(var.${name}) == var.${name}}`,
    errorMessage: `${name} must be a positive integer below 2^53. Use the previous number plus one.`,
  };
}

/** An adopted secret keeps its name. */
function nameOfSecret({ secretName, adoptSecretArn }: AiKeyProps, names: AiKeyNames): string {
  return secretName ?? (adoptSecretArn === undefined ? names.secret : secretNameOf(adoptSecretArn));
}

function isKnown(provider: string): boolean {
  return KEY_FORMATS.some((format) => format.provider === provider);
}

/** The options that are for all keys. */
function optionsOf({ environment, region, keys, tags, state, ...options }: AiKeyStackProps): SecretOptions {
  return options;
}

/** The options that are set. One that is undefined must not replace a default or the stack's value. */
function withoutUndefined(options: AiKeyProps): AiKeyProps {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A replica is in another region than the secret. Everything that works on the secret itself is in the secret's region. */
function checkRegions(ownRegion: string | undefined, options: AiKeyProps): void {
  const { replicas = [], encryptionKey, alarmTopicArn, adoptSecretArn, adoptEncryptionKeyArn, rotation } = options;
  for (const { region } of replicas) {
    checkProp("AiKeyStack.replicas.region", region !== ownRegion, "be another region than the secret's own", region);
  }
  const ofOwnRegion = {
    encryptionKey,
    alarmTopicArn,
    adoptSecretArn,
    adoptEncryptionKeyArn,
    "rotation.function.lambdaArn": rotation?.function.lambdaArn,
  };
  for (const [prop, arn = ""] of Object.entries(ofOwnRegion)) {
    const known = ownRegion !== undefined && !Token.isUnresolved(ownRegion) && !Token.isUnresolved(arn) && arn.startsWith("arn:");
    checkProp(`AiKeyStack.${prop}`, !known || regionOf(arn) === ownRegion, `be of the stack's own region, ${ownRegion}`, arn);
  }
}

function checkKeys(keys: readonly AiKeyProps[], environment: string): void {
  checkProp("AiKeyStack.keys", keys.length > 0, "have at least one key", keys);

  for (const key of keys) {
    checkKnownProps("AiKeyStack.keys", key, KEY_PROPS);
    const { provider, format } = key;
    checkProp("AiKeyStack.keys.format", format === undefined || KEY_FORMS.includes(format), `be one of ${KEY_FORMS.join(", ")}`, format);
    checkProp(
      "AiKeyStack.keys.provider",
      provider === undefined || (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(provider) && provider !== "ai" && provider !== "api"),
      "be lower-case words with hyphens, other than ai and api, such as openai or azure-openai",
      provider,
    );
  }
  const providers = keys.map(({ provider }) => provider ?? "the generic key");
  const secretNames = keys.map((key) => nameOfSecret(key, namesOf(environment, key.provider)));
  const parameters = keys.map(({ publishArnTo }) => publishArnTo).filter((name) => name !== undefined);
  checkUnique("AiKeyStack.keys", providers, "have one key a provider");
  checkUnique("AiKeyStack.keys.secretName", secretNames, "be another one for each key");
  checkUnique("AiKeyStack.keys.publishArnTo", parameters, "be another one for each key");
}
