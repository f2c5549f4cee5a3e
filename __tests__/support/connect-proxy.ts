import { createServer } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

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
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "", headers }, socket: Duplex) => {
    tunnels.push(socket.on("error", () => {}));
    asked.push(url);
    const known = headers["proxy-authorization"] === `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    const where = known ? lead(url) : { status: 407 };
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
