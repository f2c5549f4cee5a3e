import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { AiKey, type AiKeyProps, KEY_PROPS, secretNameFor } from "./ai-key";
import type { AiKeySecret } from "./ai-key-secret";
import { checkProp, checkRegion, checkTags, checkTagValue, checkUnique, SECRET_NAME } from "./checks";
import { checkKind } from "./key/declare-key";
import { checkOneEach, secretIn } from "./key/keys-of-stack";
import { namesOf } from "./key/names";
import { checkKnownProps, type PropsOf } from "./known-props";
import { propOf } from "./prop-of";
import { SECRET_OPTIONS } from "./secret/options";
import { tagsOf } from "./secret/tags";
import { type SharedState, shareState } from "./team/shared-state";
import { requireVersions } from "./version-floors";
import { withoutUndefined } from "./without-undefined";

/**
 * The options of the stack's one key. With `keys`, those of how a secret is kept (`SecretOptions`) are for all keys, and a key can have its own;
 * the others are said in `keys`.
 */
export interface AiKeyStackProps extends AiKeyProps {
  /**
   * The tag `Environment`, and in lower case a part of the secrets' names.
   * @default "Production"
   */
  readonly environment?: string | undefined;

  /**
   * The AWS region, such as `eu-central-1`.
   * @default the region that `AWS_REGION` or the AWS configuration names
   */
  readonly region?: string | undefined;

  /**
   * The keys. Each has its own secret.
   * @default one key, with the options of the stack
   */
  readonly keys?: readonly AiKeyProps[] | undefined;

  /**
   * The place in S3 of the Terraform state, for everyone who works with the stack. The state never holds a key.
   * @default a file beside main.ts, which only this machine has
   */
  readonly state?: SharedState | undefined;

  /**
   * What else the AWS provider is told, such as `{ profile: "keys" }`, `{ assumeRole: [{ roleArn }] }` or `{ allowedAccountIds: ["111122223333"] }`:
   * with the last, a deploy with credentials of another account is refused before anything is made.
   * https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference
   * @default { maxRetries: 10 }
   */
  readonly aws?: Omit<AwsProviderConfig, "alias" | "defaultTags" | "region"> | undefined;

  /**
   * Tags on every resource, in addition to `Environment` and `ManagedBy`. In `keys`, they are on the secret of that key alone.
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

const STACK_PROPS: PropsOf<AiKeyStackProps> = {
  ...KEY_PROPS,
  environment: "text",
  region: "text",
  keys: "list",
  state: "object",
  aws: "object",
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

  /** The stack's AWS provider. */
  public readonly provider: AwsProvider;

  private readonly secrets = new Map<string | undefined, AiKeySecret>();

  constructor(scope: Construct, id: string, props: AiKeyStackProps = {}) {
    super(scope, id);
    checkKnownProps(propOf(this), props, STACK_PROPS);
    const { environment = "Production", region, keys, state, aws, tags: ownTags, ...options } = props;
    const tags = { Environment: environment, ManagedBy: "cdktf", ...ownTags };
    this.environment = environment;
    this.region = region;
    this.state = state;
    this.tags = tags;
    if (region !== undefined) {
      checkRegion(propOf(this, "region"), region);
    }
    const all = keys ? keysOf(this, keys, options) : [withoutUndefined(options)];
    for (const [index, kind] of all.entries()) {
      checkKind(propOf(this, keys ? `keys[${index}]` : ""), kind);
    }
    checkEnvironment(this, environment, all);
    checkTags(propOf(this, "tags"), tags);
    for (const [index, key] of all.entries()) {
      checkTags(propOf(this, keys ? `keys[${index}].tags` : "tags"), { ...tags, ...tagsOf(key) });
    }
    checkDifferent(this, all, environment);
    requireVersions(this);
    shareState(this, propOf(this, "state"), state);

    // The provider's own 25 tries take more than 15 minutes, longer than a CI job may.
    this.provider = new AwsProvider(this, "aws", { maxRetries: 10, ...aws, region, defaultTags: [{ tags }] });

    for (const key of all) {
      const names = namesOf(environment, key.provider);
      const { secret } = new AiKey(this, names.construct, { ...key, secretName: secretNameFor(key, names) });
      this.secrets.set(key.provider, secret);
    }
  }

  /**
   * The secret of a key. With it a program grants its applications the right to read the key.
   *
   * @param provider the provider in `keys`; without it, the generic key
   * @throws Error if the stack has no such key
   */
  public secret(provider?: string): AiKeySecret {
    return secretIn(this, this.secrets, provider);
  }
}

/** The keys, with the stack's options where they have none of their own. */
function keysOf(stack: Construct, keys: readonly AiKeyProps[], options: AiKeyProps): AiKeyProps[] {
  checkProp(propOf(stack, "keys"), keys.length > 0, "have at least one key", keys);
  for (const name of Object.keys(withoutUndefined(options))) {
    checkProp(propOf(stack, name), name in SECRET_OPTIONS, "be said in keys, for the key that it is of", name);
  }
  return keys.map((key, index) => {
    checkKnownProps(propOf(stack, `keys[${index}]`), key, KEY_PROPS);
    return { ...withoutUndefined(options), ...withoutUndefined(key) };
  });
}

/** It is a tag, and a part of names. */
function checkEnvironment(stack: Construct, environment: string, keys: readonly AiKeyProps[]): void {
  if (Token.isUnresolved(environment)) {
    return;
  }
  const prop = propOf(stack, "environment");
  checkTagValue(prop, environment);
  const isInNames = keys.some(({ secretName, adoptSecretArn }) => secretName === undefined && adoptSecretArn === undefined);
  const rule = "consist of letters, digits and /_+=.@-, as it is a part of the secret's name, unless you set secretName";
  checkProp(prop, !isInNames || SECRET_NAME.test(environment), rule, environment);
}

function checkDifferent(stack: Construct, keys: readonly AiKeyProps[], environment: string): void {
  const secretNames = keys.map((key) => secretNameFor(key, namesOf(environment, key.provider)));
  const parameters = keys.map(({ publishArnTo }) => publishArnTo).filter((name) => name !== undefined);
  checkOneEach(stack, keys);
  checkUnique(propOf(stack, "keys.secretName"), secretNames, "be another one for each key");
  checkUnique(propOf(stack, "keys.publishArnTo"), parameters, "be another one for each key");
}
