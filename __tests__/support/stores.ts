import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, type TerraformStack } from "cdktf";
import { type AiKeyProps, AiKeySecret, AiKeyStack, type EphemeralVariable, type KeyForm, type SecretBody } from "../../lib";
import { type GoogleAiKeyProps, GoogleAiKeySecret, GoogleAiKeyStack, GoogleProvider } from "../../lib/google";

/** What a key of a stack can have, whichever keeps it. */
export interface AnyKey {
  readonly provider?: string;
  readonly format?: KeyForm;
  readonly body?: SecretBody;
  readonly preventDestroy?: boolean;
  readonly recoveryWindowInDays?: number;
}

export interface AnyProps extends AnyKey {
  readonly environment?: string;
  readonly keys?: readonly AnyKey[];
}

export interface AnySecretProps {
  readonly apiKeyVersion?: number;
  readonly body?: SecretBody;
}

/** One half of the library, for tests of what both halves do. */
export interface Store {
  readonly name: "AWS Secrets Manager" | "Google Secret Manager";
  readonly stackWith: (props?: AnyProps) => TerraformStack & { secret(provider?: string): unknown };
  readonly provide: (stack: TerraformStack) => unknown;
  /** A secret in a stack of somebody else's. */
  readonly secretIn: (stack: TerraformStack, apiKey: EphemeralVariable, props?: AnySecretProps) => unknown;
  readonly types: { readonly secret: string; readonly version: string };
  /** The arguments of the version's resource. */
  readonly key: string;
  readonly number: string;
  /** The argument with the secret's name, and that name for an environment and the end of a path. */
  readonly nameArgument: string;
  readonly nameOf: (environment: string, end: string) => string;
  readonly outputs: readonly string[];
}

const app = () => new App({ outdir: "never-written" });

export const STORES: readonly Store[] = [
  {
    name: "AWS Secrets Manager",
    stackWith: ({ keys, ...props } = {}) =>
      new AiKeyStack(app(), "keys", { ...props, ...(keys ? { keys: keys.map((key): AiKeyProps => key) } : {}) }),
    provide: (stack) => new AwsProvider(stack, "aws", { region: "eu-central-1" }),
    secretIn: (stack, apiKey, props) => new AiKeySecret(stack, "key", { apiKey, name: "ai-test-api-key", ...props }),
    types: { secret: "aws_secretsmanager_secret", version: "aws_secretsmanager_secret_version" },
    key: "secret_string_wo",
    number: "secret_string_wo_version",
    nameArgument: "name",
    nameOf: (environment, end) => `ai/${environment}/${end}`,
    outputs: ["api_key_version", "api_secret_arn", "api_secret_name", "read_policy_arn"],
  },
  {
    name: "Google Secret Manager",
    stackWith: ({ keys, ...props } = {}) =>
      new GoogleAiKeyStack(app(), "keys", {
        project: "acme-ai",
        ...props,
        ...(keys ? { keys: keys.map((key): GoogleAiKeyProps => key) } : {}),
      }),
    provide: (stack) => new GoogleProvider(stack, "google", { project: "acme-ai" }),
    secretIn: (stack, apiKey, props) => new GoogleAiKeySecret(stack, "key", { apiKey, secretId: "ai-test-api-key", ...props }),
    types: { secret: "google_secret_manager_secret", version: "google_secret_manager_secret_version" },
    key: "secret_data_wo",
    number: "secret_data_wo_version",
    nameArgument: "secret_id",
    nameOf: (environment, end) => `ai-${environment}-${end}`,
    outputs: ["api_key_version", "api_secret_id", "api_secret_name"],
  },
];
