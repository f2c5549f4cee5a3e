import { type Block, blocks as blocksIn, type StackConfig } from "../../lab/terraform/synthesized-stack";

/**
 * Puts right what `cdktf synth --hcl` drops or gets wrong in a stack's HCL:
 * https://github.com/hashicorp/terraform-cdk/blob/v0.21.0/packages/cdktf/lib/hcl/render.ts
 *
 * @param config the same stack as JSON, which cdktf renders in full
 */
export function plainHcl(hcl: string, { terraform = {}, variable = {}, check = {} }: StackConfig): string {
  const withSettings = hcl.replaceAll(/^ *\d+ += "(\w+)"$/gm, (_, name: string) => `${name} = ${JSON.stringify(terraform[name])}`);
  const withVariables = Object.entries(variable).reduce((text, [name, settings]) => withFalsy(text, name, settings), withSettings);

  return withVariables
    .replaceAll(/^( *)(precondition|postcondition) = \[\n(.*?)^\1\]$/gms, (_, _indent, name: string, list: string) => blocks(name, list))
    .replaceAll(/^ *(depends_on|ignore_changes|replace_triggered_by) = \[[^\]]*(?:\[\d+\][^\]]*)*\]$/gm, unquoted)
    .replaceAll(/^}\n(?=\S)/gm, "}\n\n")
    .concat(...Object.entries(check).map(([name, { assert }]) => checkBlock(name, blocksIn(assert))));
}

/** cdktf drops blocks of a kind that it has no construct of. */
function checkBlock(name: string, assertions: readonly Block[]): string {
  const assert = assertions.map(
    ({ condition, error_message }) =>
      `  assert {\n    condition     = ${String(condition).replace(/^\$\{(.*)\}$/s, "$1")}\n    error_message = ${JSON.stringify(error_message)}\n  }\n`,
  );
  return `\ncheck "${name}" {\n${assert.join("")}}\n`;
}

/** cdktf drops what JavaScript takes for false: `nullable = false`, a default of 0. */
function withFalsy(hcl: string, variable: string, settings: Block): string {
  const lines = Object.entries(settings)
    .filter(([, value]) => value === false || value === 0 || value === "")
    .map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
  return hcl.replace(`variable "${variable}" {`, (head) => [head, ...lines].join("\n"));
}

/** cdktf writes conditions as a list of objects; Terraform wants a block for each. */
function blocks(name: string, list: string): string {
  return list
    .replaceAll(/^ *\{$/gm, `${name} {`)
    .replaceAll(/^ *\},$/gm, "}")
    .trimEnd();
}

/** Terraform wants references as they are, and warns of quoted ones in every plan. */
function unquoted(list: string): string {
  return list.includes("\\") ? list : list.replaceAll('"', "");
}
