import type { IncomingMessage } from "node:http";
import type { LoopbackServer } from "../process/loopback-server";
import { type Answer, forward, startProxy } from "./forward";

/** Answers that are kept: more than are under way at once. */
const KEPT = 1_000;

/**
 * Starts a relay before a local AWS, for the requests that an AWS SDK repeats: it gives the first answer again. AWS knows a repeated
 * `CreateSecret` by its token, where moto says that the secret exists already. On a busy machine that is needed: Go's HTTP client now and
 * then resets a connection that it has got the answer from.
 *
 * The SDKs name a call by `amz-sdk-invocation-id`, and its tries by `amz-sdk-request`:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html. A failure of the server is not given again, nor what S3
 * says, where AWS tells the repeated request from the first one too.
 *
 * @param target the local AWS
 */
export async function startRelay(target: string): Promise<LoopbackServer> {
  const answers = new Map<string, Promise<Answer>>();

  const answerTo = async (incoming: IncomingMessage, body: Buffer): Promise<Answer> => {
    const { method, url, headers } = incoming;
    const id = method === "POST" && url === "/" ? String(headers["amz-sdk-invocation-id"] ?? "") : "";
    const first = await answers.get(id)?.catch(() => undefined);
    if (first && first.status < 500) {
      return first;
    }
    const answer = forward(target, incoming, body);
    if (id) {
      answers.set(id, answer);
      const [oldest = ""] = answers.keys();
      if (answers.size > KEPT) {
        answers.delete(oldest);
      }
    }
    return answer;
  };

  return startProxy(answerTo);
}
