import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blocks } from "../../support/documents";
import { ROOT } from "../../support/project";

/** How many blocks a page has, and the tests that compare or execute all of them. */
const PAGES: Readonly<
  Record<
    string,
    { readonly json?: number; readonly sh?: number; readonly ts?: number; readonly yaml?: number; readonly tests: readonly string[] }
  >
> = {
  "README.md": { sh: 4, ts: 1, tests: ["__tests__/unit/docs/readme.test.ts", "__tests__/e2e/life.test.ts"] },
  "docs/access.md": {
    json: 2,
    sh: 2,
    ts: 1,
    tests: [
      "__tests__/e2e/team.test.ts",
      "__tests__/e2e/access.test.ts",
      "__tests__/unit/docs/options.test.ts",
      "__tests__/support/organization.ts",
    ],
  },
  "docs/cdk-terrain.md": { sh: 7, tests: ["terrain/migration.test.ts"] },
  "docs/ci-without-the-cdktf-cli.md": {
    sh: 2,
    yaml: 1,
    tests: ["__tests__/e2e/ci-without-the-cdktf-cli.test.ts", "__tests__/support/environments.ts"],
  },
  "docs/ci.md": {
    sh: 2,
    ts: 1,
    yaml: 1,
    tests: ["__tests__/e2e/life.test.ts", "__tests__/unit/docs/ci.test.ts", "__tests__/e2e/ci-without-the-cdktf-cli.test.ts"],
  },
  "docs/environments.md": {
    sh: 3,
    ts: 2,
    yaml: 3,
    tests: [
      "__tests__/support/environments.ts",
      "__tests__/unit/docs/environments.test.ts",
      "__tests__/unit/docs/one-account.test.ts",
      "__tests__/e2e/workflows.test.ts",
    ],
  },
  "docs/google.md": {
    sh: 4,
    ts: 4,
    tests: ["__tests__/unit/docs/google.test.ts", "__tests__/e2e/google.test.ts", "__tests__/e2e/google-clients.test.ts"],
  },
  "docs/leave-cdktf.md": { sh: 2, tests: ["__tests__/e2e/handover.test.ts"] },
  "docs/lifecycle.md": { sh: 3, ts: 2, tests: ["__tests__/e2e/life.test.ts", "__tests__/unit/docs/lifecycle.test.ts"] },
  "docs/ops.md": {
    sh: 12,
    ts: 2,
    tests: ["ops", "ai-key", "faults", "access"].map((name) => `__tests__/e2e/${name}.test.ts`),
  },
  "docs/options.md": { ts: 19, tests: ["__tests__/unit/docs/options.test.ts"] },
  "docs/own-stack.md": { sh: 1, ts: 1, tests: ["__tests__/e2e/package.test.ts"] },
  "docs/reading.md": { sh: 1, ts: 2, tests: ["__tests__/unit/docs/readme.test.ts", "__tests__/e2e/life.test.ts"] },
  "docs/rotation.md": {
    sh: 1,
    ts: 2,
    tests: ["__tests__/e2e/rotation.test.ts", "__tests__/unit/docs/rotation.test.ts", "__tests__/e2e/life.test.ts"],
  },
  "docs/setup.md": { sh: 3, ts: 1, tests: ["__tests__/e2e/team.test.ts", "__tests__/e2e/ops.test.ts"] },
  "docs/trust.md": { ts: 9, tests: ["__tests__/unit/docs/trust.test.ts"] },
};

const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`)].filter((file) =>
  file.endsWith(".md"),
);

test.each(pages)("%s: every block is compared or executed by a test", (page) => {
  const { json = 0, sh = 0, ts = 0, yaml = 0, tests = [] } = PAGES[page] ?? {};
  const found = ["json", "sh", "ts", "yaml"].map((language) => blocks(page, language).length);
  expect(found).toEqual([json, sh, ts, yaml]);
  for (const file of tests) {
    expect([file, readFileSync(join(ROOT, file), "utf8").includes(`"${page}"`)]).toEqual([file, true]);
  }
});
