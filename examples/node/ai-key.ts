import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { getParameter } from "@aws-lambda-powertools/parameters/ssm";

const PAUSE = 5_000; // milliseconds without another look after AWS had no newer key: else every refused request would read the secret

/** How AI APIs refuse a key: most by 401, and xAI, Gemini, Anthropic and Groq also by 400 or 403 with one of these reasons. */
const REFUSALS =
  /incorrect api key|api_key_invalid|api key (?:not valid|not found|expired)|reported as leaked|consumer_suspended|has been suspended|organization has been disabled|organization_restricted/i;

/** Whether a client's error says that the AI API does not take the key. */
export function refusesKey(error: { readonly status?: number; readonly message?: string }, reasons = REFUSALS): boolean {
  return error.status === 401 || ((error.status === 400 || error.status === 403) && reasons.test(error.message ?? ""));
}

/** Gemini answers OpenAI's client with a list, in which it finds no reason: then only a newer key can tell. */
function mayRefuseKey(error: { readonly status?: number; readonly message?: string }): boolean {
  return refusesKey(error) || refusesKey(error, /status code \(no body\)/);
}

/** Finds the ARN in the environment, or in the SSM parameter that the environment names (the option `publishArnTo`). */
export async function secretArn(): Promise<string> {
  const { AI_API_KEY_SECRET_ARN: arn, AI_API_KEY_SECRET_ARN_PARAMETER: parameter } = process.env;
  const found = arn || (parameter && (await getParameter(parameter)));
  if (!found) {
    throw new Error("Set AI_API_KEY_SECRET_ARN, or AI_API_KEY_SECRET_ARN_PARAMETER to the name of an SSM parameter that has the ARN");
  }
  return found;
}

/** An AI API's key in AWS Secrets Manager. After `maxAge` seconds it is read again; a refused key is read again at once. */
export class AiKey {
  private readonly secrets: SecretsProvider;
  private readonly reading = new Map<string | undefined, Promise<string>>();
  private pauseUntil = 0;

  constructor(
    private readonly arn: string,
    private readonly maxAge = 300,
  ) {
    if (!/^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+$/.test(arn)) {
      throw new Error("The secret's ARN is needed, which says the region, not its name: it is the output api_secret_arn");
    }
    this.secrets = new SecretsProvider({ clientConfig: { region: arn.split(":")[3] } });
  }

  /** The key, and not the refused one if AWS has a newer one. All who ask at once share one call: Powertools would make one for each. */
  public get(refused?: string): Promise<string> {
    const reading = this.reading.get(refused) ?? this.read(refused).finally(() => this.reading.delete(refused));
    this.reading.set(refused, reading);
    return reading;
  }

  /** Runs a request with the key and, when that is refused, once more with the newer one that AWS has. */
  public async use<T>(request: (key: string) => Promise<T>): Promise<T> {
    const key = await this.get();
    return request(key)
      .catch(async (error) => {
        const newer = mayRefuseKey(error) ? await this.get(key) : key;
        return newer === key ? Promise.reject(error) : request(newer);
      })
      .catch((error) => {
        throw refusesKey(error) ? new Error(`The AI API refuses the key (${error.status}), also as AWS has it now`) : error; // its own message quotes the key
      });
  }

  /** Without Powertools' JSON transform: its error on a key alone quotes the first ten characters. */
  private async read(refused?: string): Promise<string> {
    const cached = keyIn(await this.secrets.get<string>(this.arn, { maxAge: this.maxAge }));
    if (cached !== refused || Date.now() < this.pauseUntil) {
      return cached;
    }
    const newest = keyIn(await this.secrets.get<string>(this.arn, { maxAge: this.maxAge, forceFetch: true }));
    this.pauseUntil = newest === refused ? Date.now() + PAUSE : 0;
    return newest;
  }
}

/** The key in a secret's text: all of it, or `apiKey` of a JSON object (the option `body`). Whatever else it is, an error of a client would quote it. */
function keyIn(text = ""): string {
  let key = text;
  try {
    key = JSON.parse(text).apiKey ?? text;
  } catch {} // its message quotes the text too
  if (!/^[!-~]+$/.test(key)) {
    throw new Error("The secret holds no key: white space, or a character that no key has, is in its text. Store the key alone");
  }
  return key;
}
