import { readFileSync } from "node:fs";
import { join } from "node:path";
import { block } from "../../support/documents";
import { stacksOf } from "../../support/program";
import { ROOT } from "../../support/project";
import { synthesized } from "../../support/synthesized";

const PAGE = "docs/environments.md";

/** What the block leaves out. */
const BEGIN = `
import { App } from "cdktf";
import { AiKeyStack, BootstrapStack } from "./lib";
const app = new App({ outdir: "never-written" });
const STATE_BUCKET = "acme-states";`;

/** The outputs of the bootstrap in a program. */
function outputsOf(program: string): string[] {
  const stacks = stacksOf(`${BEGIN}\n${program}\napp.synth();\n`);
  const bootstrap = stacks.find(({ node }) => node.id === "bootstrap");
  return bootstrap ? Object.keys(synthesized(bootstrap).output) : [];
}

const named = (name: string) => readFileSync(join(ROOT, PAGE), "utf8").includes(`\`${name}\``);

test("the block for two environments makes a deploy role each, and the page names all outputs", () => {
  const program = block(PAGE, "ts", "stacks: [staging, production]");
  const outputs = outputsOf(program);
  expect(outputs.filter((name) => name.startsWith("deploy"))).toEqual(["deploy_role_arn_production", "deploy_role_arn_staging"]);
  expect(outputs.filter((name) => !named(name))).toEqual([]);
});

test("with one environment, the page names all outputs", () => {
  const outputs = outputsOf(block(PAGE, "ts", "stacks: [staging, production]").replace("[staging, production]", "[production]"));
  expect(outputs).toContain("deploy_role_arn");
  expect(outputs.filter((name) => !named(name))).toEqual([]);
});
