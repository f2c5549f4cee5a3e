import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "../support/markdown-table";
import { ROOT } from "../support/project";
import { PROVIDER_FACTS } from "../support/provider-facts";
import { titlesOf } from "../support/titles-of";

test("the page shows the table", () => {
  const rows = PROVIDER_FACTS.map(({ versions, fact, here, source }) => [versions, fact, here, source]);
  expect(readFileSync(join(ROOT, "docs/design.md"), "utf8")).toContain(
    markdownTable([["versions", "what the provider does", "here", "source"], ...rows]),
  );
});

test.each(PROVIDER_FACTS)("$versions, $fact: a test holds that $here", ({ test: [file, title] }) => {
  expect(titlesOf(file)).toContain(title);
});
