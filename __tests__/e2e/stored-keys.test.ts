import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { endLife, rehearsedKeys } from "../../cli/rehearse/life-of-a-key";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { randomKey } from "../../lab/random-key";
import type { Variables } from "../../lab/sandbox/sandbox";
import type { KeyForm } from "../../lib/key/validations";
import { runAiKey } from "../support/ai-key-command";
import { block } from "../support/documents";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab, testFrom } from "../support/lab";

/** Random, so that no file can hold a part of a key by chance. */
const random = (length: number) => randomBytes(length).toString("hex").slice(0, length);
const pem = (text: string) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`;
const around = (special: string) => `${random(16)}${special}${random(16)}`;

const AWKWARD: Readonly<Record<string, string>> = {
  shortest: random(16),
  dollars: around("$HOME$$1$-$PATH-${-"),
  percents: around("%s%d%{if}%%PATH%-"),
  backslashes: around("\\n\\t\\\\u0041\\-"),
  punctuation: around("!#&()*+,-./:;<=>?@[]^_`{|}~'-"),
  quotes: around("\"inner\"'quotes'"),
  dashes: `--${around("-")}`,
  number: BigInt(`0x1${random(24)}`).toString(),
  json: `{"${random(16)}":{"id":"${random(16)}"}}`,
  base64: `${randomBytes(40).toString("base64")}`,
  long: around(random(4_064)),
  account: `${JSON.stringify({ type: "service_account", private_key: pem(random(64)), client_id: random(20) }, null, 2)}\n`,
  made_up: random(12),
};

const FORMATS: Readonly<Record<string, KeyForm>> = { json: "json", account: "json", made_up: "gateway" };

const AWKWARD_PROGRAM = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AiKeySecret, EphemeralVariable } from "./lib";

