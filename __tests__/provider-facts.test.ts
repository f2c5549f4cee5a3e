import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "./markdown-table";
import { PROVIDER_FACTS } from "./provider-facts";
import { titlesOf } from "./titles-of";

test("the page shows the table", () => {
  const rows = PROVIDER_FACTS.map(({ versions, fact, here, source }) => [versions, fact, here, source]);
  expect(readFileSync(join(__dirname, "../docs/design.md"), "utf8")).toContain(
    markdownTable([["versions", "what the provider does", "here", "source"], ...rows]),
  );
});

test.each(PROVIDER_FACTS)("$versions, $fact: a test holds that $here", ({ test: [file, title] }) => {
  expect(titlesOf(file)).toContain(title);
});
