import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json";
import { ROOT } from "./support/project";
import { readmeBlock, readmeBlocks } from "./support/readme";

test("the first two commands are the ones that do all the set-up", () => {
  expect(readmeBlocks("sh").slice(0, 2)).toEqual(["npm ci && npm start\n", "npm cit\n"]);
  expect(packageJson.scripts).toMatchObject({ start: expect.anything(), test: expect.anything() });
  expect(readFileSync(join(ROOT, ".ci/run"), "utf8")).toMatch(/^npm cit$/m);
});

test("the shown program is main.ts", () => {
  expect(readmeBlock("ts", "AiKeyStack")).toBe(readFileSync(join(ROOT, "main.ts"), "utf8"));
});

test("no command waits for an answer when a variable is not set", () => {
  for (const command of readmeBlocks("sh").filter((block) => block.includes("cdktf deploy"))) {
    expect(command).toMatch(/^TF_INPUT=0 /);
  }
});

test("every block is compared or executed by a test", () => {
  expect(readmeBlocks("sh")).toHaveLength(4); // the last two are commands of life.test.ts
  expect(readmeBlocks("ts")).toHaveLength(3); // the application of life.test.ts, and the program of package.test.ts
});
