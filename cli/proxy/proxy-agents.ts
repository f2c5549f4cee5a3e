import { type ClientRequestArgs, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { proxyFor } from "./proxy-for";

/** What an error of these agents is called. Its message has no header of a request in it. */
export const PROXY_ERROR = "ProxyError";

/** For one client: whoever destroys it destroys them too. */
export function proxyAgents() {
  return {
    httpAgent: heedProxy("http:", new HttpAgent(), (proxy) => new HttpProxyAgent({ proxy })),
    httpsAgent: heedProxy("https:", new HttpsAgent(), (proxy) => new HttpsProxyAgent({ proxy })),
  };
}

/** Has an agent go through the proxy that the environment says for a host. */
function heedProxy<Agent extends HttpAgent>(protocol: string, agent: Agent, through: (proxy: URL) => HttpAgent): Agent {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const host = String(options.host);
    const proxy = proxyFor(addressOf(protocol, host, options));
    return proxy
      ? through(proxy).createConnection(options, (error, socket) => callback?.(error && proxyError(protocol, host, error), socket))
      : connect(options, callback);
  };
  return agent;
}

function addressOf(protocol: string, host: string, { port }: ClientRequestArgs): URL {
  return new URL(`${protocol}//${host.includes(":") ? `[${host}]` : host}:${port ?? ""}`);
}

function proxyError(protocol: string, host: string, { message }: Error): Error {
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const error = new Error(
    `The proxy of ${name} does not lead to ${host}: ${message}. If no proxy is needed for it, name the host in NO_PROXY.`,
  );
  error.name = PROXY_ERROR;
  return error;
}
