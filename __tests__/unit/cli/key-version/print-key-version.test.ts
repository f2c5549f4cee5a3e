import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { keyVersion, versionLines } from "../../../../cli/key-version/key-version";
import { printKeyVersion } from "../../../../cli/key-version/print-key-version";
import { randomKey } from "../../../../lab/random-key";
import { AiKeySecret, AiKeyStack, type AiKeyStackProps, EphemeralVariable } from "../../../../lib";
import { PLAN_ONLY } from "../../../support/plan-only";
import { ROOT } from "../../../support/project";
import { OwnStack } from "../../../support/synthesized";

const KEY = randomKey();
const OPENAI = randomKey("openai");

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true });
  }
});

/** A project with nothing but what its synth has written. */
function project(stacks: Readonly<Record<string, AiKeyStackProps | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
  folders.push(folder);
  for (const [name, stack] of Object.entries(stacks)) {
    mkdirSync(join(folder, "cdktf.out/stacks", name), { recursive: true });
    const text = typeof stack === "string" ? stack : Testing.synth(new AiKeyStack(new App({ outdir: "never-written" }), name, stack));
    writeFileSync(join(folder, "cdktf.out/stacks", name, "cdk.tf.json"), text);
  }
  const manifest = { stacks: Object.fromEntries(Object.keys(stacks).map((name) => [name, {}])) };
  if (Object.keys(stacks).length > 0) {
    writeFileSync(join(folder, "cdktf.out/manifest.json"), JSON.stringify(manifest));
  }
  return folder;
}

const NOWHERE = project({});

function run(env: Record<string, string>, options: readonly string[] = [], command = "key-version") {
  const args = [join(ROOT, "bin/ai-key.js"), command, ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: NOWHERE,
    env: { PATH: process.env.PATH, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test.each(["key-version", "version"])(
  "the number is all that is printed by %s",
  (command) => {
    const stdout = `${keyVersion(KEY, "ai/production/api-key")}\n`;
    expect(run({ TF_VAR_ai_api_key: KEY }, [], command)).toEqual({ status: 0, stdout, stderr: "" });
  },
  60_000,
);

test("one of many keys has its own variable and secret, and a secret may have a name of its own", () => {
  const { stdout } = run({ TF_VAR_openai_api_key: OPENAI }, ["--provider", "openai", "--secret-name", "mine", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ variable: "openai_api_key_version", secretName: "mine", version: keyVersion(OPENAI, "mine") });
}, 60_000);

interface Printed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the command prints in a project. */
function printed(cwd: string, env: Readonly<Record<string, string>>, provider?: string, stack?: string): Printed {
  const log = jest.spyOn(console, "log").mockImplementation();
  const error = jest.spyOn(console, "error").mockImplementation();
  const before = process.env;
  process.env = { ...before, ...env };
  try {
    const exitCode = printKeyVersion(cwd, stack, { provider, json: false });
    return { exitCode, stdout: log.mock.calls.join("\n"), stderr: error.mock.calls.join("\n") };
  } finally {
    process.env = before;
    log.mockRestore();
    error.mockRestore();
  }
}

test.each([
  [randomKey("anthropic"), "openai_api_key seems to be a key of Anthropic, not of OpenAI"],
  ["plan-only-0123456789", "openai_api_key is the value for a plan"],
])("there is no number for what a deploy refuses as a key of the provider's, and no key in the message: %#", (key, message) => {
  const { stderr, ...rest } = printed(NOWHERE, { TF_VAR_openai_api_key: key }, "openai");
  expect(rest).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain(key);
});

test("there is a number for a key in a form that the provider may have by now, as a deploy takes it", () => {
  const key = OPENAI.slice(0, 40);
  expect(printed(NOWHERE, { TF_VAR_openai_api_key: key }, "openai")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+$/) });
});

test("fails for a key that Terraform would refuse, without printing it", () => {
  for (const key of [`"${KEY}"`, PLAN_ONLY, "not-the-key-but-well-formed"]) {
    const { stderr, ...rest } = printed(NOWHERE, { TF_VAR_ai_api_key: key });
    expect(rest).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/^ai_api_key is /);
    expect(stderr).not.toContain(key);
  }
});

