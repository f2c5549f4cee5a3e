import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput, TerraformStack, TerraformVariable, Token, VariableType } from "cdktf";
import type { Construct } from "constructs";
import { AiKeySecret } from "./ai-key-secret";
import { checkProp } from "./check-prop";
import { EphemeralVariable } from "./ephemeral-variable";
import { checkTags } from "./tags";

export interface AiKeyStackProps {
  /**
   * Becomes the tag `Environment` and, in lower case, a part of the secret's name.
   * @default "Production"
   */
  readonly environment?: string;

  /**
   * The AWS region, such as `eu-central-1`.
   * @default the region that AWS_REGION or the AWS configuration names
   */
  readonly region?: string;

  /**
   * The secret's name in AWS.
   * @default "ai/<environment>/api-key"
   */
  readonly secretName?: string;

  /** @default "AI API secret key" */
  readonly description?: string;

  /**
   * How many days a deleted secret can be restored: 7 to 30, or 0 to delete it at once and for ever.
   * @default 30
   */
  readonly recoveryWindowInDays?: number;

  /**
   * Tags on every resource, added to `Environment` and `ManagedBy`.
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The whole job in one stack: `TF_VAR_ai_api_key` in, the secret's ARN out, and a state that never holds the key.
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * new AiKeyStack(app, "ai-secret", { environment: "Production", region: "eu-central-1" });
 */
export class AiKeyStack extends TerraformStack {
  /** The key's secret: grant applications of this program the right to read it. */
  public readonly secret: AiKeySecret;

  constructor(scope: Construct, id: string, props: AiKeyStackProps = {}) {
    super(scope, id);
    const environment = props.environment ?? "Production";
    const tags = { Environment: environment, ManagedBy: "cdktf", ...props.tags };
    checkRegion(props.region);
    checkTags("AiKeyStack.tags", tags);

    new AwsProvider(this, "aws", { region: props.region, defaultTags: [{ tags }] });

    const apiKey = new EphemeralVariable(this, "ai_api_key");
    const apiKeyVersion = new TerraformVariable(this, "ai_api_key_version", {
      type: VariableType.NUMBER,
      description: "Change this number to store the key again: Terraform does not keep the key, so it can't see a new one.",
      default: 1,
      nullable: false,
      validation: [
        {
          condition:
            "${var.ai_api_key_version >= 1 && var.ai_api_key_version < pow(2, 53) && floor(var.ai_api_key_version) == var.ai_api_key_version}",
          errorMessage: "ai_api_key_version must be a positive integer below 2^53. Use the previous number plus one.",
        },
      ],
    });

    this.secret = new AiKeySecret(this, "ai-key", {
      apiKey,
      apiKeyVersion: apiKeyVersion.numberValue,
      name: props.secretName ?? `ai/${environment.toLowerCase()}/api-key`,
      description: props.description,
      recoveryWindowInDays: props.recoveryWindowInDays,
    });

    new TerraformOutput(this, "api_secret_arn", { value: this.secret.arn, description: "What applications read the key by." });
    new TerraformOutput(this, "api_secret_name", { value: this.secret.name, description: "The secret's name in AWS." });
    new TerraformOutput(this, "read_policy_arn", {
      value: this.secret.readPolicyArn,
      description: "Attach it to whoever may read the key.",
    });
    new TerraformOutput(this, "api_key_version", { value: apiKeyVersion.numberValue, description: "The version that is stored." });
  }
}

function checkRegion(region: string | undefined): void {
  checkProp(
    "AiKeyStack.region",
    region === undefined || Token.isUnresolved(region) || /^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region),
    "be an AWS region such as eu-central-1",
    region,
  );
}
