import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type AwsCall, callsOf } from "./aws-call";

/** What to do with a request instead of passing it on; undefined: pass it on, at once or when the promise is kept. */
export type Intercept = (calls: readonly AwsCall[], response: ServerResponse) => "handled" | undefined | Promise<undefined>;

/** A proxy before the local AWS that can hold back or refuse single requests. */
export interface AwsProxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * @param target the local AWS
 * @param intercept sees every request before it is passed on
 */
export async function startAwsProxy(target: string, intercept: Intercept): Promise<AwsProxy> {
  const server = createServer(async (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = "GET", headers, url = "/" } = incoming;
    const body = await buffer(incoming);
    if ((await intercept(callsOf(method, url, headers, body.toString("utf8")), response)) === "handled") {
      return;
    }
    const outgoing = request(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    outgoing.end(body);
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address && typeof address === "object" ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
