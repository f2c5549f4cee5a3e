import { BlockList, isIP } from "node:net";

type Environment = Readonly<Record<string, string | undefined>>;

/** What is never asked through a proxy. */
const LOOPBACK = ["127.0.0.0/8", "::1"];

/**
 * The proxy for an address; undefined where there is none. Go's programs choose it so, Terraform among them:
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 *
 * @throws Error for a proxy that is no address, or of another kind than HTTP
 */
export function proxyFor({ protocol, hostname, port }: URL, env: Environment = process.env): URL | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const at = port || (protocol === "https:" ? "443" : "80");
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = setting(name, env);
  const entries = setting("NO_PROXY", env)
    .split(",")
    .map((entry) => entry.trim().toLowerCase());
  if (
    !proxy ||
    host === "localhost" ||
    LOOPBACK.some((network) => isIn(network, host)) ||
    entries.some((entry) => isMeant(entry, host, at))
  ) {
    return undefined;
  }

  const url = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    const got = URL.canParse(url) ? `one with ${new URL(url).protocol}` : "something else"; // the value may have a password in it
    throw new Error(`${name} must be the address of an HTTP proxy, such as http://proxy.example.com:3128; got ${got}.`);
  }
  return new URL(url);
}

function setting(name: string, env: Environment): string {
  return env[name] || env[name.toLowerCase()] || "";
}

/** Whether an entry of NO_PROXY means a host: `*`, an address, a network, or a domain; each but a network may have a port. */
function isMeant(entry: string, host: string, port: string): boolean {
  if (entry === "*" || isIn(entry, host)) {
    return true;
  }
  const [, bracketed, plain = entry, of] = entry.match(/^(?:\[(.*)\]|([^:]*)):(\d*)$/) ?? [];
  if (of && of !== port) {
    return false;
  }
  const name = (bracketed ?? plain).replace(/^\*\./, ".");
  if (name === "" || isIP(host)) {
    return isIn(name, host);
  }
  return host.endsWith(name.startsWith(".") ? name : `.${name}`) || host === name;
}

/** @param network an address, or a network such as 10.0.0.0/8 */
function isIn(network: string, host: string): boolean {
  const [address = "", length] = network.split("/");
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d+$/.test(length) ? Number(length) : Number.NaN;
  if (version === 0 || version !== isIP(host) || !(prefix <= bits)) {
    return false;
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, family);
}
