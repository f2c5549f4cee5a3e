import { createServer, type RequestListener } from "node:http";

/** A server of our own, on this machine alone. */
export interface LoopbackServer {
  readonly url: string;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

/** Starts one on a free port. A thousand may come at once: they wait instead of being refused. */
export async function startServer(answer: RequestListener): Promise<LoopbackServer> {
  const server = createServer(answer);
  server.keepAliveTimeout = 0; // none: a client on a busy machine may choose a connection just as it times out
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 }, resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
