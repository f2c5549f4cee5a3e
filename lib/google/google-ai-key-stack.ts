import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { checkProp, checkUnique } from "../checks";
import { checkKind, declareKey } from "../key/declare-key";
import { checkOneEach, secretIn } from "../key/keys-of-stack";
import { lowerCase } from "../key/names";
import type { KeyForm } from "../key/validations";
import type { PropsOf } from "../known-props";
import { propOf } from "../prop-of";
import type { SecretBody } from "../secret/body";
import { withoutUndefined } from "../without-undefined";
import { checkAdoption, checkLabels, checkOptions, checkProject, checkProps } from "./checks";
import { GoogleAiKeySecret } from "./google-ai-key-secret";
import { type GoogleKeyNames, googleNamesOf } from "./names";
import { GOOGLE_SECRET_OPTIONS, type GoogleSecretOptions } from "./options";
import { GoogleProvider } from "./resources";
import { requireVersions } from "./version-floor";

/** One key of a stack. An option that the key leaves out has the stack's value. */
export interface GoogleAiKeyProps extends GoogleSecretOptions {
  /**
   * The AI provider, such as `openai`: lower-case words with hyphens. It is a part of every name of the key, such as
   * `TF_VAR_openai_api_key` and the output `openai_api_secret_id`.
   * @default the generic key, with the names `TF_VAR_ai_api_key` and `api_secret_id`
   */
  readonly provider?: string;

  /**
   * The secret's id at Google: 1 to 255 letters, digits, hyphens and underscores.
   * @default "ai-<environment>-api-key", or "ai-<environment>-<provider>-api-key"
   */
  readonly secretId?: string;

  /**
   * What the key is if it is none in the provider's own form. `any`: another API key. `gateway`: a key that you made up for a gateway of yours,
   * of any length. `json`: a credential that is a JSON object.
   * @default a key in the provider's form, if this library knows it
   */
  readonly format?: KeyForm;

  /**
   * The secret holds a JSON object: the key as `apiKey`, the provider as `provider`, and what is given here beside them.
   * @default the secret holds the key and nothing else
   */
  readonly body?: SecretBody;

  /**
   * The full name of an existing secret that this stack takes over, such as `projects/acme-ai/secrets/my-key`. Its versions stay, and can
   * be read. Never a version: importing one writes the key into state and plan.
   * @default a new secret
   */
  readonly adoptSecret?: string;
}

const KEY_PROPS: PropsOf<GoogleAiKeyProps> = {
  ...GOOGLE_SECRET_OPTIONS,
  provider: "text",
  secretId: "text",
  format: "text",
  body: "object",
  adoptSecret: "text",
};

/** The options are for all keys of the stack; a key in `keys` can have its own. */
export interface GoogleAiKeyStackProps extends GoogleSecretOptions {
  /** The id of the Google Cloud project, such as `acme-ai`. */
  readonly project: string;

  /**
   * The label `environment`, in lower case, and a part of the secrets' ids.
   * @default "Production"
   */
  readonly environment?: string;

  /**
   * The keys. Each has its own secret.
   * @default [{}]: one generic key
   */
  readonly keys?: readonly GoogleAiKeyProps[];

  /**
   * Labels on every secret, in addition to `environment` and `managed_by`: lower-case letters, digits, hyphens and underscores.
   * @default {}
   */
  readonly labels?: Readonly<Record<string, string>>;
}

const STACK_PROPS: PropsOf<GoogleAiKeyStackProps> = {
  ...GOOGLE_SECRET_OPTIONS,
  project: "text!",
  environment: "text",
  keys: "list",
  labels: "object",
};

/**
 * A stack that does the whole job at Google. It takes the key from `TF_VAR_ai_api_key`, stores it in Google Secret Manager, and has the
 * secret's id and name as outputs. Its state never holds the key.
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * new GoogleAiKeyStack(app, "google-ai-secret", { project: "acme-ai", readers: ["serviceAccount:app@acme-ai.iam.gserviceaccount.com"] });
 */
export class GoogleAiKeyStack extends TerraformStack {
  private readonly secrets = new Map<string | undefined, GoogleAiKeySecret>();

  constructor(scope: Construct, id: string, props: GoogleAiKeyStackProps) {
    super(scope, id);
    checkProps(propOf(this), props, STACK_PROPS);
    const { project, environment = "Production", keys = [{}] } = props;
    const labels = { environment: lowerCase(environment), managed_by: "cdktf", ...props.labels };
    checkProject(propOf(this, "project"), project);
    checkLabels(propOf(this, "labels"), labels);
    checkOptions(propOf(this), props);
    checkKeys(this, keys, environment, project);
    requireVersions(this);

    new GoogleProvider(this, "google", { project });

    for (const key of keys) {
      const options: GoogleAiKeyProps = { ...withoutUndefined(optionsOf(props)), ...withoutUndefined(key) };
      this.secrets.set(key.provider, this.addKey(options, labels, googleNamesOf(environment, key.provider)));
    }
  }

  /**
   * The secret of a key. With it a program grants its applications the right to read the key.
   *
   * @param provider the provider in `keys`; without it, the generic key
   * @throws Error if the stack has no such key
   */
  public secret(provider?: string): GoogleAiKeySecret {
    return secretIn(this, this.secrets, provider);
  }

  /** Variables and outputs belong to the stack itself, because inside a construct cdktf adds a suffix to their names. */
  private addKey(key: GoogleAiKeyProps, labels: Readonly<Record<string, string>>, names: GoogleKeyNames): GoogleAiKeySecret {
    const { provider, secretId: _, format, body, ...options } = key;
    const { apiKey, version } = declareKey(this, names, { provider, format, store: "Google Secret Manager" });

    const secret = new GoogleAiKeySecret(this, names.construct, {
      ...options,
      apiKey,
      apiKeyVersion: version,
      secretId: idOfSecret(key, names),
      labels,
      body: body && { provider, ...body },
    });

    const { outputs } = names;
    new TerraformOutput(this, outputs.id, { value: secret.secretId, description: "The secret's id at Google." });
    new TerraformOutput(this, outputs.name, { value: secret.name, description: "What applications read the key by." });
    new TerraformOutput(this, outputs.version, { value: version, description: "The version that is stored." });

    return secret;
  }
}

/** An adopted secret keeps its id. */
function idOfSecret({ secretId, adoptSecret }: GoogleAiKeyProps, names: GoogleKeyNames): string {
  return secretId ?? adoptSecret?.split("/").at(-1) ?? names.secretId;
}

/** The options that are for all keys. */
function optionsOf({ project, environment, keys, labels, ...options }: GoogleAiKeyStackProps): GoogleSecretOptions {
  return options;
}

function checkKeys(stack: Construct, keys: readonly GoogleAiKeyProps[], environment: string, project: string): void {
  checkProp(propOf(stack, "keys"), keys.length > 0, "have at least one key", keys);
  const ids = keys.map((key) => idOfSecret(key, googleNamesOf(environment, key.provider)));
  for (const [index, key] of keys.entries()) {
    const prop = propOf(stack, `keys[${index}]`);
    checkProps(prop, key, KEY_PROPS);
    checkKind(prop, key);
    if (key.adoptSecret !== undefined) {
      checkAdoption(prop, key.adoptSecret, ids[index] ?? "", project);
    }
  }
  checkOneEach(stack, keys);
  checkUnique(propOf(stack, "keys.secretId"), ids, "be another one for each key");
}
