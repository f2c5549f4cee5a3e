import { describeFindings, LeakProof } from "../cli/rehearsal/leak-proof";
import { endLife } from "../cli/rehearsal/life-of-a-key";
import { randomKey } from "../cli/rehearsal/random-key";
import { block } from "./support/documents";
import { describeWithAws, type Lab, openLab, testFrom } from "./support/lab";

const KEYS = { ai_api_key: randomKey(), openai_api_key: randomKey("openai"), azure_openai_api_key: randomKey("azure-openai") };

const PROGRAM = `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", { region: "us-east-1", keys: [{}, { provider: "openai" }, { provider: "azure-openai" }] });
app.synth();
`;

describeWithAws("a stack with several keys", () => {
  let lab: Lab;
  let leakProof: LeakProof;

  beforeAll(async () => {
    lab = await openLab(PROGRAM);
    leakProof = new LeakProof(KEYS);
    await lab.sandbox.apply(KEYS);
  });
  afterAll(async () => {
    leakProof?.stop();
    await lab?.close();
  });

  const stored = (output: string) => lab.aws.secretValue(String(lab.sandbox.state()?.outputs[output]?.value));

  test("stores each in the secret that its output names", async () => {
    expect(await stored("api_secret_arn")).toBe(KEYS.ai_api_key);
    expect(await stored("openai_api_secret_arn")).toBe(KEYS.openai_api_key);
    expect(await stored("azure_openai_api_secret_arn")).toBe(KEYS.azure_openai_api_key);
  });

  test("rotates one of them, and leaves the others alone", async () => {
    const openai_api_key = randomKey("openai");
    const { output } = await lab.sandbox.apply({ ...KEYS, openai_api_key, openai_api_key_version: "2" });

    expect(output).toContain("Resources: 1 added, 0 changed, 1 destroyed.");
    expect(await stored("openai_api_secret_arn")).toBe(openai_api_key);
    expect(await stored("api_secret_arn")).toBe(KEYS.ai_api_key);
  });

  test("is destroyed as the rehearsal does it: after a refusal, and with nothing left behind", async () => {
    const { sandbox, aws } = lab;
    const keys = sandbox.keyNames().map((names) => ({ names, first: randomKey(names.provider), second: randomKey(names.provider) }));
    expect(sandbox.protectedSecrets()).toHaveLength(3);
    await endLife({ sandbox, aws, leakProof, keys, team: undefined });

    expect(sandbox.state()?.resources).toEqual([]);
    await expect(aws.secretValue("ai/production/api-key")).rejects.toThrow();
  });

  test("keeps each of them out of everything else", () => {
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
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
