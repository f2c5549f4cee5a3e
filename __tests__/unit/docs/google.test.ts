import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type AiKey, refusesKey, type Secrets } from "../../../examples/node/ai-key";
import { GOOGLE_PROVIDER_VERSION } from "../../../lib/google/version-floor";
import { TERRAFORM_VERSION } from "../../../lib/provider-floors";
import { block, blocks } from "../../support/documents";
import { GOOGLE_RIGHTS } from "../../support/google";
import { GoogleSecretManager } from "../../support/google-secret-manager";
import { markdownTable } from "../../support/markdown-table";
import { diagnostics } from "../../support/program";
import { ROOT } from "../../support/project";
import { propsIn } from "../../support/props-in";

const PAGE = "docs/google.md";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

const programs = blocks(PAGE, "ts").filter((text) => text.includes("new App()"));

test("the programs compile, and one with a planted wrong option does not", () => {
  const wrong = programs[0]?.replace("readers:", "reader:") ?? "";
  const files = [...programs, wrong].map((text, index) => ({
    file: join(ROOT, `never-written-${index}.ts`),
    text: text.replace("cdktf-ai-secret/google", "./lib/google"),
  }));
  expect(programs).toHaveLength(2);
  expect(diagnostics(files)).toEqual([expect.stringContaining("'reader' does not exist in type 'GoogleAiKeyStackProps'")]);
}, 60_000); // milliseconds, on a busy machine

test("a deploy and a rotation are the commands of the README, with another stack", () => {
  for (const text of ['="$AI_API_KEY"', '"$NEW_AI_API_KEY"']) {
    expect(block(PAGE, "sh", text)).toBe(block("README.md", "sh", text).replace(" ai-secret ", " google-ai-secret "));
  }
});

test("the table of rights is what the tests record", () => {
  const { deploy, plan } = GOOGLE_RIGHTS;
  const rows = deploy.map((right) => [`\`${right}\``, "yes", plan.includes(right) ? "yes" : "-"]);
  expect(read(PAGE)).toContain(markdownTable([["right", "deploy", "plan"], ...rows]));
  expect(deploy.filter((right) => right.includes("access"))).toEqual([]);
});

test("trust goes by the numbers of repository and owner, which nobody else can have", () => {
  const commands = block(PAGE, "sh", "workload-identity-pools");
  expect(commands).toContain("assertion.repository_id == '456789' && assertion.repository_owner_id == '123456'");
  expect(commands).toContain("/subject/repo:acme@123456/ai-keys@456789:environment:production");
  expect(commands).not.toMatch(/assertion\.(repository|repository_owner|sub) ==/);
});

// https://docs.cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog, AuthenticationInfo
test("read, not run: the filter for reads finds those without an e-mail address, which workload identity federation makes", () => {
  const [filter = ""] = blocks(PAGE, "txt");
  expect(filter).toMatch(/^NOT protoPayload\.authenticationInfo\.principalEmail="/m);
  expect(filter).not.toContain("!=");
});

test("the page has the versions that the stack requires", () => {
  expect(read(PAGE)).toContain(`Terraform or OpenTofu \`${TERRAFORM_VERSION}\` and the Google provider \`${GOOGLE_PROVIDER_VERSION}\``);
});

test("the table of options has each option of both halves", () => {
  const rows = read(PAGE).match(/^\| `.*$/gm) ?? [];
  const named = rows.flatMap((row) => [...(row.split(" | ")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const aws = propsIn("lib/secret/options.ts", "lib/ai-key.ts", "lib/ai-key-stack.ts").filter((name) => name !== "adoptEncryptionKeyArn");
  const google = propsIn("lib/google/options.ts", "lib/google/google-ai-key-stack.ts").filter((name) => name !== "everyDays");
  expect([...new Set([...aws, ...google])].filter((name) => !named.includes(name))).toEqual([]);
});

describe("the client for Node", () => {
  const member = "serviceAccount:app@acme-ai.iam.gserviceaccount.com";
  const name = "projects/1234567890/secrets/ai-key";
  let google: GoogleSecretManager;
  let reads = 0;

  /** As Google's client answers: https://cloud.google.com/nodejs/docs/reference/secret-manager/latest */
  class SecretManagerServiceClient {
    public accessSecretVersion({ name }: { name: string }): Promise<unknown[]> {
      const [, secret = "", version] = name.match(/^projects\/1234567890\/secrets\/([\w-]+)\/versions\/(\w+)$/) ?? [];
      reads++;
      return Promise.resolve([{ payload: { data: Buffer.from(google.read("application", secret, version)) } }]);
    }
  }

  const store = (key: string) => google.byHand("POST", "/ai-key:addVersion", { payload: { data: Buffer.from(key).toString("base64") } });

  beforeEach(() => {
    reads = 0;
    google = new GoogleSecretManager("acme-ai", "1234567890", { application: { member, permissions: ["secretmanager.versions.access"] } });
    google.byHand("POST", "?secretId=ai-key", { replication: { automatic: {} } });
    store("the-first-key-of-all");
    process.env.AI_API_KEY_SECRET_NAME = name;
  });
  afterEach(() => {
    delete process.env.AI_API_KEY_SECRET_NAME;
    jest.useRealTimers();
  });

  /** The block, as it stands. */
  function key(): AiKey {
    const { outputText } = ts.transpileModule(block(PAGE, "ts", "SecretManagerServiceClient"), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const exported: { key?: AiKey } = {};
    const load = (module: string) =>
      module === "./ai-key" ? jest.requireActual("../../../examples/node/ai-key") : { SecretManagerServiceClient };
    new Function("require", "exports", outputText)(load, exported);
    if (!exported.key) {
      throw new Error("the block exports no key");
    }
    return exported.key;
  }

  test("keeps the key for five minutes", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] });
    const client = key();
    expect([await client.get(), await client.get()]).toEqual(["the-first-key-of-all", "the-first-key-of-all"]);
    expect(reads).toBe(1);
    store("the-second-key-of-all");
    jest.setSystemTime(Date.now() + 301_000);
    expect(await client.get()).toBe("the-second-key-of-all");
  });

  test("repeats a request that is refused, with the newer key", async () => {
    const client = key();
    await client.get();
    store("the-second-key-of-all");
    const used: string[] = [];
    const request = async (apiKey: string) => {
      used.push(apiKey);
      return apiKey === "the-second-key-of-all" ? "answer" : Promise.reject(Object.assign(new Error("refused"), { status: 401 }));
    };
    expect(await client.use(request)).toBe("answer");
    expect(used).toEqual(["the-first-key-of-all", "the-second-key-of-all"]);
  });

  test("does with any other store what it does with AWS", async () => {
    const { AiKey: Key } = jest.requireActual("../../../examples/node/ai-key");
    const secrets: Secrets = { get: () => Promise.resolve(new Uint8Array([115, 107])) };
    await expect(new Key("name", 300, secrets).get()).rejects.toThrow("The secret holds no key");
    expect(refusesKey({ status: 401 })).toBe(true);
  });
});
