import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unwrapped } from "../../lab/expect";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { describeFindings } from "../../lab/leak-proof/leak-proof";
import { randomKey } from "../../lab/random-key";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { commitLockFile } from "../support/lock-file";
import { PageShell } from "../support/page-shell";
import { TWO_KEYS_PROGRAM } from "../support/project";

const DOCUMENT = "docs/leave-cdktf.md";
const BODY = { keys: { GROQ_API_KEY: { provider: "groq" } }, fields: { note: 'a "quoted" \\ text' } };
const KEYS = { ai_api_key: randomKey(), openai_api_key: randomKey("openai") };

describeWithAws("a hand-over to plain HCL", () => {
  let lab: Lab;
  let page: PageShell;
  let folder = "";

  beforeAll(async () => {
    const staging = `new AiKeyStack(app, "ai-staging", { environment: "Staging", region: "eu-west-1", body: ${JSON.stringify(BODY)} });`;
    lab = await openLab(TWO_KEYS_PROGRAM.replace("app.synth()", `${staging}\napp.synth()`));
    page = new PageShell(lab.sandbox, DOCUMENT);
    folder = join(lab.sandbox.project, "handover/ai-secret");
    await lab.sandbox.apply(KEYS);
  });
  afterAll(async () => await lab?.close());

  const step = inOrder();

  step("one command writes one file a stack, names what comes next, and leaves the synthesized stack alone", async () => {
    const { output } = await page.type("npm run handover", { TF_VAR_ai_api_key: KEYS.ai_api_key });

    expect(output).toContain("cd handover/ai-secret && ");
    expect(output).toContain("cd handover/ai-staging && ");
    expect(readdirSync(folder)).toEqual(["main.tf"]);
    expect(readdirSync(lab.sandbox.stackFolder)).toContain("cdk.tf.json");
    expect(readdirSync(lab.sandbox.stackFolder)).not.toContain("cdk.tf");
  });

  step("a plan with it, by the documented commands and any well-formed key, shows no changes on the same state", async () => {
    lab.sandbox.overrides.allowOlderProvider(folder);
    commitLockFile(lab.sandbox);
    const { output } = await page.type("plan", {
      TF_VAR_openai_api_key: randomKey("openai"),
      TF_CLI_ARGS_plan: "-detailed-exitcode",
    });

    expect(output).toContain("No changes.");
    expect(output).not.toContain("deprecated");
  });

  step("another environment is a folder of its own, with its own state, which nothing was deployed to", async () => {
    const staging = join(folder, "../ai-staging");
    lab.sandbox.overrides.allowOlderProvider(staging);
    await lab.sandbox.terraform(["init"], {}, staging);
    const { exitCode, output } = await lab.sandbox.tryTerraform(
      ["plan", "-detailed-exitcode"],
      { groq_api_key: randomKey("groq") },
      staging,
    );

    expect({ exitCode, changes: output.match(/Plan: .*/)?.[0] }).toEqual({
      exitCode: 2,
      changes: "Plan: 3 to add, 0 to change, 0 to destroy.",
    });
  });

  step("a bad key is refused there as before", async () => {
    const { exitCode, output } = await lab.sandbox.tryTerraform(["plan"], { ...KEYS, ai_api_key: "" }, folder);

    expect(exitCode).not.toBe(0);
    expect(unwrapped(output)).toContain("ai_api_key is empty. A CI secret that does not exist arrives as an empty string");
  });

  step("no key, no path of this machine and none of cdktf's notes are in it", () => {
    const hcl = readFileSync(join(folder, "main.tf"), "utf8");

    expect(hcl).toContain('path = "../../terraform.ai-secret.tfstate"');
    expect(hcl).not.toContain(lab.sandbox.folder);
    expect(hcl).not.toMatch(/"\/\/"|uniqueId/);
    expect(describeFindings(new KeyScanner(KEYS).scanFolder(folder))).toEqual([]);
  });

  step("fails rather than overwrite it", async () => {
    await expect(lab.sandbox.shell("npm run handover", {})).rejects.toThrow(
      "handover is not empty. It may have been edited by hand: move it away, then run this again.",
    );
  });
});
