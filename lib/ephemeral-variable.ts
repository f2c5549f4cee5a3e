import { TerraformVariable, type TerraformVariableValidationConfig, VariableType } from "cdktf";
import type { Construct } from "constructs";
import { CheckBlock } from "./check-block";
import { checkEnvironment } from "./environment";
import { checkHost } from "./host";
import { keyValidations, keyWarnings } from "./key/rules";
import type { KeyForm, KeyStore } from "./key/validations";
import { checkKnownProps, type PropsOf } from "./known-props";
import { propOf } from "./prop-of";
import { refuseStoring } from "./stored-keys";

export interface EphemeralVariableConfig {
  /**
   * Shown by Terraform when it asks for the value.
   * @default "The API key, from TF_VAR_<name>. Never written to plan or state."
   */
  readonly description?: string | undefined;

  /**
   * The AI provider that the key is of, as in `KEY_FORMATS`: a key that does not look like one of its keys is refused.
   * @default a key of any provider
   */
  readonly provider?: string | undefined;

  /**
   * What the key is if it is none of the provider's: `any` other key, the made-up key of a `gateway`, or a credential that is a `json` object.
   * @default a key in the provider's form
   */
  readonly format?: KeyForm | undefined;

  /**
   * What keeps the key: a key that is too long for it is refused by its name.
   * @default "AWS Secrets Manager"
   */
  readonly store?: KeyStore | undefined;

  /**
   * The checks that Terraform runs on the value before it touches the store. Messages must not contain the value.
   * @default the checks for a key: see `key/validations.ts` and `key/format-validations.ts`
   */
  readonly validation?: TerraformVariableValidationConfig[] | undefined;
}

const CONFIG: PropsOf<EphemeralVariableConfig> = {
  description: "text",
  provider: "text",
  format: "text",
  store: "text",
  validation: "list",
};

/**
 * A string input that Terraform holds in memory only: it is never in the plan, the state, or the output of a command. The one block that
 * would keep it all the same, `store` of a `terraform_data` in Terraform 1.16 and newer, is refused. It has no default, so a key can't be
 * written into the program. Make it directly on the stack: there its id is the name after `TF_VAR_`.
 *
 * https://developer.hashicorp.com/terraform/language/block/variable#ephemeral
 *
 * @throws Error at synth when a `store` of the stack gets it, or when the environment has a log or a file get it, such as `TF_LOG=debug`
 *
 * @example
 * const apiKey = new EphemeralVariable(this, "ai_api_key"); // TF_VAR_ai_api_key
 */
export class EphemeralVariable extends TerraformVariable {
  /** Tells it apart from a `TerraformVariable`, which ends up in plan and state. */
  public readonly ephemeral = true;

  constructor(scope: Construct, id: string, config: EphemeralVariableConfig = {}) {
    super(scope, id, {
      type: VariableType.STRING,
      description: config.description,
      sensitive: true,
      nullable: false,
    });
    checkHost(this);
    checkKnownProps(propOf(this), config, CONFIG);
    checkEnvironment();
    const name = this.friendlyUniqueId; // inside a construct it is another one than the id
    this.addOverride("ephemeral", true);
    if (config.description === undefined) {
      this.addOverride("description", `The API key, from TF_VAR_${name}. Never written to plan or state.`);
    }

    const { provider, format, store, validation = keyValidations(name, { provider, format, store }) } = config;
    for (const rule of validation) {
      this.addValidation(rule);
    }
    const warnings = config.validation ? [] : keyWarnings(name, { provider, format, store });
    if (warnings.length > 0) {
      new CheckBlock(this, "format", warnings);
    }
    refuseStoring(this);
  }
}
