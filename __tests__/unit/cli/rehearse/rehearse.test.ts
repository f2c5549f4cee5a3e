import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rehearse } from "../../../../cli/rehearse/rehearse";

// All as lines for machines: there is no way back to those for people.
const lines: unknown[] = [];
const folder = mkdtempSync(join(os.tmpdir(), "ai-key-test-"));
const { PATH, TERRAFORM_BINARY_NAME, TF_PROVIDER_MIRROR, AWS_ENDPOINT_URL } = process.env;
let temp = "";
let bin = "";
let root = "";

beforeEach(() => {
  lines.length = 0;
  jest.spyOn(console, "log").mockImplementation((line) => void lines.push(JSON.parse(line)));
  temp = mkdtempSync(join(folder, "temp-"));
  jest.spyOn(os, "tmpdir").mockReturnValue(temp);

  bin = mkdtempSync(join(folder, "bin-"));
  root = mkdtempSync(join(folder, "root-"));
  mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
  mkdirSync(join(root, "node_modules/cdktf-cli"));
  writeFileSync(join(root, "node_modules/cdktf-cli/package.json"), '{ "version": "0.21.0" }');
  const mirror = join(folder, "mirror");
  mkdirSync(join(mirror, "registry.terraform.io/hashicorp/aws/6.50.0/linux_amd64"), { recursive: true });
  Object.assign(process.env, { PATH: bin, TF_PROVIDER_MIRROR: mirror });
  delete process.env.TERRAFORM_BINARY_NAME;
  delete process.env.AWS_ENDPOINT_URL;
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const [name, value] of Object.entries({ PATH, TERRAFORM_BINARY_NAME, TF_PROVIDER_MIRROR, AWS_ENDPOINT_URL })) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A stand-in for a program. */
function standIn(path: string, script: string): void {
  writeFileSync(path, `#!${process.execPath}\nconst fs = require("fs");\n${script}`);
  chmodSync(path, 0o755);
}

const pidFile = (name: string) => join(folder, `${name}.pid`);
const writePid = (name: string) => `fs.writeFileSync(${JSON.stringify(pidFile(name))}, String(process.pid));`;

const isAlive = (name: string) => {
  try {
    process.kill(Number(readFileSync(pidFile(name), "utf8")), 0);
    return true;
  } catch {
    return false;
  }
};

const withTerraform = () => standIn(join(bin, "terraform"), 'console.log("Terraform v1.11.4\\non linux_amd64");');

/** A local AWS that answers, and no more. */
const withMoto = () =>
  standIn(
    join(bin, "moto_server"),
    `${writePid("moto")}
     const answer = (request, response) => response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end("{}");
     require("http").createServer(answer).listen(Number(process.argv[5]), "127.0.0.1");`,
  );

const CLI = "cdktf";

/** A cdktf whose commands can be loaded. */
const withCdktf = (script: string) => {
  mkdirSync(join(root, "node_modules/.bin/cmds"));
  writeFileSync(join(root, "node_modules/.bin/cmds/handlers.js"), "");
  standIn(join(root, "node_modules/.bin", CLI), script);
};

const run = (rotation = false) => rehearse(root, undefined, { keep: false, rotation, json: true });
const leftFolders = () => readdirSync(temp).filter((name) => name.startsWith("ai-key-"));

test("fails before it starts anything for an endpoint that is not on this machine", async () => {
  process.env.AWS_ENDPOINT_URL = "https://secretsmanager.us-east-1.amazonaws.com";

  expect(await run()).toBe(1);
  expect(lines.at(-1)).toEqual({ ok: false, error: expect.stringContaining("AWS_ENDPOINT_URL must be on a loopback address") });
  expect(leftFolders()).toEqual([]);
});

test("fails for a rotation on the user's own local AWS, before it asks or starts anything: the rotator would stay there", async () => {
  process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:9";
  withTerraform();
  withCdktf("");

  expect(await run(true)).toBe(1);
  expect(lines.at(-1)).toEqual({ ok: false, error: expect.stringMatching(/^--rotation makes a rotator, .* Unset AWS_ENDPOINT_URL\.$/) });
  expect(leftFolders()).toEqual([]);
});

test("fails without a local AWS and without Terraform, with the commands that install them", async () => {
  expect(await run()).toBe(1);
  expect(lines.at(-1)).toEqual({ ok: false, error: expect.stringContaining("pip install 'moto[server]") });

  process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:9";
  expect(await run()).toBe(1);
  expect(lines.at(-1)).toEqual({
    ok: false,
    error: expect.stringContaining("terraform was not found on PATH. Install Terraform 1.11.0 or newer"),
  });
});

test("a local AWS that crashes ends it: what was started is stopped, and its files are removed", async () => {
  withTerraform();
  withMoto();
  withCdktf(
    `${writePid("cdktf")} process.kill(Number(fs.readFileSync(${JSON.stringify(pidFile("moto"))})), "SIGKILL"); setInterval(() => {}, 1000);`,
  );

  expect(await run()).toBe(1);
  expect(lines[0]).toMatchObject({ step: "tools found", ok: true });
  expect(lines.at(-1)).toEqual({ ok: false, error: expect.stringMatching(/^The local AWS \(moto .*\) stopped by itself \(SIGKILL\)/) });
  expect(leftFolders()).toEqual([]);
  for (let i = 0; i < 50 && isAlive("cdktf"); i++) {
    await sleep(100);
  }
  expect(isAlive("cdktf")).toBe(false);
});

test("a command that fails ends it: its error is told, its folder is kept for a look, and the local AWS is stopped", async () => {
  withTerraform();
  withMoto();
  withCdktf('console.log("Error: main.ts:7: a bad prop\\n    at somewhere"); process.exit(1);');

  expect(await run()).toBe(1);
  const kept = join(temp, leftFolders()[0] ?? "none");
  expect(lines.at(-1)).toEqual({
    ok: false,
    error: `${CLI} synth exited with code 1:\nError: main.ts:7: a bad prop`,
    folder: kept,
    logs: join(kept, "logs"),
  });
  expect(existsSync(join(kept, "logs"))).toBe(true);
  for (let i = 0; i < 50 && isAlive("moto"); i++) {
    await sleep(100);
  }
  expect(isAlive("moto")).toBe(false);
});

test("a stack that keeps its key at Google is refused, with what is unproven and how to have it shown", async () => {
  withTerraform();
  withMoto();
  const config = { resource: { google_secret_manager_secret: { key: {} } } };
  withCdktf(
    `fs.mkdirSync("cdktf.out/stacks/google-ai-secret", { recursive: true });
     fs.writeFileSync("cdktf.out/manifest.json", '{ "stacks": { "google-ai-secret": {} } }');
     fs.writeFileSync("cdktf.out/stacks/google-ai-secret/cdk.tf.json", ${JSON.stringify(JSON.stringify(config))});`,
  );

  expect(await run()).toBe(1);
  expect(lines.at(-1)).toMatchObject({
    ok: false,
    error: expect.stringMatching(
      /^google-ai-secret keeps its key in Google Secret Manager, and a rehearsal has a local AWS alone\. Unproven here: .* TF_PROVIDER_MIRROR/,
    ),
  });
});

test("stopped by Ctrl-C while an AWS of the user's own does not answer, it does not wait for it", async () => {
  withTerraform();
  withCdktf("");
  const asked = new Promise<void>((resolve) => {
    const server = createServer(() => resolve()).listen(0, "127.0.0.1", () => {
      const address = server.address();
      process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    });
    server.unref();
  });
  while (process.env.AWS_ENDPOINT_URL === undefined) {
    await sleep(1);
  }

  const code = run();
  await asked;
  process.emit("SIGINT");
  expect(await code).toBe(130);
  expect(lines.at(-1)).toEqual({ ok: false, error: "Stopped by SIGINT. What was started is stopped, and its files are removed." });
  expect(leftFolders()).toEqual([]);
});
