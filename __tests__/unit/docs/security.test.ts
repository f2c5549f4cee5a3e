import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "../../support/markdown-table";
import { ROOT } from "../../support/project";
import { CLAIMS } from "../../support/promises";
import { titlesOf } from "../../support/titles-of";

test("SECURITY.md has the claims, each with the file of the test that holds it", () => {
  const rows = CLAIMS.map(({ promise, link, test: [file] }) => [promise, `[${link}](${file})`]);
  expect(readFileSync(join(ROOT, "SECURITY.md"), "utf8")).toContain(`\n\n${markdownTable([["Claim", "Test"], ...rows])}\n\n`);
});

test.each(CLAIMS)("$promise A test holds that.", ({ test: [file, title] }) => {
  expect(titlesOf(file)).toContain(title);
});
