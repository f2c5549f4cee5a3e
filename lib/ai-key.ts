import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { AiKeySecret } from "./ai-key-secret";
import { secretNameOf } from "./arn";
import { PROVIDER_CHOICE, type ProviderChoice } from "./aws-provider";
import { checkProp, checkSecretName } from "./checks";
import { checkKind, declareKey } from "./key/declare-key";
import { type AiKeyNames, namesOf } from "./key/names";
import type { KeyForm } from "./key/validations";
import { checkKnownProps, type PropsOf } from "./known-props";
import { propOf } from "./prop-of";
import { providerIn } from "./rotation/provider-rotation";
import { checkAdoption } from "./secret/adoption";
import type { SecretBody } from "./secret/body";
import { SECRET_OPTIONS, type SecretOptions } from "./secret/options";

/** One key. */
export interface AiKeyProps extends SecretOptions {
  /**
   * The AI provider, such as `openai`: lower-case words with hyphens. It is a part of every name of the key, such as
   * `TF_VAR_openai_api_key` and the output `openai_api_secret_arn`.
   * @default the generic key, with the names `TF_VAR_ai_api_key` and `api_secret_arn`
   */
  readonly provider?: string | undefined;

  /**
   * The secret's name in AWS: 1 to 512 letters, digits and `/_+=.@-`.
   * @default "ai/<environment>/api-key", or "ai/<environment>/<provider>-api-key"; in a stack of yours, its id takes the environment's place
   */
  readonly secretName?: string | undefined;

  /**
   * The secret's description in AWS: at most 2,048 characters.
   * @default "AI API secret key"
   */
  readonly description?: string | undefined;

  /**
   * What the key is if it is none in the provider's own form. `any`: another API key. `gateway`: a key that you made up for a gateway of yours,
   * of any length. `json`: a credential that is a JSON object, such as a service account's for Vertex AI.
   * @default the form of the provider's keys
   */
  readonly format?: KeyForm | undefined;

  /**
   * The secret holds a JSON object: the key as `apiKey`, the provider as `provider`, and the given `endpoint`.
   * @default the secret holds the key and nothing else
   */
  readonly body?: SecretBody | undefined;

  /**
   * The ARN of an existing secret that this stack takes over. It keeps its ARN, and its old value stays as `AWSPREVIOUS`.
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
   * @default no parameter
   */
  readonly publishArnTo?: string | undefined;
}

export const KEY_PROPS: PropsOf<AiKeyProps> = {
  ...SECRET_OPTIONS,
  provider: "text",
  secretName: "text",
  description: "text",
  format: "text",
  body: "object",
  adoptSecretArn: "text",
  adoptEncryptionKeyArn: "text",
  expiresOn: "text",
  publishArnTo: "text",
};

/** One key in a stack of yours, which may have several AWS providers. */
export interface OwnAiKeyProps extends AiKeyProps, ProviderChoice {}

const OWN_KEY_PROPS: PropsOf<OwnAiKeyProps> = { ...KEY_PROPS, ...PROVIDER_CHOICE };

/**
 * One key in a stack of yours, with everything around its secret: the variable that brings it (`TF_VAR_openai_api_key`), the one whose change
 * stores it again (`TF_VAR_openai_api_key_version`), the checks of the key, and the outputs. Variables and outputs are on the stack itself,
 * so a stack has one key of a provider.
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * const openAi = new AiKey(stack, "openai", { provider: "openai" });
 * openAi.secret.grantRead(role);
 */
export class AiKey extends Construct {
  public readonly secret: AiKeySecret;

  constructor(scope: Construct, id: string, props: OwnAiKeyProps = {}) {
    super(scope, id);
    checkKnownProps(propOf(this), props, OWN_KEY_PROPS);
    const stack = TerraformStack.of(this);
    const { provider, secretName: _, format, body, ...options } = props;
    checkKind(propOf(this), { provider, format });
    const names = namesOf(stack.node.id, provider);
    const name = secretNameFor(props, names);
    if (props.adoptSecretArn === undefined) {
      checkSecretName(propOf(this, "secretName"), name);
    } else {
      checkAdoption(this, "secretName", props.adoptSecretArn, name);
    }
    checkProp(
      propOf(this, "provider"),
      stack.node.tryFindChild(names.variable) === undefined,
      `be another one than those of the stack's other keys, as the variable ${names.variable} is taken`,
      provider,
    );

    const maker = props.rotation && providerIn(props.rotation);
    checkProp(
      propOf(this, "rotation"),
      maker === undefined || provider === undefined || provider === maker,
      `make a key of ${provider}: say it on the key of its own provider`,
      maker,
    );
    const declared = maker ? undefined : declareKey(stack, names, { provider, format });

    // cdktf leaves this id out of Terraform's.
    this.secret = new AiKeySecret(this, "Default", {
      ...options,
      apiKey: declared?.apiKey,
      apiKeyVersion: declared?.version,
      name,
      body: body && { provider, ...body },
    });

    const { outputs } = names;
    new TerraformOutput(stack, outputs.arn, { value: this.secret.arn, description: "What applications read the key by." });
    new TerraformOutput(stack, outputs.name, { value: this.secret.name, description: "The secret's name in AWS." });
    new TerraformOutput(stack, outputs.readPolicyArn, {
      value: this.secret.readPolicyArn,
      description: "Attach it to whoever may read the key.",
    });
    if (declared) {
      new TerraformOutput(stack, outputs.version, { value: declared.version, description: "The version that is stored." });
    }
  }
}

/** The name that the secret of a key gets. An adopted one keeps its own. */
export function secretNameFor({ secretName, adoptSecretArn }: AiKeyProps, names: AiKeyNames): string {
  return secretName ?? (adoptSecretArn === undefined ? names.secret : secretNameOf(adoptSecretArn));
}
