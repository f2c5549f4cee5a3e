import { App, Aspects, TerraformResource } from "cdktf";
import ts from "typescript";
import { AiKeyStack } from "../../../lib";
import { block } from "../../support/documents";
import { synthesized } from "../../support/synthesized";

const PAGE = "docs/lifecycle.md";

test("the block for OpenTofu leaves everything of that key in AWS, and nothing of another one", () => {
  const stack = new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { keys: [{}, { provider: "anthropic" }] });
  const { outputText } = ts.transpileModule(block(PAGE, "ts", "lifecycle.destroy"), {});
  new Function("Aspects", "TerraformResource", "stack", outputText)(Aspects, TerraformResource, stack);

  const resources = Object.values<Record<string, { lifecycle?: { destroy?: boolean } }>>(synthesized(stack).resource).flatMap(
    Object.entries,
  );
  const left = resources.filter(([, { lifecycle }]) => lifecycle?.destroy === false).map(([id]) => id);
  expect(left.sort()).toEqual(
    resources
      .map(([id]) => id)
      .filter((id) => id.startsWith("anthropic-key_"))
      .sort(),
  );
  expect(left).toHaveLength(3);
});
