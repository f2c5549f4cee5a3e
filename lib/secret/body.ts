import { Fn } from "cdktf";

/** The values beside the key, for applications that read all of them from one place. */
export interface SecretBody {
  /** The AI provider, such as `openai`. */
  readonly provider?: string;
  /** The URL of the AI API. */
  readonly endpoint?: string;
}

/**
 * The text of a secret: a JSON object with the key as `apiKey`, and with what is known besides.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export function jsonBody(apiKey: string, { provider, endpoint }: SecretBody): string {
  return Fn.jsonencode({ apiKey, ...(provider === undefined ? {} : { provider }), ...(endpoint === undefined ? {} : { endpoint }) });
}
