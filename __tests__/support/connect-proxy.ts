import { createServer, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { forward, send } from "../../lab/aws/forward";

/** An HTTP proxy on this machine, which leads nowhere else. */
export interface ConnectProxy {
  /** With a password, as a company's has. */
  readonly url: string;
  /** The hosts and ports that it was asked to lead to. */
  readonly asked: string[];
  /** What came first through each tunnel that leads nowhere. */
  readonly said: readonly Buffer[];
  close(): Promise<void>;
}

/**
 * What a proxy does with a `CONNECT`: leads to a port of this machine; answers with a status; or opens the tunnel, and cuts it after the
 * first bytes.
 */
export type Lead = { readonly port: number } | { readonly status: number } | "cut";

/** Starts one on a free port. It refuses who does not say the password. */
export async function startConnectProxy(lead: (target: string) => Lead): Promise<ConnectProxy> {
  const asked: string[] = [];
  const said: Buffer[] = [];
  const tunnels: Duplex[] = [];
  const leadTo = (target: string, headers: IncomingHttpHeaders) => {
    asked.push(target);
    const known = headers["proxy-authorization"] === `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    return known ? lead(target) : { status: 407 };
  };

  // What is not encrypted needs no tunnel: Node 26 asks for it by its whole URL, https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
  const server = createServer(async (incoming, response) => {
    const { method, url = "", headers } = incoming;
    const { hostname, port, pathname, search } = new URL(url);
    const where = leadTo(`${hostname}:${port || 80}`, headers);
    if (where === "cut" || "status" in where) {
      response.writeHead(where === "cut" ? 502 : where.status).end();
      return;
    }
    try {
      const request = { method, url: pathname + search, headers };
      send(await forward(`http://127.0.0.1:${where.port}`, request, await buffer(incoming)), response);
    } catch {
      response.destroy();
    }
  });
  server.on("connect", ({ url = "", headers }, socket: Duplex) => {
    tunnels.push(socket.on("error", () => {}));
    const where = leadTo(url, headers);
    if (where !== "cut" && "status" in where) {
      socket.end(`HTTP/1.1 ${where.status} No\r\n\r\n`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (where === "cut") {
      socket.once("data", (bytes) => {
        said.push(bytes);
        socket.destroy();
      });
      return;
    }
    const target = connect(where.port, "127.0.0.1");
    tunnels.push(target.on("error", () => socket.destroy()));
    target.pipe(socket).pipe(target);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const address = server.address();
  return {
    url: `http://me:p%40ss@127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    asked,
    said,
    close: () => {
      for (const tunnel of tunnels) {
        tunnel.destroy();
      }
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
