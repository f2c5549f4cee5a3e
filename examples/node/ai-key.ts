import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { getParameter } from "@aws-lambda-powertools/parameters/ssm";

/** Milliseconds without another look after AWS had no newer key: else every refused request would read the secret. */
const PAUSE = 5_000;

/** Instead of the AI API's own message: OpenAI's quotes a part of the key. */
const REFUSED = "The AI API refuses the key (401), also as AWS has it now";

/** Finds the ARN in the environment, or in the SSM parameter that the environment names (the option `publishArnTo`). */
export async function secretArn(): Promise<string> {
  const { AI_API_KEY_SECRET_ARN: arn, AI_API_KEY_SECRET_ARN_PARAMETER: parameter } = process.env;
  const found = arn || (parameter && (await getParameter(parameter)));
  if (!found) {
    throw new Error("Set AI_API_KEY_SECRET_ARN, or AI_API_KEY_SECRET_ARN_PARAMETER to the name of an SSM parameter that has the ARN");
  }
  return found;
}

/** An AI API's key in AWS Secrets Manager. */
export class AiKey {
  private readonly secrets: SecretsProvider;
  private pauseUntil = 0;

  /** @param maxAge seconds until the key is read again; a refused key is read again at once */
  constructor(
    private readonly arn: string,
    private readonly maxAge = 300,
  ) {
    this.secrets = new SecretsProvider({ clientConfig: { region: arn.split(":")[3] } });
  }

  /** The key, as AWS had it less than `maxAge` seconds ago. */
  public readonly get = shared(() => this.read(false));

  /** Runs a request with the key and, when that is refused (401), once more with the newer one that AWS has. */
  public async use<T>(request: (key: string) => Promise<T>): Promise<T> {
    const key = await this.get();
    return request(key)
      .catch(async (error) => {
        if (error.status !== 401) {
          throw error;
        }
        return request(await this.newerThan(key));
      })
      .catch((error) => {
        throw error.status === 401 ? new Error(REFUSED) : error;
      });
  }

  private async newerThan(refused: string): Promise<string> {
    const cached = await this.get(); // another request may have brought a newer one
    const key = cached === refused && Date.now() >= this.pauseUntil ? await this.renew(refused) : cached;
    if (key === refused) {
      throw new Error(REFUSED);
    }
    return key;
  }

  private readonly renew = shared(async (refused: string) => {
    const key = await this.read(true);
    this.pauseUntil = key === refused ? Date.now() + PAUSE : 0;
    return key;
  });

  private async read(forceFetch: boolean): Promise<string> {
    const key = await this.secrets.get<string>(this.arn, { maxAge: this.maxAge, forceFetch });
    if (!key) {
      throw new Error(`${this.arn} has no text`);
    }
    return key;
  }
}

/** Has all who call while a call runs share it: Powertools caches the key, and asks AWS once for each who comes before it is there. */
function shared<A extends unknown[], T>(run: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let running: Promise<T> | undefined;
  return (...args) => {
    running ??= run(...args).finally(() => {
      running = undefined;
    });
    return running;
  };
}