const app = new App();
const stack = new TerraformStack(app, "ai-secret");
new AwsProvider(stack, "aws", { region: "us-east-1" });
for (const [name, format] of ${JSON.stringify(Object.keys(AWKWARD).map((name) => [name, FORMATS[name]]))}) {
  const apiKey = new EphemeralVariable(stack, \`\${name}_key\`, { format: format ?? undefined });
  new AiKeySecret(stack, name, { apiKey, name: \`ai/\${name}\` });
}
app.synth();
`;

const OF_GATEWAY = { groq_api_key: randomKey("groq"), vertex_api_key: AWKWARD.account ?? "" };
const KEYS = {
  ai_api_key: randomKey(),
  openai_api_key: randomKey("openai"),
  azure_openai_api_key: randomKey("azure-openai"),
  ...OF_GATEWAY,
};
const ROTATED = randomKey("openai");
const ROTATED_OF_GATEWAY = randomKey("groq");

/** What a gateway reads at once, and a text that HCL would read otherwise. */
const NOTE = 'a "quoted" \\ path\nand a line, ${var.groq_api_key} %{if} & <ü>';
const BODY = {
  keys: { GROQ_API_KEY: { provider: "groq" }, VERTEX_CREDENTIALS: { provider: "vertex", format: "json" } },
  fields: { VERTEX_LOCATION: "europe-west4", NOTE },
};
const gatewaySecret = (groq: string) => ({ ...BODY.fields, GROQ_API_KEY: groq, VERTEX_CREDENTIALS: OF_GATEWAY.vertex_api_key });

const PROGRAM = `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", {
  region: "us-east-1",
  keys: [{}, { provider: "openai", body: { keyName: "OPENAI_API_KEY" } }, { provider: "azure-openai" }, { provider: "litellm", body: ${JSON.stringify(BODY)} as const }],
});
app.synth();
`;

describeWithAws("keys that are stored", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(AWKWARD_PROGRAM);
  });
  afterAll(async () => await lab?.close());

  /** Deploys another program, as if it were the first one. */
  async function deploy(program: string, keys: Variables): Promise<void> {
    await lab.sandbox.use(program);
    rmSync(join(lab.sandbox.project, "terraform.ai-secret.tfstate"), { force: true });
    await lab.sandbox.apply(keys);
  }

  describe("with awkward characters, each in a construct of one stack", () => {
    let leakProof: LeakProof;
    beforeAll(async () => {
      leakProof = new LeakProof(AWKWARD);
      await deploy(AWKWARD_PROGRAM, Object.fromEntries(Object.entries(AWKWARD).map(([name, key]) => [`${name}_key`, key])));
    });
    afterAll(() => leakProof?.stop());

    test.each(Object.keys(AWKWARD))("%s: stored byte for byte", async (name) => {
      expect(await lab.aws.secretValue(`ai/${name}`)).toBe(AWKWARD[name]);
    });

    test("none of them is anywhere else", () => {
      expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
    });
  });

  describe("several of one stack", () => {
    let leakProof: LeakProof;
    beforeAll(async () => {
      leakProof = new LeakProof({ ...KEYS, rotated: ROTATED, "rotated, of the gateway": ROTATED_OF_GATEWAY });
      await deploy(PROGRAM, KEYS);
    });
    afterAll(() => leakProof?.stop());

    const stored = (output: string) => lab.aws.secretValue(String(lab.sandbox.state()?.outputs[output]?.value));
    const step = inOrder();

    step("each is stored in the secret that its output names, or as a field of it", async () => {
      expect(await stored("api_secret_arn")).toBe(KEYS.ai_api_key);
      expect(JSON.parse((await stored("openai_api_secret_arn")) ?? "")).toEqual({
        OPENAI_API_KEY: KEYS.openai_api_key,
        provider: "openai",
      });
      expect(await stored("azure_openai_api_secret_arn")).toBe(KEYS.azure_openai_api_key);
      expect(JSON.parse((await stored("litellm_api_secret_arn")) ?? "")).toEqual(gatewaySecret(KEYS.groq_api_key));
    });

    const second = { openai_api_key: ROTATED, openai_api_key_version: "2", groq_api_key: ROTATED_OF_GATEWAY, groq_api_key_version: "2" };

    step("a saved plan of two other keys, one of them beside another one in its secret, holds none", async () => {
      await lab.sandbox.terraform(["plan", "-out=saved.tfplan"], { ...KEYS, ...second });
      expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
    });

    step("these two are rotated by it, and the others are left alone", async () => {
      const { output } = await lab.sandbox.terraform(["apply", "saved.tfplan"], { ...KEYS, ...second });

      expect(output).toContain("Resources: 2 added, 0 changed, 2 destroyed.");
      expect(await stored("openai_api_secret_arn")).toContain(ROTATED);
      expect(await stored("api_secret_arn")).toBe(KEYS.ai_api_key);
      expect(JSON.parse((await stored("litellm_api_secret_arn")) ?? "")).toEqual(gatewaySecret(ROTATED_OF_GATEWAY));
      expect(await lab.sandbox.tryTerraform(["plan", "-detailed-exitcode"], { ...KEYS, ...second })).toMatchObject({ exitCode: 0 });
    });

    step("ai-key verify compares each of them, and says which number stores one again", async () => {
      const given = { ...KEYS, ...second, vertex_api_key: JSON.stringify({ another: random(32) }) };
      const variables = Object.fromEntries(Object.entries(given).map(([name, value]) => [`TF_VAR_${name}`, value]));
      const verified = await runAiKey(lab.sandbox, "verify ai-secret", variables);

      expect(verified).toMatch(/^yes +Key GROQ_API_KEY +the one in TF_VAR_groq_api_key$/m);
      expect(verified).toMatch(
        /^NO +Key VERTEX_CREDENTIALS +another one than in TF_VAR_vertex_api_key: .* as TF_VAR_vertex_api_key_version$/m,
      );
      expect(verified).toMatch(/^yes +Key +the one in TF_VAR_openai_api_key$/m);
      expect(verified.match(/^NO/gm)).toHaveLength(1);
    });

    step("all are destroyed as the rehearsal does it: after a refusal, with nothing left behind", async () => {
      const { sandbox, aws } = lab;
      const keys = rehearsedKeys(sandbox.synthesized());
      expect(sandbox.synthesized().protectedSecrets()).toHaveLength(4);
      expect(keys.map(({ names }) => names.variable).sort()).toEqual(Object.keys(KEYS).sort());
      await endLife({ sandbox, aws, leakProof, keys, team: undefined });

      expect(sandbox.state()?.resources).toEqual([]);
      await expect(aws.secretValue("ai/production/api-key")).rejects.toThrow();
    });

    step("none of them is anywhere else", () => {
      expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
    });
  });
});

const withKeys = (keys: string, more: string) => `
import { App, Aspects, TerraformResource } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
const stack = new AiKeyStack(app, "ai-secret", { region: "us-east-1", keys: [${keys}] });
${more}
app.synth();
`;

describeWithAws("a key that is taken out of the program", () => {
  let lab: Lab;
  afterEach(async () => await lab?.close());

  testFrom("OpenTofu", "1.12.0")("is left in AWS, as docs/lifecycle.md says", async () => {
    const keys = { ai_api_key: randomKey(), anthropic_api_key: randomKey("anthropic") };
    lab = await openLab(withKeys('{}, { provider: "anthropic" }', block("docs/lifecycle.md", "ts", "lifecycle.destroy")));
    const { sandbox, aws } = lab;
    await sandbox.apply(keys);
    const policy = String(sandbox.state()?.outputs.anthropic_read_policy_arn?.value);
    await sandbox.use(withKeys("{}", ""));
    const { output } = await sandbox.apply({ ai_api_key: keys.ai_api_key });

    expect(output).toContain("Resources: 0 added, 0 changed, 0 destroyed, 3 forgotten.");
    expect(await aws.secretValue("ai/production/anthropic-api-key")).toBe(keys.anthropic_api_key);
    expect(await aws.policyDocument(policy)).toBeDefined();
  });
});
