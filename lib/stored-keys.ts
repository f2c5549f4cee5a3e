import { TerraformElement, TerraformResource, TerraformStack, type TerraformVariable } from "cdktf";
import { refuseAll } from "./refuse";

/** The parts of a stack's configuration that are read here: blocks by their names. */
interface Config {
  readonly locals?: Blocks;
  readonly ephemeral?: Readonly<Record<string, Blocks>>;
  readonly module?: Blocks;
  readonly resource?: { readonly terraform_data?: Readonly<Record<string, { readonly store?: unknown; readonly dynamic?: unknown }>> };
}

type Blocks = Readonly<Record<string, unknown>>;

const variablesOf = new WeakMap<TerraformStack, TerraformVariable[]>();

/**
 * Terraform 1.16 and newer copy what the block `store` of a `terraform_data` gets into state and plan, in clear, also when it is ephemeral. The
 * synth of the stack fails for one that gets this variable, itself or by locals, ephemeral resources and modules. What a module does inside is
 * not in the stack, so it is not seen.
 *
 * https://developer.hashicorp.com/terraform/language/resources/terraform-data
 */
export function refuseStoring(variable: TerraformVariable): void {
  const stack = TerraformStack.of(variable);
  const variables = variablesOf.get(stack);
  if (variables) {
    variables.push(variable);
    return;
  }

  const first = [variable];
  variablesOf.set(stack, first);
  const validate = () =>
    hasTerraformData(stack) ? problems(stack.toTerraform(), first).map((problem) => `${stack.node.path}: ${problem}`) : [];
  stack.node.addValidation({ validate: () => refuseAll(validate()) });
}

/** Most stacks have none, and the whole configuration takes as long as a fifth of the synth. */
function hasTerraformData(stack: TerraformStack): boolean {
  const elements = stack.node.findAll().filter(TerraformElement.isTerraformElement);
  return (
    elements.some((element) =>
      TerraformResource.isTerraformResource(element)
        ? element.terraformResourceType === "terraform_data"
        : element.toTerraform().resource?.terraform_data,
    ) || Reflect.get(stack, "rawOverrides")?.resource?.terraform_data !== undefined // addOverride of the stack itself, which tells nobody else
  );
}

function problems(config: Config, variables: readonly TerraformVariable[]): string[] {
  const blocks = Object.entries(config.resource?.terraform_data ?? {});
  return variables.flatMap((variable) => {
    const name = `var.${variable.friendlyUniqueId}`;
    const carriers = addressesHolding(name, config);
    return blocks.flatMap(([id, { store, dynamic }]) => {
      const carrier = carriers.find((address) => mentions([store, dynamic], address));
      const what = carrier === name ? name : `${carrier}, which carries ${name}`;
      return carrier
        ? `terraform_data.${id} must not store ${what}: Terraform 1.16 and newer write it into state and plan, in clear. Take it out; read the key from its secret where it is needed.`
        : [];
    });
  });
}

/**
 * The addresses of all values that an ephemeral value may be in. Resources and data sources are none: Terraform refuses it there, or keeps
 * nothing of it.
 */
function addressesHolding(address: string, { locals = {}, ephemeral = {}, module = {} }: Config): string[] {
  const values: Blocks = {
    ...prefixed("local", locals),
    ...Object.assign({}, ...Object.entries(ephemeral).map(([type, blocks]) => prefixed(`ephemeral.${type}`, blocks))),
    ...prefixed("module", module),
  };

  const found = [address];
  for (const carrier of found) {
    const more = Object.keys(values).filter((other) => !found.includes(other) && mentions(values[other], carrier));
    found.push(...more); // they are looked for in their turn
  }
  return found;
}

function prefixed(prefix: string, blocks: Blocks): Blocks {
  return Object.fromEntries(Object.entries(blocks).map(([name, block]) => [`${prefix}.${name}`, block]));
}

/** Whether an expression in a block refers to an address. */
function mentions(block: unknown, address: string): boolean {
  const text = JSON.stringify(block).replaceAll(/\\[nrt]/g, " "); // a \n would read as a letter before the address
  return new RegExp(`(?<![\\w.-])${address.replaceAll(".", "\\s*\\.\\s*")}(?![\\w-])`).test(text);
}
