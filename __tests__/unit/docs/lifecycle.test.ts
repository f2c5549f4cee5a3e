import { block } from "../../support/documents";
import { stacksOf } from "../../support/program";
import { synthesized } from "../../support/synthesized";

const PAGE = "docs/lifecycle.md";

test("the block for OpenTofu leaves everything of that key in AWS, and nothing of another one", () => {
  const stacks = stacksOf(`
import { App, Aspects, TerraformResource } from "cdktf";
import { AiKeyStack } from "./lib";
const app = new App({ outdir: "never-written" });
const stack = new AiKeyStack(app, "ai-secret", { keys: [{}, { provider: "anthropic" }] });
${block(PAGE, "ts", "lifecycle.destroy")}
app.synth();
`);
  const made = stacks.flatMap((stack) => Object.values<Record<string, { lifecycle?: { destroy?: boolean } }>>(synthesized(stack).resource));
  const resources = made.flatMap(Object.entries);
  const left = resources.filter(([, { lifecycle }]) => lifecycle?.destroy === false).map(([id]) => id);
  expect(left.sort()).toEqual(
    resources
      .map(([id]) => id)
      .filter((id) => id.startsWith("anthropic-key_"))
      .sort(),
  );
  expect(left).toHaveLength(3);
});
