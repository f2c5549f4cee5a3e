import { Aspects, DataResource, TerraformElement, TerraformHclModule, TerraformLocal, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { AiKeyStack, EphemeralVariable } from "../../../lib";
import { OwnStack, synthesized } from "../../support/synthesized";

/** A stack with two keys, and what else is said. */
function stackWith(add: (stack: TerraformStack) => void): TerraformStack {
  const stack = new OwnStack();
  new EphemeralVariable(stack, "openai_api_key");
  new EphemeralVariable(stack, "ai_api_key");
  add(stack);
  return stack;
}

/** A `terraform_data` called keep that stores the value of an expression. */
function keep(stack: TerraformStack, input: string): void {
  new DataResource(stack, "keep").addOverride("store.input", input);
}

const local = (stack: TerraformStack, id: string, expression: string) => new TerraformLocal(stack, id, expression);

test.each<[string, (stack: TerraformStack) => void]>([
  ["of a resource", (stack) => keep(stack, "${var.ai_api_key}")],
  ["in a list of one block", (stack) => new DataResource(stack, "keep").addOverride("store", [{ input: "${var.ai_api_key}" }])],
  ["by a function", (stack) => keep(stack, '${nonsensitive(substr("${var.ai_api_key}", 0, 8))}')],
  ["with spaces and line breaks, as HCL allows", (stack) => keep(stack, "${\nvar . ai_api_key\n}")],
  ["as its version", (stack) => new DataResource(stack, "keep").addOverride("store", { input: 1, version: "${var.ai_api_key}" })],
  [
    "of a dynamic block",
    (stack) => new DataResource(stack, "keep").addOverride("dynamic.store", { for_each: [1], content: { input: "${var.ai_api_key}" } }),
  ],
  ["by an override of the stack", (stack) => stack.addOverride("resource.terraform_data.keep.store.input", "${var.ai_api_key}")],
  [
    "by an aspect",
    (stack) =>
      Aspects.of(stack).add({
        visit: (node) => node === stack && !stack.node.tryFindChild("keep") && keep(stack, "${var.ai_api_key}"),
      }),
  ],
  [
    "by an element of one's own",
    (stack) =>
      new (class extends TerraformElement {
        public override toTerraform() {
          return { resource: { terraform_data: { keep: { store: { input: "${var.ai_api_key}" } } } } };
        }
      })(stack, "own"),
  ],
])("fails for a key in a store %s", (_, add) => {
  expect(() => synthesized(stackWith(add))).toThrow(
    "own: terraform_data.keep must not store var.ai_api_key: Terraform 1.16 and newer write it into state and plan, in clear.",
  );
});

test.each<[string, (stack: TerraformStack) => void]>([
  ["local.copy", (stack) => keep(stack, local(stack, "copy", "${{ key = var.ai_api_key }}").expression)],
  [
    "local.third",
    (stack) => {
      keep(stack, "${local.third}");
      local(stack, "third", "${local.second}");
      local(stack, "second", "${local.first}");
      local(stack, "first", "${upper(var.ai_api_key)}");
    },
  ],
  [
    "ephemeral.random_password.one",
    (stack) => {
      stack.addOverride("ephemeral.random_password.one.override_special", "${var.ai_api_key}");
      keep(stack, "${ephemeral.random_password.one.result}");
    },
  ],
  [
    "module.hash",
    (stack) => {
      new TerraformHclModule(stack, "hash", { source: "acme/hash/any", variables: { key: "${var.ai_api_key}" } });
      keep(stack, "${module.hash.value}");
    },
  ],
])("fails for a key that reaches a store by %s", (carrier, add) => {
  expect(() => synthesized(stackWith(add))).toThrow(`terraform_data.keep must not store ${carrier}, which carries var.ai_api_key:`);
});

test("fails once for each key, also for one inside a construct", () => {
  const stack = stackWith((stack) => {
    const inside = new EphemeralVariable(new Construct(stack, "inside"), "key");
    keep(stack, `\${[var.openai_api_key, var.${inside.friendlyUniqueId}]}`);
  });
  expect(() => synthesized(stack)).toThrow(/must not store var\.openai_api_key:.*\n.*must not store var\.inside_key_\w+:/);
});

test("a store of anything else is none of our business, nor is a terraform_data without one", () => {
  const stack = stackWith((stack) => {
    keep(stack, "${var.ai_api_key_version}-${local.plain}-${module.var.ai_api_key}");
    local(stack, "plain", "${var.other-ai_api_key}");
    local(stack, "unused", "${var.ai_api_key}");
    new DataResource(stack, "ordinary", { input: { key: "${var.ai_api_key}" } }); // refused by Terraform itself
  });
  expect(Object.keys(synthesized(stack).resource.terraform_data)).toEqual(["keep", "ordinary"]);
});

test("a stack of ours is checked too", () => {
  const stack = new AiKeyStack(new OwnStack().node.root, "ai-secret");
  keep(stack, "${var.ai_api_key}");
  expect(() => synthesized(stack)).toThrow("terraform_data.keep must not store var.ai_api_key");
});
