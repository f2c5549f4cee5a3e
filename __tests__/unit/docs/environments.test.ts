import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Testing } from "cdktf";
import packageJson from "../../../package.json";
import { blocks } from "../../support/documents";
import { PROGRAM_OF_TWO } from "../../support/environments";
import { stacksOf } from "../../support/program";

const PAGE = "docs/environments.md";

/** The stacks of the page's main.ts, by their ids. */
function stacks(): Readonly<Record<string, string>> {
  return Object.fromEntries(stacksOf(PROGRAM_OF_TWO).map((stack) => [stack.node.id, Testing.synth(stack, true)]));
}

test("the program has a stack and a bootstrap for each environment, in accounts of their own", () => {
  const texts = stacks();
  expect(Object.keys(texts)).toEqual(["ai-staging", "ai-production", "bootstrap-staging", "bootstrap-production"]);
  const accounts = ["ai-staging", "ai-production"].map((id) => texts[id]?.match(/arn:aws:kms:[\w-]+:(\d{12}):/)?.[1]);
  expect(new Set(accounts).size).toBe(2);
});

test.each(["staging", "production"])("the roles of %s trust its environment, and have rights to its stack alone", (environment) => {
  const other = environment === "staging" ? "production" : "staging";
  const text = stacks()[`bootstrap-${environment}`] ?? "";
  expect(text).toContain(`repo:acme/ai-keys:environment:${environment}"`);
  expect(text).toContain(`ai/${environment}/api-key`);
  expect(text).not.toContain(other);
});

test("the commands name stacks of the program and scripts of package.json", () => {
  const commands = blocks(PAGE, "sh").join("");
  const named = [...commands.matchAll(/(?:npm run \w+ -- |cdktf deploy )([\w-]+)/g)].map(([, stack]) => stack);
  expect(named).toEqual(["bootstrap-staging", "bootstrap-production", "ai-staging", "ai-staging"]);
  expect(Object.keys(stacks())).toEqual(expect.arrayContaining(named));
  expect(packageJson.scripts).toMatchObject({ diff: ".ci/one-stack.sh cdktf diff", deploy: ".ci/one-stack.sh cdktf deploy" });
});

test("the page names the workflow's variables and secret", () => {
  const page = readFileSync(join(__dirname, "../../..", PAGE), "utf8");
  for (const name of ["AI_API_KEY", "AWS_DEPLOY_ROLE_ARN", "AWS_STAGING_PLAN_ROLE_ARN", "AWS_PLAN_ROLE_ARN"]) {
    expect(page).toMatch(new RegExp(`^\\| (secret|variables?) .*\`${name}\``, "m"));
  }
});
