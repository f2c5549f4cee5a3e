import { Fn } from "cdktf";

/** What is stored beside the key, for applications that read both from one place. */
export interface SecretBody {
  /** Such as `openai`. */
  readonly provider?: string;
  /** The AI API's URL. */
  readonly endpoint?: string;
}

/**
 * The text of a secret: a JSON object with the key as `apiKey`, and with what is known besides.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export function jsonBody(apiKey: string, { provider, endpoint }: SecretBody): string {
  return Fn.jsonencode({ apiKey, ...(provider === undefined ? {} : { provider }), ...(endpoint === undefined ? {} : { endpoint }) });
}
