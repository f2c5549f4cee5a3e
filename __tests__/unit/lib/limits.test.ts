import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { excess, LIMITS } from "../../../lib/limits";
import { markdownTable } from "../../support/markdown-table";
import { ROOT } from "../../support/project";

const number = (value: number) => value.toLocaleString("en-US");

test("docs/limits.md has the table, with a source for each limit", () => {
  const rows = Object.values(LIMITS).map(({ what, most, unit, source }) => [`[${what}](${source})`, `${number(most)} ${unit}`]);
  expect(readFileSync(join(ROOT, "docs/limits.md"), "utf8")).toContain(`\n\n${markdownTable([["what", "at most"], ...rows])}\n\n`);
});

test("each limit is used", () => {
  const sources = readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(ROOT, "lib", file), "utf8"))
    .join();
  expect(Object.keys(LIMITS).filter((name) => !sources.includes(`LIMITS.${name}`))).toEqual([]);
});

test("what is too much is said with the number, the limit, its source and what to do", () => {
  expect(excess(LIMITS.tags, 50)).toBeUndefined();
  expect(excess(LIMITS.trustPolicy, 2_049)).toBe(
    "the trust policy of a role (default quota): 2049 characters, and AWS takes 2048 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). Name a role that these people assume, such as the one of a permission set, in place of each of them.",
  );
});