test("the only key of the program needs no option, whatever its stacks are called", () => {
  const cwd = project({ one: { keys: [{ provider: "openai" }] }, two: { environment: "Staging", keys: [{ provider: "openai" }] } });
  const number = (secret: string) => ({ exitCode: 0, stdout: String(keyVersion(OPENAI, secret)), stderr: "" });
  expect(printed(cwd, { TF_VAR_openai_api_key: OPENAI })).toEqual(number("ai/production/openai-api-key"));
  expect(printed(cwd, { TF_VAR_openai_api_key: OPENAI }, undefined, "two")).toEqual(number("ai/staging/openai-api-key"));
});

test("of several keys, the message names those that there are", () => {
  const cwd = project({ secrets: { keys: [{ provider: "openai" }, { provider: "groq" }] } });
  expect(() => printed(cwd, { TF_VAR_openai_api_key: OPENAI })).toThrow(
    "The synthesized program has several keys: say one by --provider. It has: groq, openai.",
  );
  expect(() => printed(cwd, {}, "anthropic")).toThrow(
    "The synthesized program has no key of the provider anthropic. It has: groq, openai.",
  );
});

test("a generic key that is not there is not the only one that could be meant", () => {
  const cwd = project({ secrets: { keys: [{}, { provider: "openai" }] } });
  expect(printed(cwd, { TF_VAR_openai_api_key: OPENAI }).stderr).toMatch(
    /^ai_api_key is empty\. .* For another key of the program, say --provider openai\.$/,
  );
});

test("a key's format is the one that the program says", () => {
  const cwd = project({
    secrets: {
      keys: [
        { provider: "groq", format: "gateway" },
        { provider: "vertex", format: "json" },
      ],
    },
  });
  expect(printed(cwd, { TF_VAR_groq_api_key: "token-abc123" }, "groq").exitCode).toBe(0);
  expect(printed(cwd, { TF_VAR_groq_api_key: "token-abc123" }, "groq", "secrets").exitCode).toBe(0);
  expect(printed(cwd, { TF_VAR_vertex_api_key: '{\n"type": "service_account"\n}\n' }, "vertex").exitCode).toBe(0);
  expect(printed(cwd, { TF_VAR_vertex_api_key: KEY }, "vertex").stderr).toContain("is not a whole JSON object");
});

test("a variable of the user's own is judged as the provider's that it names, and salted with its secret's name", () => {
  const own = new OwnStack();
  new AiKeySecret(own, "key", { apiKey: new EphemeralVariable(own, "chat_key", { provider: "openai" }), name: "acme/chat" });
  const cwd = project({ own: Testing.synth(own) });
  expect(printed(cwd, { TF_VAR_chat_key: OPENAI }).stdout).toBe(String(keyVersion(OPENAI, "acme/chat")));
  expect(printed(cwd, { TF_VAR_chat_key: randomKey("anthropic") }).stderr).toContain(
    "chat_key seems to be a key of Anthropic, not of OpenAI",
  );
});

test("each of several keys of a secret has a number of its own, salted with the secret's name, for people and for the deploy alike", () => {
  const keys = { OPENAI_API_KEY: { provider: "openai" }, GROQ_API_KEY: { provider: "groq" } };
  const stack = Testing.synth(new AiKeyStack(new App({ outdir: "never-written" }), "gateway", { provider: "litellm", body: { keys } }));
  const [openai, groq] = [OPENAI, randomKey("groq")];
  const secret = "ai/production/litellm-api-key";
  const cwd = project({ gateway: stack });
  expect(printed(cwd, { TF_VAR_openai_api_key: openai }, "openai").stdout).toBe(String(keyVersion(openai, secret)));
  expect(printed(cwd, { TF_VAR_groq_api_key: groq }, "groq", "gateway").stdout).toBe(String(keyVersion(groq, secret)));
  expect(versionLines(JSON.parse(stack), { TF_VAR_openai_api_key: openai, TF_VAR_groq_api_key: groq })).toEqual([
    `export TF_VAR_groq_api_key_version=${keyVersion(groq, secret)}`,
    `export TF_VAR_openai_api_key_version=${keyVersion(openai, secret)}`,
  ]);
});
