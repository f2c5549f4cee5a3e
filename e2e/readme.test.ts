import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomKey } from "../cli/rehearsal/life-of-a-key";
import packageJson from "../package.json";
import { describeWithAws, type Lab, openLab, ROOT } from "./support/lab";
import { readmeBlock, readmeBlocks } from "./support/readme";

test("the first two commands are the ones that do all the set-up", () => {
  expect(readmeBlocks("sh").slice(0, 2)).toEqual(["npm ci && npm start\n", "npm cit\n"]);
  expect(packageJson.scripts).toMatchObject({ start: expect.anything(), test: expect.anything() });
  expect(readFileSync(join(ROOT, ".ci/run"), "utf8")).toMatch(/^npm cit$/m);
});

test("the shown program is main.ts", () => {
  expect(readmeBlock("ts", "AiKeyStack")).toBe(readFileSync(join(ROOT, "main.ts"), "utf8"));
});

test("every block is compared or executed by a test", () => {
  expect(readmeBlocks("sh")).toHaveLength(4);
  expect(readmeBlocks("ts")).toHaveLength(3); // the third is the program of package.test.ts
});

describeWithAws("the README's commands, as they stand", () => {
  const first = randomKey();
  const second = randomKey();
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(async () => await lab?.close());

  const secretArn = () => String(lab.sandbox.state()?.outputs.api_secret_arn?.value);

  test("deploy stores the key", async () => {
    await lab.sandbox.shell(readmeBlock("sh", '"$AI_API_KEY"'), { AI_API_KEY: first });
    expect(await lab.aws.secretValue(secretArn())).toBe(first);
  });

  test("rotate stores the new key", async () => {
    await lab.sandbox.shell(readmeBlock("sh", '"$NEW_AI_API_KEY"'), { NEW_AI_API_KEY: second });
    expect(await lab.aws.secretValue(secretArn())).toBe(second);
    expect(await lab.aws.secretValue(secretArn(), "AWSPREVIOUS")).toBe(first);
  });

  test("an application reads the key by the ARN", async () => {
    const reader = `${readmeBlock("ts", "GetSecretValueCommand")}
      void readApiKey(process.env.SECRET_ARN ?? "").then((key) => process.stdout.write(\`read:\${key}\`));`;
    writeFileSync(join(lab.sandbox.project, "application.ts"), reader);

    const { output } = await lab.sandbox.shell("node --require tsx/cjs application.ts", { SECRET_ARN: secretArn() });
    expect(output).toContain(`read:${second}`);
  });
});
