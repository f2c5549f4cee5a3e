import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "./markdown-table";
import { PROVIDER_FACTS } from "./provider-facts";

const read = (file: string) => readFileSync(join(__dirname, "..", file), "utf8");

test("the page shows the table", () => {
  const rows = PROVIDER_FACTS.map(({ versions, fact, here, source }) => [versions, fact, here, source]);
  expect(read("docs/design.md")).toContain(markdownTable([["versions", "what the provider does", "here", "source"], ...rows]));
});

test.each(PROVIDER_FACTS)("$versions, $fact: a test holds that $here", ({ test: [file, title] }) => {
  const titles = [...read(file).matchAll(/^ *test\("(.*)", /gm)].map(([, title]) => title);
  expect(titles).toContain(title);
});
