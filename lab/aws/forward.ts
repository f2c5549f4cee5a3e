import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type LoopbackServer, startServer } from "../process/loopback-server";

/** What is passed on of a request, besides its body. */
type Request = Pick<IncomingMessage, "method" | "url" | "headers">;

/** What a local AWS has answered. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** Passes a request on to a local AWS. It fails as the local AWS cuts the connection. */
export function forward(target: string, { method, url = "/", headers }: Request, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(url, target), { method, headers }, async (answer) => {
      try {
        resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Starts a server before a local AWS. Where there is no answer, it cuts the connection, as the local AWS has cut its own. */
export function startProxy(answerTo: (incoming: IncomingMessage, body: Buffer) => Promise<Answer>): Promise<LoopbackServer> {
  return startServer(async (incoming, response) => {
    try {
      send(await answerTo(incoming, await buffer(incoming)), response);
    } catch {
      response.destroy();
    }
  });
}

/** Gives an answer to whoever has asked. */
export function send({ status, headers, body }: Answer, response: ServerResponse): void {
  const { connection: _connection, "transfer-encoding": _encoding, ...others } = headers; // of the other connection
  response.writeHead(status, others).end(body);
}
