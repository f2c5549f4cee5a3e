import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../lab/sandbox/sandbox";

/** The parts of a synthesized variable that are read here. */
export interface ValidatedVariable {
  readonly type: string;
  readonly validation?: readonly { readonly condition: string; readonly error_message: string }[];
}

/** The messages of the rules that a value breaks as a variable's; none for a value that Terraform takes. */
export type BrokenRules = (variable: string, value: string) => string[];

/**
 * Has Terraform evaluate the conditions of text variables for many values in one run: to refuse one value takes it a run of its own. The conditions
 * are the synthesized ones to the letter, but for the name of the value, and for `terraform.applying`, which no output may have.
 *
 * @param folder does not exist yet
 * @param values of each variable
 */
export async function findBrokenRules(
  sandbox: Sandbox,
  folder: string,
  variables: Readonly<Record<string, ValidatedVariable>>,
  values: Readonly<Record<string, readonly string[]>>,
): Promise<BrokenRules> {
  mkdirSync(folder);
  const texts = Object.entries(variables).filter(([, { type }]) => type === "string");
  const output = texts.map(([name, { validation = [] }]) => {
    const conditions = validation.map(({ condition }) =>
      condition
        .slice("${".length, -1)
        .replaceAll(new RegExp(`\\bvar\\.${name}\\b`, "g"), "value")
        .replaceAll("terraform.applying", "true"),
    );
    return [name, { value: `\${[for value in var.values.${name} : [${conditions.join(", ")}]]}` }];
  });
  const config = { variable: { values: { type: "map(list(string))" } }, output: Object.fromEntries(output) };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(config, null, 2));
  writeFileSync(join(folder, "values.auto.tfvars.json"), JSON.stringify({ values }));
  await sandbox.terraform(["apply", "-auto-approve"], {}, folder);

  const { outputs }: { outputs: Record<string, { value: boolean[][] }> } = JSON.parse(
    readFileSync(join(folder, "terraform.tfstate"), "utf8"),
  );
  return (variable, value) => {
    const holds = outputs[variable]?.value[values[variable]?.indexOf(value) ?? -1];
    if (!holds) {
      throw new Error(`${variable} was not asked about this value`);
    }
    const { validation = [] } = variables[variable] ?? {};
    return validation.filter((_, index) => !holds[index]).map(({ error_message }) => error_message);
  };
}
