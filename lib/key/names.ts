import { Fn, Token } from "cdktf";

/** What one key is called in Terraform, in AWS and in the construct tree. All are contract: a change replaces a user's resource. */
export interface AiKeyNames {
  /** Undefined for the generic key. */
  readonly provider: string | undefined;
  /** The id of the construct. */
  readonly construct: string;
  /** The variable that the key arrives in, after `TF_VAR_`. */
  readonly variable: string;
  readonly versionVariable: string;
  /** The secret's name in AWS, unless the user chooses one. */
  readonly secret: string;
  readonly outputs: {
    readonly arn: string;
    readonly name: string;
    readonly readPolicyArn: string;
    readonly version: string;
  };
}

/**
 * @param environment may be a token
 * @param provider such as `openai` or `azure-openai`; undefined for the generic key, the one without a provider in its names
 */
export function namesOf(environment: string, provider?: string): AiKeyNames {
  const dashed = provider ? `${provider}-` : "";
  const snake = dashed.replaceAll("-", "_");

  return {
    provider,
    construct: provider ? `${provider}-key` : "ai-key",
    variable: provider ? `${snake}api_key` : "ai_api_key",
    versionVariable: provider ? `${snake}api_key_version` : "ai_api_key_version",
    secret: `ai/${lowerCase(environment)}/${dashed}api-key`,
    outputs: {
      arn: `${snake}api_secret_arn`,
      name: `${snake}api_secret_name`,
      readPolicyArn: `${snake}read_policy_arn`,
      version: provider ? `${snake}key_version` : "api_key_version", // a variable has the longer name
    },
  };
}

/** The provider of the key that arrives in a variable which `namesOf` has named: the inverse. */
export function providerOf(variable: string): string | undefined {
  return variable === namesOf("").variable ? undefined : variable.replace(/_api_key$/, "").replaceAll("_", "-");
}

/** As names have it. */
export function lowerCase(environment: string): string {
  return Token.isUnresolved(environment) ? Fn.lower(environment) : environment.toLowerCase();
}
