import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json";
import { block, blocks } from "./support/documents";
import { ROOT } from "./support/project";

test("the first two commands are the ones that do all the set-up", () => {
  expect(blocks("README.md", "sh").slice(0, 2)).toEqual(["npm ci && npm start\n", "npm cit\n"]);
  expect(packageJson.scripts).toMatchObject({ start: expect.anything(), test: expect.anything() });
  expect(readFileSync(join(ROOT, ".ci/run"), "utf8")).toMatch(/^npm cit$/m);
});

test("the shown program is main.ts", () => {
  expect(block("README.md", "ts", "AiKeyStack")).toBe(readFileSync(join(ROOT, "main.ts"), "utf8"));
});

test("the shown application is the example", () => {
  const example = readFileSync(join(ROOT, "examples/node/app.ts"), "utf8");
  const indented = block("README.md", "ts", "AiKey(").replaceAll(/^(?=.)/gm, "  ");
  expect(example).toContain(indented);
});

test("no command waits for an answer when a variable is not set", () => {
  for (const command of blocks("README.md", "sh").filter((block) => block.includes("cdktf deploy"))) {
    expect(command).toMatch(/^TF_INPUT=0 .* npx cdktf deploy/m);
  }
});

test("every block is compared or executed by a test", () => {
  expect(blocks("README.md", "sh")).toHaveLength(4); // the last two are commands of life.test.ts
  expect(blocks("README.md", "ts")).toHaveLength(4); // the reader of life.test.ts, and the program of package.test.ts
});
