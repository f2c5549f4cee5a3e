import { Fn, type TerraformVariableValidationConfig, Token } from "cdktf";
import { checkProp } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { LIMITS } from "../limits";
import { memberOf } from "../prop-of";

/** The values beside the key, for applications that read all of them from one place. */
export interface SecretBody {
  /** The AI provider, such as `openai`. */
  readonly provider?: string | undefined;
  /** The URL of the AI API. */
  readonly endpoint?: string | undefined;
}

const SECRET_BODY: PropsOf<SecretBody> = { provider: "text", endpoint: "text" };

/** @throws Error for a prop that nobody reads, and for an address that applications would send the key to in clear */
export function checkBody(owner: string, body: SecretBody): void {
  checkKnownProps(owner, body, SECRET_BODY);
  const { endpoint = "" } = body;
  const rule = "be an https address, because applications send the key there";
  checkProp(memberOf(owner, "endpoint"), !/^\s*http:/i.test(endpoint), rule, endpoint);
}

/**
 * The text of a secret: a JSON object with the key as `apiKey`, and with what is known besides.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export function jsonBody(apiKey: string, body: SecretBody): string {
  return Fn.jsonencode(valuesOf(apiKey, body));
}

/**
 * What Terraform refuses as a key that fits into a secret, but not with what is beside it. A value that only a deploy knows counts as empty.
 *
 * @param variable the variable's name in Terraform
 */
export function bodyValidation(variable: string, body: SecretBody): TerraformVariableValidationConfig {
  const { most } = LIMITS.secretValue;
  const room = most - bytesOf(JSON.stringify(valuesOf("", known(body)))) + bytesOf('""');
  return {
    condition: `\${length(var.${variable}) > ${most} || length(jsonencode(var.${variable})) <= ${room}}`,
    errorMessage: `${variable} does not fit into its secret with what body has beside it: as JSON, it has room for ${room} bytes, quotes included. TF_VAR_${variable} has to hold the key alone, not a file.`,
  };
}

function valuesOf(apiKey: string, { provider, endpoint }: SecretBody): Readonly<Record<string, string>> {
  return { apiKey, ...(provider === undefined ? {} : { provider }), ...(endpoint === undefined ? {} : { endpoint }) };
}

function known({ provider, endpoint }: SecretBody): SecretBody {
  const text = (value: string | undefined) => (Token.isUnresolved(value) ? "" : value);
  return { provider: text(provider), endpoint: text(endpoint) };
}

/** Terraform writes <, > and & in six characters: https://developer.hashicorp.com/terraform/language/functions/jsonencode */
function bytesOf(json: string): number {
  return new TextEncoder().encode(json.replaceAll(/[<>&\u2028\u2029]/g, "\\u0000")).length;
}
