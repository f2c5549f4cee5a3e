import { proxyFor } from "../../../../cli/proxy/proxy-for";

const AWS = "https://secretsmanager.eu-central-1.amazonaws.com/";
const PROXY = "http://proxy.example.com:3128";

/** The host of the proxy for an address; none where it is asked directly. */
function through(address: string, env: Readonly<Record<string, string>>): string {
  return proxyFor(new URL(address), env)?.host ?? "none";
}

test.each<[Record<string, string>, string]>([
  [{ HTTPS_PROXY: PROXY }, "proxy.example.com:3128"],
  [{ https_proxy: PROXY }, "proxy.example.com:3128"],
  [{ HTTPS_PROXY: PROXY, https_proxy: "http://other:1" }, "proxy.example.com:3128"],
  [{ HTTPS_PROXY: "", https_proxy: PROXY }, "proxy.example.com:3128"],
  [{ HTTPS_PROXY: "proxy.example.com:3128" }, "proxy.example.com:3128"],
  [{ HTTPS_PROXY: "proxy:3128" }, "proxy:3128"],
  [{ HTTP_PROXY: PROXY }, "none"],
  [{ ALL_PROXY: PROXY }, "none"],
  [{}, "none"],
])("AWS is asked as Terraform asks it: %j", (env, host) => {
  expect(through(AWS, env)).toBe(host);
});

test("what is not encrypted has a proxy of its own", () => {
  expect(through("http://aws.intranet:4566", { HTTP_PROXY: PROXY, HTTPS_PROXY: "http://other:1" })).toBe("proxy.example.com:3128");
  expect(through("http://aws.intranet:4566", { http_proxy: PROXY })).toBe("proxy.example.com:3128");
});

test.each(["http://127.0.0.1:5000", "http://127.8.9.1:5000", "http://localhost:5000", "http://[::1]:5000", "https://localhost"])(
  "no proxy leads to this machine: %s",
  (address) => {
    expect(through(address, { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY })).toBe("none");
  },
);

// As https://github.com/golang/net/blob/v0.44.0/http/httpproxy/proxy_test.go has them.
test.each([
  ["*", AWS],
  ["amazonaws.com", AWS],
  [".amazonaws.com", AWS],
  ["*.amazonaws.com", AWS],
  ["intranet, AMAZONAWS.com ", AWS],
  ["secretsmanager.eu-central-1.amazonaws.com", AWS],
  ["amazonaws.com:443", AWS],
  ["10.0.0.0/8", "https://10.1.2.3"],
  ["10.1.2.3", "https://10.1.2.3"],
  ["10.1.2.3:443", "https://10.1.2.3"],
  ["fd00::/8", "https://[fd00::1]"],
  ["[fd00::1]:8443", "https://[fd00::1]:8443"],
])("NO_PROXY=%s means %s", (NO_PROXY, address) => {
  expect(through(address, { HTTPS_PROXY: PROXY, NO_PROXY })).toBe("none");
  expect(through(address, { HTTPS_PROXY: PROXY, no_proxy: NO_PROXY })).toBe("none");
});

test.each([
  ["", AWS],
  [",", AWS],
  ["mazonaws.com", AWS],
  ["amazonaws.com:8443", AWS],
  [".secretsmanager.eu-central-1.amazonaws.com", AWS],
  ["eu-central-1", AWS],
  ["10.0.0.0/8", "https://11.1.2.3"],
  ["10.0.0.0/99", "https://10.1.2.3"],
  ["10.1.2.3:8443", "https://10.1.2.3"],
  ["2.3", "https://10.1.2.3"],
  ["10.0.0.0/8", AWS],
  ["fd00::/8", "https://[fe00::1]"],
])("NO_PROXY=%s does not mean %s", (NO_PROXY, address) => {
  expect(through(address, { HTTPS_PROXY: PROXY, NO_PROXY })).toBe("proxy.example.com:3128");
});

test("a proxy with a name and a password keeps them", () => {
  expect(proxyFor(new URL(AWS), { HTTPS_PROXY: "http://me:p%40ss@proxy:3128" })).toMatchObject({ username: "me", password: "p%40ss" });
});

test.each(["socks5://me:pass@proxy:1080", "http://me:pass@a b"])("a proxy that does not do is refused without its value", (proxy) => {
  expect(() => proxyFor(new URL(AWS), { HTTPS_PROXY: proxy })).toThrow(/^HTTPS_PROXY must be the address of an HTTP proxy, such as /);
  expect(() => proxyFor(new URL(AWS), { HTTPS_PROXY: proxy })).not.toThrow("pass");
});
