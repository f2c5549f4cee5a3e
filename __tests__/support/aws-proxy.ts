import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { forward, send } from "../../lab/aws/forward";
import { startServer } from "../../lab/process/loopback-server";
import { type AwsCall, callsOf } from "./aws-call";

/** A request as it came. */
export interface AwsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to do with a request instead of passing it on; undefined: pass it on, at once or when the promise is kept. */
export type Intercept = (
  calls: readonly AwsCall[],
  response: ServerResponse,
  request: AwsRequest,
) => "handled" | undefined | Promise<"handled" | undefined>;

/** A proxy before the local AWS that can hold back or refuse single requests. */
export interface AwsProxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * @param target the local AWS
 * @param intercept sees every request before it is passed on
 * @param headersFor what it is passed on with
 */
export async function startAwsProxy(
  target: string,
  intercept: Intercept,
  headersFor = (headers: IncomingHttpHeaders) => headers,
): Promise<AwsProxy> {
  const { url: endpoint, close } = await startServer(async (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = "GET", headers, url = "/" } = incoming;
    const body = await buffer(incoming);
    const text = body.toString("utf8");
    if ((await intercept(callsOf(method, url, headers, text), response, { method, url, headers, body: text })) === "handled") {
      return;
    }
    try {
      send(await forward(target, { method, url, headers: headersFor(headers) }, body), response);
    } catch {
      response.destroy(); // as the local AWS has cut the connection
    }
  });
  return { endpoint, close };
}
