import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrapped } from "../../lab/expect";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { randomKey } from "../../lab/random-key";
import { block } from "../support/documents";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { needAwsCli } from "../support/needs";
import { PROGRAM } from "../support/project";

const FIRST = randomKey();
const SECOND = randomKey();
const first = { ai_api_key: FIRST };

/** The program of docs/lifecycle.md. */
const adopting = (secretArn: string) => `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const SECRET_ARN = "${secretArn}";
const app = new App();
${block("docs/lifecycle.md", "ts", "adoptSecretArn")}
app.synth();
`;

describeWithAws("a key's life by the documented blocks", () => {
  let lab: Lab;
  let leakProof: LeakProof;
  let arn = "";

  beforeAll(async () => {
    needAwsCli();
    lab = await openLab();
    leakProof = new LeakProof({ first: FIRST, second: SECOND });
  });
  afterAll(async () => {
    leakProof?.stop();
    await lab?.close();
  });

  const step = inOrder();

  step("deploy without the variable fails, and does not wait for an answer", async () => {
    const failure = await lab.sandbox.deploy({}).then(() => "deployed", String);

    expect(unwrapped(failure)).toContain('input variable "ai_api_key" is not set');
    expect(await lab.aws.secretNames()).toEqual([]);
  });

  step("a deploy stores the key as it was given, and prints the ARN, the name, the policy and the version, and nothing else", async () => {
    const { output } = await lab.sandbox.apply(first);
    arn = String(lab.sandbox.state()?.outputs.api_secret_arn?.value);

    const outputs = new Set(output.slice(output.indexOf("Outputs:")).match(/\w+(?= = )/g));
    expect([...outputs].sort()).toEqual(["api_key_version", "api_secret_arn", "api_secret_name", "read_policy_arn"]);
    expect(await lab.aws.secretValue(arn)).toBe(FIRST);
    expect(await lab.aws.describeSecret(arn)).toMatchObject({
      Name: "ai/production/api-key",
      Description: "AI API secret key",
      Tags: expect.arrayContaining([
        { Key: "Environment", Value: "Production" },
        { Key: "ManagedBy", Value: "cdktf" },
      ]),
    });
  });

  step("an application reads the key by the ARN", async () => {
    const application = `${block("docs/reading.md", "ts", "GetSecretValueCommand")}
      void readApiKey(process.env.SECRET_ARN ?? "").then((key) => process.exit(key === process.env.EXPECTED ? 0 : 1));`;
    writeFileSync(join(lab.sandbox.project, "application.ts"), application);

    await lab.sandbox.shell("node --require tsx/cjs application.ts", { SECRET_ARN: arn, EXPECTED: FIRST });
  });

  // Which the rehearsal runs, and the rotation's block.
  test("the blocks for a deploy and for a destroy are this command", () => {
    const command = (name: string) => `TF_INPUT=0 TF_VAR_ai_api_key="$AI_API_KEY" npx cdktf ${name} ai-secret --auto-approve\n`;
    expect(block("README.md", "sh", '"$AI_API_KEY"')).toBe(command("deploy"));
    expect(block("docs/lifecycle.md", "sh", "cdktf destroy")).toBe(command("destroy"));
  });

  step("the number of the new key stores it under the same ARN, and the old one stays readable", async () => {
    await lab.sandbox.shell(block("README.md", "sh", '"$NEW_AI_API_KEY"'), { NEW_AI_API_KEY: SECOND });

    expect(lab.sandbox.state()?.outputs.api_secret_arn?.value).toBe(arn);
    expect(await lab.aws.secretValue(arn)).toBe(SECOND);
    expect(await lab.aws.secretValue(arn, "AWSPREVIOUS")).toBe(FIRST);
  });

  step("destroy empties the state and leaves a secret that can be restored, but not read", async () => {
    const policy = String(lab.sandbox.state()?.outputs.read_policy_arn?.value);
    await lab.sandbox.use(PROGRAM.replace("region:", "preventDestroy: false, region:")); // as docs/lifecycle.md says
    await lab.sandbox.terraform(["destroy", "-auto-approve"], { ai_api_key: SECOND });

    expect(lab.sandbox.state()?.resources).toEqual([]);
    expect(await lab.aws.policyDocument(policy)).toBeUndefined();
    await expect(lab.aws.secretValue(arn)).rejects.toThrow();
    expect((await lab.aws.describeSecret(arn))?.DeletedDate).toBeInstanceOf(Date);
  });

  step("a deploy by mistake after that fails, and the documented commands bring the secret back under its ARN", async () => {
    await expect(lab.sandbox.apply(first)).rejects.toThrow("ResourceExistsException");

    const { output } = await lab.sandbox.shell(block("docs/lifecycle.md", "sh", "restore-secret"), {});
    expect(output.trim()).toBe(arn);
    await lab.sandbox.use(adopting(output.trim()));
    await lab.sandbox.apply(first);

    expect(lab.sandbox.state()?.outputs.api_secret_arn?.value).toBe(arn);
    expect(await lab.aws.secretValue(arn)).toBe(FIRST);
    expect(await lab.aws.secretValue(arn, "AWSPREVIOUS")).toBe(SECOND);
    expect(await lab.sandbox.tryTerraform(["plan", "-detailed-exitcode"], first)).toMatchObject({ exitCode: 0 });
  });

  step("neither key is in what that leaves behind", () => {
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
