import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../../package.json";
import { block, blocks } from "../../support/documents";
import { markdownTable } from "../../support/markdown-table";
import { ROOT, TEAM_PROGRAM } from "../../support/project";
import { PROMISES } from "../../support/promises";
import { titlesOf } from "../../support/titles-of";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

test("the first two commands are the ones that do all the set-up", () => {
  expect(blocks("README.md", "sh").slice(0, 2)).toEqual(["npm ci && npm start\n", "npm cit\n"]);
  expect(packageJson.scripts).toMatchObject({ start: expect.anything(), test: expect.anything() });
  expect(read(".ci/run")).toMatch(/^npm cit$/m);
});

test("the shown program is the one that the tests deploy", () => {
  const inOneLine = (text: string) => text.replaceAll(/,?\s+/g, " ").replaceAll(", }", " }");
  expect(inOneLine(TEAM_PROGRAM.replace("const stack", "const aiSecret"))).toContain(
    inOneLine(block("README.md", "ts", "AiKeyStack")).trim(),
  );
});

test("the shown application is the example", () => {
  const indented = block("docs/reading.md", "ts", "AiKey(").replaceAll(/^(?=.)/gm, "  ");
  expect(read("examples/node/app.ts")).toContain(indented);
});

test("no command waits for an answer when a variable is not set", () => {
  const commands = ["README.md", "docs/setup.md", "docs/environments.md", "docs/lifecycle.md", "docs/ops.md"].flatMap((page) =>
    blocks(page, "sh"),
  );
  const deploys = commands.filter((command) => /cdkt[fn] (deploy|destroy)/.test(command));
  expect(deploys).toHaveLength(7);
  for (const command of deploys) {
    expect(command).toMatch(/^(\w+=\S+ )*TF_INPUT=0 .*npx cdkt[fn] (deploy|destroy)/m);
  }
});

test("the promises are those that tests hold", () => {
  const rows = PROMISES.map(({ promise, link, test: [file] }) => [promise, `[${link}](${file})`]);
  expect(read("README.md")).toContain(markdownTable([["Promise", "Test"], ...rows]));
});

test.each(PROMISES)("$promise A test holds that.", ({ test: [file, title] }) => {
  expect(titlesOf(file)).toContain(title);
});

test("it takes three minutes: 120 lines and 1,000 words, as long as options go to pages of their own", () => {
  const text = read("README.md");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(120);
  expect(text.match(/[^\s|]*\w[^\s|]*/g)?.length).toBeLessThanOrEqual(1_000);
});
