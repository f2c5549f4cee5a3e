import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { block } from "../../support/documents";
import { PLAN_ONLY } from "../../support/plan-only";
import { stacksOf } from "../../support/program";
import { ROOT } from "../../support/project";
import { synthesized } from "../../support/synthesized";

const PAGE = "docs/ci.md";

test("the program for HCP Terraform has its state there, and no other", () => {
  const stacks = stacksOf(`
import { App, CloudBackend, NamedCloudWorkspace } from "cdktf";
import { AiKeyStack } from "./lib";
const app = new App({ outdir: "never-written" });
${block(PAGE, "ts", "CloudBackend")}
app.synth();
`);
  const [{ terraform } = { terraform: {} }] = stacks.map(synthesized);
  expect(terraform.cloud).toEqual({ organization: "acme", workspaces: { name: "ai-secret" } });
  expect(terraform.backend).toBeUndefined();
});

// Read, not run: https://www.runatlantis.io/docs/custom-workflows.html
test("read, not run: Atlantis's plan has a placeholder, and the deployed number once init has been; its apply has the key", () => {
  const { workflows } = parse(block(PAGE, "yaml", "apply_requirements"));
  const { plan, apply } = workflows["ai-key"];
  const number = { name: "TF_VAR_ai_api_key_version", command: expect.stringMatching(/^terraform output /) }; // run in __tests__/e2e/life.test.ts
  expect(plan.steps).toEqual([{ env: { name: "TF_VAR_ai_api_key", value: PLAN_ONLY } }, "init", { env: number }, "plan"]);
  expect(apply.steps).toEqual([{ env: { name: "TF_VAR_ai_api_key", command: "read-ai-api-key" } }, "apply"]);
});

// Read, not run: https://docs.spacelift.io/concepts/configuration/environment#environment-variable-prefixes
test("read, not run: Spacelift's plan has a placeholder, its apply the key", () => {
  const page = readFileSync(join(ROOT, PAGE), "utf8");
  expect(page).toMatch(new RegExp(`^\\| \`ro_TF_VAR_ai_api_key\` +\\| \`${PLAN_ONLY}\``, "m"));
  expect(page).toMatch(/^\| `wo_TF_VAR_ai_api_key` +\| the key/m);
});
