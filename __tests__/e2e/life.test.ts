import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyVersion } from "../../cli/key-version/key-version";
import { unwrapped } from "../../lab/expect";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { randomKey } from "../../lab/random-key";
import { block } from "../support/documents";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { needAwsCli } from "../support/needs";
import { withPrograms } from "../support/page-commands";
import { PageShell } from "../support/page-shell";
import { PLAN_ONLY } from "../support/plan-only";
import { PROGRAM, ROOT } from "../support/project";

const FIRST = randomKey();
const SECOND = randomKey();
const THIRD = randomKey();
const FOURTH = randomKey();
const first = { ai_api_key: FIRST };

/** As docs/ci.md has it. */
const FORGOTTEN_KEY =
  'The ephemeral input variable "ai_api_key" was set during the plan phase, and so must also be set during the apply phase';

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
  let readme: PageShell;
  let ci: PageShell;
  let rotation: PageShell;
  let lifecycle: PageShell;
  let arn = "";

  beforeAll(async () => {
    needAwsCli();
    lab = await openLab();
    readme = new PageShell(lab.sandbox, "README.md");
    ci = new PageShell(lab.sandbox, "docs/ci.md");
    rotation = new PageShell(lab.sandbox, "docs/rotation.md");
    lifecycle = new PageShell(lab.sandbox, "docs/lifecycle.md");
    leakProof = new LeakProof({ first: FIRST, second: SECOND, third: THIRD, fourth: FOURTH });
  });
  afterAll(async () => {
    leakProof?.stop();
    await lab?.close();
  });

  /** The number of the last deploy, by the command of docs/ci.md for Atlantis. */
  async function deployedNumber(): Promise<string> {
    const [, command = ""] = block("docs/ci.md", "yaml", "apply_requirements").match(/command: "(terraform output .*)"/) ?? [];
    const { output } = await lab.sandbox.shell(`cd cdktf.out/stacks/ai-secret; ${withPrograms(command)}`, {});
    return output.trim();
  }

  const step = inOrder();

  step("deploy without the variable fails, and does not wait for an answer", async () => {
    const failure = await lab.sandbox.deploy({}).then(() => "deployed", String);

    expect(unwrapped(failure)).toContain('input variable "ai_api_key" is not set');
    expect(await deployedNumber()).toBe("1");
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

  step("a program gets the key in its environment by the documented line for a shell", async () => {
    writeFileSync(join(lab.sandbox.project, "app.js"), "process.exit(process.env.OPENAI_API_KEY === process.env.EXPECTED ? 0 : 1);\n");
    await lab.sandbox.shell(block("docs/reading.md", "sh", "get-secret-value"), { SECRET_ARN: arn, EXPECTED: FIRST });
  });

  test("the page on saved plans has Terraform's own words for a forgotten key", () => {
    expect(readFileSync(join(ROOT, "docs/ci.md"), "utf8")).toContain(FORGOTTEN_KEY);
  });

  // Which the rehearsal runs.
  test("the block for a deploy is this command", () => {
    const command = 'TF_INPUT=0 TF_VAR_ai_api_key="$AI_API_KEY" npx cdktf deploy ai-secret --auto-approve\n';
    expect(block("README.md", "sh", '"$AI_API_KEY"')).toBe(command);
  });

  step("the number of the new key stores it under the same ARN, and the old one stays readable", async () => {
    for (const elsewhere of ["npm start", "npm cit", '"$AI_API_KEY"']) {
      readme.skip(elsewhere);
    }
    await readme.type('"$NEW_AI_API_KEY"', { NEW_AI_API_KEY: SECOND });
    expect(readme.left).toEqual([]);

    expect(lab.sandbox.state()?.outputs.api_secret_arn?.value).toBe(arn);
    expect(await lab.aws.secretValue(arn)).toBe(SECOND);
    expect(await lab.aws.secretValue(arn, "AWSPREVIOUS")).toBe(FIRST);
  });

  step("a key that somebody stored by hand stays when the same key is rotated, and any other number puts it right", async () => {
    const byHand = randomKey(); // in an argument, as such keys are
    await lab.sandbox.shell(`aws secretsmanager put-secret-value --secret-id "$ARN" --secret-string "$BY_HAND"`, {
      ARN: arn,
      BY_HAND: byHand,
    });
    const { output } = await readme.type('"$NEW_AI_API_KEY"', { NEW_AI_API_KEY: SECOND });
    expect(output).toContain("No changes.");
    expect(await lab.aws.secretValue(arn)).toBe(byHand);

    await rotation.type("TF_VAR_ai_api_key_version=2", { AI_API_KEY: SECOND });
    expect(await lab.aws.secretValue(arn)).toBe(SECOND);
    expect(rotation.left).toEqual([]);
  });

  step("a saved plan with a placeholder and the number of the new key stores that key, which only its apply has", async () => {
    await ci.type("rotate.tfplan", { NEW_AI_API_KEY: THIRD });
    ci.skip("scan.tfplan"); // __tests__/e2e/ci-without-the-cdktf-cli.test.ts
    expect(ci.left).toEqual([]);

    expect(await lab.aws.secretValue(arn)).toBe(THIRD);
    expect(await lab.aws.secretValue(arn, "AWSPREVIOUS")).toBe(SECOND);
    expect(new KeyScanner({ second: SECOND, third: THIRD }).scanFolder(lab.sandbox.stackFolder)).toEqual([]);
    expect(await deployedNumber()).toBe(String(keyVersion(THIRD, "ai/production/api-key")));
  });

  step("a saved plan with the number of the deployed key stores nothing, whatever key its apply has", async () => {
    const placeholder = { ai_api_key: PLAN_ONLY, ai_api_key_version: await deployedNumber() };
    const { output } = await lab.sandbox.terraform(["plan", "-out=forgotten.tfplan"], placeholder);
    expect(output).toContain("No changes.");

    await lab.sandbox.terraform(["apply", "forgotten.tfplan"], { ai_api_key: FOURTH });
    expect(await lab.aws.secretValue(arn)).toBe(THIRD);
  });

  step("an apply fails without a key, for the value for a plan and for a bad key, and the key in use stays", async () => {
    await lab.sandbox.terraform(["plan", "-out=next.tfplan"], { ai_api_key: PLAN_ONLY, ai_api_key_version: "4" });

    const without = await lab.sandbox.tryTerraform(["apply", "next.tfplan"], {});
    expect(without.exitCode).not.toBe(0);
    expect(unwrapped(without.output)).toContain(FORGOTTEN_KEY);
    await lab.sandbox.terraform(["plan", "-out=again.tfplan"], { ai_api_key: PLAN_ONLY, ai_api_key_version: "4" }); // the first may be stale by now
    const forgotten = await lab.sandbox.tryTerraform(["apply", "again.tfplan"], { ai_api_key: PLAN_ONLY });
    expect(forgotten.exitCode).not.toBe(0);
    expect(unwrapped(forgotten.output)).toContain("ai_api_key is the value for a plan, which is no key.");
    const bad = await lab.sandbox.tryTerraform(["apply", "-auto-approve"], { ai_api_key: `${FOURTH} `, ai_api_key_version: "4" });
    expect(bad.exitCode).not.toBe(0);
    expect(unwrapped(bad.output)).toContain("ai_api_key begins or ends with white space or a newline.");
    expect(await lab.aws.secretValue(arn)).toBe(THIRD);
  });

  step("destroy empties the state and leaves a secret that can be restored, but not read", async () => {
    const policy = String(lab.sandbox.state()?.outputs.read_policy_arn?.value);
    const { output } = await lifecycle.type("describe-secret", {}, { "my-old-key": "ai/production/api-key" });
    expect(output.trim()).toBe(arn);
    await lab.sandbox.use(PROGRAM.replace("region:", "preventDestroy: false, region:")); // as docs/lifecycle.md says
    await lifecycle.type("cdktf destroy");

    expect(lab.sandbox.state()?.resources).toEqual([]);
    expect(await lab.aws.policyDocument(policy)).toBeUndefined();
    await expect(lab.aws.secretValue(arn)).rejects.toThrow();
    expect((await lab.aws.describeSecret(arn))?.DeletedDate).toBeInstanceOf(Date);
  });

  step("a deploy by mistake after that fails, and the documented commands bring the secret back under its ARN", async () => {
    await expect(lab.sandbox.apply(first)).rejects.toThrow("ResourceExistsException");

    const { output } = await lifecycle.type("restore-secret");
    expect(lifecycle.left).toEqual([]);
    expect(output.trim()).toBe(arn);
    await lab.sandbox.use(adopting(output.trim()));
    await lab.sandbox.apply(first);

    expect(lab.sandbox.state()?.outputs.api_secret_arn?.value).toBe(arn);
    expect(await lab.aws.secretValue(arn)).toBe(FIRST);
    expect(await lab.aws.secretValue(arn, "AWSPREVIOUS")).toBe(THIRD);
    expect(await lab.sandbox.tryTerraform(["plan", "-detailed-exitcode"], first)).toMatchObject({ exitCode: 0 });
  });

  step("no key is in what that leaves behind, the saved plans among it", () => {
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
