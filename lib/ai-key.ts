import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { AiKeySecret } from "./ai-key-secret";
import { secretNameOf } from "./arn";
import { PROVIDER_CHOICE, type ProviderChoice } from "./aws-provider";
import { checkProp, checkSecretName } from "./checks";
import { checkKind, declareKey } from "./key/declare-key";
import { AI_KEY_BODY, type AiKeyBody, type DeclaredKeys, declareKeysOfBody } from "./key/keys-of-body";
import { type AiKeyNames, namesOf } from "./key/names";
import type { KeyForm } from "./key/validations";
import { checkKnownProps, type PropsOf } from "./known-props";
import { propOf } from "./prop-of";
import { providerIn } from "./rotation/provider-rotation";
import { checkAdoption } from "./secret/adoption";
import type { SecretBody } from "./secret/body";
import { ONE_SECRET_OPTIONS, type OneSecretOptions, SECRET_OPTIONS, type SecretOptions } from "./secret/options";

/** One key. */
export interface AiKeyProps extends SecretOptions, OneSecretOptions {
  /**
   * The AI provider, such as `openai`: lower-case words with hyphens. It is a part of every name of the key, such as
   * `TF_VAR_openai_api_key` and the output `openai_api_secret_arn`. Where the secret has several keys (`body.keys`), it is what reads them, such
   * as `litellm`.
   * @default the generic key, with the names `TF_VAR_ai_api_key` and `api_secret_arn`
   */
  readonly provider?: string | undefined;

  /**
   * The secret's name in AWS: 1 to 512 letters, digits and `/_+=.@-`.
   * @default "ai/<environment>/api-key", or "ai/<environment>/<provider>-api-key"; in a stack of yours, its id takes the environment's place
   */
  readonly secretName?: string | undefined;

  /**
   * What the key is if it is none in the provider's own form. `any`: another API key. `gateway`: a key that you made up for a gateway of yours,
   * of any length. `json`: a credential that is a JSON object, such as a service account's for Vertex AI.
   * @default the form of the provider's keys
   */
  readonly format?: KeyForm | undefined;

  /**
   * The secret holds a JSON object: the key as `apiKey`, or by the given name, and what is given here beside it; or several keys, each by a name
   * of its own. A change of it is stored together with the next number of the key.
   * @default the secret holds the key and nothing else
   */
  readonly body?: AiKeyBody | undefined;
}

export const KEY_PROPS: PropsOf<AiKeyProps> = {
  ...SECRET_OPTIONS,
  ...ONE_SECRET_OPTIONS,
  provider: "text",
  secretName: "text",
  format: "text",
  body: "object",
};

/** One key in a stack of yours, which may have several AWS providers. */
export interface OwnAiKeyProps extends AiKeyProps, ProviderChoice {}

const OWN_KEY_PROPS: PropsOf<OwnAiKeyProps> = { ...KEY_PROPS, ...PROVIDER_CHOICE };

/**
 * One key in a stack of yours, with everything around its secret: the variable that brings it (`TF_VAR_openai_api_key`), the one whose change
 * stores it again (`TF_VAR_openai_api_key_version`), the checks of the key, and the outputs. Variables and outputs are on the stack itself,
 * so a stack has one key of a provider. With `body.keys`, the secret has several keys, each with two variables of its own.
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
    if (body !== undefined) {
      checkKnownProps(propOf(this, "body"), body, AI_KEY_BODY);
    }
    const names = namesOf(stack.node.id, provider);
    const name = secretNameFor(props, names);
    if (props.adoptSecretArn === undefined) {
      checkSecretName(propOf(this, "secretName"), name);
    } else {
      checkAdoption(this, "secretName", props.adoptSecretArn, name);
    }

    const maker = props.rotation && providerIn(props.rotation);
    checkProp(
      propOf(this, "rotation"),
      maker === undefined || provider === undefined || provider === maker,
      `make a key of ${provider}: say it on the key of its own provider`,
      maker,
    );
    checkProp(propOf(this, "body.keys"), !body?.keys || !maker, "be left out, as the rotation makes one key", maker);
    const declared = maker ? undefined : declareKeys(this, names, props);
    checkFree(this, "output", names.outputs.arn, provider);

    // cdktf leaves this id out of Terraform's.
    this.secret = new AiKeySecret(this, "Default", {
      ...options,
      apiKey: declared?.apiKey,
      apiKeyVersion: declared?.version,
      name,
      body: body && jsonOf(body, provider),
    });

    const { outputs } = names;
    new TerraformOutput(stack, outputs.arn, { value: this.secret.arn, description: "What applications read the key by." });
    new TerraformOutput(stack, outputs.name, { value: this.secret.name, description: "The secret's name in AWS." });
    new TerraformOutput(stack, outputs.readPolicyArn, {
      value: this.secret.readPolicyArn,
      description: "Attach it to whoever may read the key.",
    });
    for (const [output, value] of Object.entries(declared?.versions ?? {})) {
      new TerraformOutput(stack, output, { value, description: "The version that is stored." });
    }
  }
}

/** Declares the variables of the one key, or of each of `body.keys`. */
function declareKeys(scope: Construct, names: AiKeyNames, { provider, format, body }: AiKeyProps): DeclaredKeys {
  const stack = TerraformStack.of(scope);
  if (body?.keys) {
    checkProp(propOf(scope, "format"), format === undefined, "be said in body.keys, for the key that it is of", format);
    return declareKeysOfBody(stack, propOf(scope, "body.keys"), body.keys, body.fields);
  }
  checkFree(scope, "variable", names.variable, provider);
  const key = declareKey(stack, names, { provider, format });
  return { ...key, versions: { [names.outputs.version]: key.version } };
}

function checkFree(scope: Construct, what: string, id: string, provider: string | undefined): void {
  checkProp(
    propOf(scope, "provider"),
    TerraformStack.of(scope).node.tryFindChild(id) === undefined,
    `be another one than those of the stack's other keys, as the ${what} ${id} is taken`,
    provider,
  );
}

/** What is beside the key. Of several keys, none is of the provider that their secret is called after. */
function jsonOf({ keys, ...body }: AiKeyBody, provider: string | undefined): SecretBody {
  return keys ? body : { provider, ...body };
}

/** The name that the secret of a key gets. An adopted one keeps its own. */
export function secretNameFor({ secretName, adoptSecretArn }: AiKeyProps, names: AiKeyNames): string {
  return secretName ?? (adoptSecretArn === undefined ? names.secret : secretNameOf(adoptSecretArn));
}
