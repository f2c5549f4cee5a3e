import { randomBytes } from "node:crypto";
import { describeFindings, LeakProof } from "../cli/rehearsal/leak-proof";
import { describeWithAws, type Lab, openLab } from "./support/lab";

/** Random, so that no file can hold a part of a key by chance. */
const random = (length: number) => randomBytes(length).toString("hex").slice(0, length);
const around = (special: string) => `${random(16)}${special}${random(16)}`;

const KEYS: Record<string, string> = {
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
};

/** Someone's own stack: one construct a key, with the library as a user imports it. */
const PROGRAM = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AiKeySecret, EphemeralVariable } from "./lib";

const app = new App();
const stack = new TerraformStack(app, "ai-secret");
new AwsProvider(stack, "aws", { region: "eu-central-1" });
for (const name of ${JSON.stringify(Object.keys(KEYS))}) {
  new AiKeySecret(stack, name, { apiKey: new EphemeralVariable(stack, \`\${name}_key\`), name: \`ai/\${name}\` });
}
app.synth();
`;

describeWithAws("keys with awkward characters, each in a construct of one stack", () => {
  let lab: Lab;
  let leakProof: LeakProof;

  beforeAll(async () => {
    lab = await openLab(PROGRAM);
    leakProof = new LeakProof(KEYS);
    await lab.sandbox.apply(Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [`${name}_key`, key])));
  });
  afterAll(async () => {
    leakProof?.stop();
    await lab?.close();
  });

  test.each(Object.keys(KEYS))("%s: stored byte for byte", async (name) => {
    expect(await lab.aws.secretValue(`ai/${name}`)).toBe(KEYS[name]);
  });

  test("none of them is anywhere else", () => {
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
