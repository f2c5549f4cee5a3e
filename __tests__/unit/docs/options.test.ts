import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { AiKeyStack } from "../../../lib";
import { blocks } from "../../support/documents";
import { diagnostics, stacksOf } from "../../support/program";
import { ROOT } from "../../support/project";
import { propsIn } from "../../support/props-in";

const PAGE = "docs/options.md";

const [BEGIN = "", ...STACKS] = blocks(PAGE, "ts");

/** Whole programs, by the option that each one shows. */
const programs = [...STACKS, ...blocks("docs/access.md", "ts")].map((stack, index) => ({
  option: stack.match(/^ {2}(?:keys: \[.*?\{ )?(?!region)\w+/m)?.[0].trim() ?? "none",
  file: join(ROOT, `never-written-${index}.ts`),
  text: `${BEGIN}\n${stack}\napp.synth();\n`,
}));

test("every block compiles as it stands, and a planted wrong option does not", () => {
  const wrong = { file: join(ROOT, "never-written.ts"), text: `${BEGIN}new AiKeyStack(app, "ai-secret", { reader: [] });` };
  expect(programs.length).toBeGreaterThan(10);
  expect(diagnostics([...programs, wrong])).toEqual([expect.stringContaining("'reader' does not exist in type 'AiKeyStackProps'")]);
}, 60_000); // milliseconds, on a busy machine

/** The first stack of a program. */
function stackOf(program: string): string {
  const [stack] = stacksOf(program);
  return stack ? Testing.synth(stack, true) : "";
}

test.each(programs.slice(1))("$option: the block does what a stack without it does not", ({ text }) => {
  const alone = new AiKeyStack(new App(), "ai-secret", { region: "eu-central-1" });
  expect(stackOf(text)).toContain("aws_secretsmanager_secret_version");
  expect(stackOf(text)).not.toBe(Testing.synth(alone, true));
});

const OF_STACKS_AND_KEYS = ["lib/secret/options.ts", "lib/ai-key.ts", "lib/ai-key-stack.ts"];

test("each option has a row in the README, with a link to its place on the page", () => {
  const rows = readFileSync(join(ROOT, "README.md"), "utf8").match(/^\| \[`.*docs\/options\.md#.*$/gm) ?? [];
  const headings = readFileSync(join(ROOT, PAGE), "utf8").match(/^## `.*$/gm) ?? [];
  const named = (texts: readonly string[]) =>
    texts.flatMap((text) => [...(text.match(/^\| \[.*?\]|^##.*$/)?.[0] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));

  const all = [...new Set(propsIn(...OF_STACKS_AND_KEYS))].sort(); // tags are of a stack and of a key
  expect(named(rows).sort()).toEqual(all);
  expect(named(headings).sort()).toEqual(all);
});

test("one table has every option of every construct, each once", () => {
  const [table = ""] = readFileSync(join(ROOT, PAGE), "utf8").split("## All options")[1]?.split("\n## ") ?? [];
  const rows = [...table.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name]) => name);
  const ofKnownBucket = ["kmsKeyArn"]; // a part of an option
  const others = ["lib/ai-key-secret.ts", "lib/aws-provider.ts", "lib/bootstrap-stack.ts"];
  const all = new Set(propsIn(...OF_STACKS_AND_KEYS, ...others, "lib/team/trust.ts"));
  expect(rows.sort()).toEqual([...all].filter((name) => ![...ofKnownBucket, "deploy", "plan"].includes(name)).sort());
});
