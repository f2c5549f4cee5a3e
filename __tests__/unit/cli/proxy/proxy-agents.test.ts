import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { awsConfig } from "../../../../cli/aws/aws-config";
import { describeAwsError } from "../../../../cli/aws/aws-error";
import { liveCheck } from "../../../../cli/verify/live-check";
import { startServer } from "../../../../lab/process/loopback-server";
import { type ConnectProxy, type Lead, startConnectProxy } from "../../../support/connect-proxy";

const KEY = "sk-test-0123456789abcdef";

/** AWS has no such region, so there is no such host. */
const REGION = "eu-nowhere-9";
const HOST = `secretsmanager.${REGION}.amazonaws.com:443`;

const env = { ...process.env };
const home = mkdtempSync(join(tmpdir(), "proxy-agents-"));
let proxy: ConnectProxy;
let lead: Lead;

beforeAll(async () => {
  proxy = await startConnectProxy(() => lead);
});
beforeEach(() => {
  lead = { status: 403 };
  proxy.asked.splice(0);
  const config = join(home, "config");
  writeFileSync(config, "");
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !/^AWS_(?!SDK_)|_proxy$/i.test(name)));
  const aws = { HOME: home, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, AWS_EC2_METADATA_DISABLED: "true" };
  process.env = { ...kept, ...aws, HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
});
afterAll(async () => {
  process.env = env;
  rmSync(home, { recursive: true });
  await proxy.close();
});

/** Asks AWS, and gives the name of the secret, or the line on why there is none. */
async function ask(): Promise<string | undefined> {
  const client = new SecretsManagerClient({ ...awsConfig("my-key", REGION), maxAttempts: 1 });
  try {
    return (await client.send(new DescribeSecretCommand({ SecretId: "my-key" }))).Name;
  } catch (error) {
    return describeAwsError(error);
  } finally {
    client.destroy();
  }
}

function useKeys(): void {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
}

test("an AWS without encryption is asked through HTTP_PROXY, whose password it gets", async () => {
  const aws = await startServer((_, response) => response.end('{"Name":"my-key"}'));
  lead = { port: Number(new URL(aws.url).port) };
  useKeys();
  process.env.AWS_ENDPOINT_URL = "http://aws.invalid:4566";
  const name = await ask();
  await aws.close();
  expect({ name, asked: proxy.asked }).toEqual({ name: "my-key", asked: ["aws.invalid:4566"] });
});

test("AWS itself is asked through HTTPS_PROXY, encrypted from end to end", async () => {
  lead = "cut";
  useKeys();
  expect(await ask()).toContain("before secure TLS connection was established");
  expect(proxy.asked).toEqual([HOST]);
  const [hello] = proxy.said;
  expect(hello?.[0]).toBe(0x16); // a handshake: https://datatracker.ietf.org/doc/html/rfc8446#section-5.1
  expect(hello?.toString("latin1")).toContain(`secretsmanager.${REGION}.amazonaws.com`);
});

test("what NO_PROXY names is asked directly", async () => {
  useKeys();
  process.env.NO_PROXY = "amazonaws.com";
  expect(await ask()).toMatch(/ENOTFOUND|EAI_AGAIN/);
  expect(proxy.asked).toEqual([]);
});

test.each([
  ["a proxy that refuses", undefined, "Bad response: 403"],
  ["a wrong password", "http://me:wrong@", "Bad response: 407"],
  ["a proxy that is down", "http://me:p%40ss@127.0.0.1:9/", "connect ECONNREFUSED 127.0.0.1:9"],
])("%s gets one line, without a password", async (_, other, reason) => {
  useKeys();
  if (other) {
    process.env.HTTPS_PROXY = other.endsWith("/") ? other : proxy.url.replace(/^.*@/, other);
  }
  const host = HOST.replace(":443", "");
  expect(await ask()).toBe(
    `The proxy of HTTPS_PROXY does not lead to ${host}: ${reason}. If no proxy is needed for it, name the host in NO_PROXY.`,
  );
});

test("the credentials of a web identity and of IAM Identity Center come through the proxy too", async () => {
  writeFileSync(join(home, "token"), "token");
  Object.assign(process.env, { AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/ci", AWS_WEB_IDENTITY_TOKEN_FILE: join(home, "token") });
  await ask();
  expect(proxy.asked).toEqual([`sts.${REGION}.amazonaws.com:443`]);

  delete process.env.AWS_ROLE_ARN;
  proxy.asked.splice(0);
  const profile = ["sso_session = acme", "sso_account_id = 111122223333", "sso_role_name = ops", `region = ${REGION}`];
  const session = ["[sso-session acme]", "sso_start_url = https://acme.awsapps.invalid/start", `sso_region = ${REGION}`];
  const config = join(home, "sso-config"); // the SDK reads a file once
  writeFileSync(config, ["[profile ops]", ...profile, ...session].join("\n"));
  const cache = join(home, ".aws/sso/cache");
  mkdirSync(cache, { recursive: true });
  const token = { accessToken: "token", expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
  writeFileSync(join(cache, `${createHash("sha1").update("acme").digest("hex")}.json`), JSON.stringify(token));
  Object.assign(process.env, { AWS_CONFIG_FILE: config, AWS_PROFILE: "ops" });
  await ask();
  expect(proxy.asked).toEqual([`portal.sso.${REGION}.amazonaws.com:443`]);
});

test("verify --live asks through the proxy, and the key is in no message", async () => {
  const { holds, text } = await liveCheck("openai", KEY, "https://api.invalid/v1");
  expect({ holds, asked: proxy.asked }).toEqual({ holds: undefined, asked: ["api.invalid:443"] });
  expect(text).toMatch(/^api\.invalid can't be asked: The proxy of HTTPS_PROXY does not lead to api\.invalid: Bad response: 403\./);
  expect(text).not.toContain(KEY);

  process.env.NO_PROXY = ".invalid";
  expect((await liveCheck("openai", KEY, "https://api.invalid/v1")).text).toMatch(/^api\.invalid can't be asked: E[A-Z_]+$/);
  expect(proxy.asked).toHaveLength(1);
});
