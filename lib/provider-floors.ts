import { Annotations, Aspects, type IAspect, TerraformProvider, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
// One by one: the whole package takes a synth 10 ms more.
import intersects from "semver/ranges/intersects";
import validRange from "semver/ranges/valid";
import { checkHost } from "./host";
import { refuse } from "./refuse";

/** Ephemeral variables and write-only arguments: https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only */
export const TERRAFORM_VERSION = ">= 1.11.0";

/** The versions of a provider that a key is safe with. */
export interface ProviderFloor {
  /** The provider's name in Terraform. */
  readonly provider: "aws" | "google";
  /** As it writes itself. */
  readonly name: string;
  /** The versions, as Terraform says them. */
  readonly version: string;
  /** The same as npm's semver says it. */
  readonly range: string;
  readonly first: string;
  /** The class whose stacks have keys and nothing else, with its article. */
  readonly ownStack: string;
}

/**
 * Makes the stack around `scope` require the Terraform and the provider that keep a write-only value out of plan and state. What the stack
 * requires itself, by `addOverride` before or after, holds too. The version that the bindings pin is no decision, and gives way.
 *
 * @throws Error for a stack of CDK Terrain's; at synth where no provider is both what the stack requires and what a key needs
 */
export function requireProvider(scope: Construct, floor: ProviderFloor): void {
  const stack = TerraformStack.of(scope);
  checkHost(scope);

  const aspects = Aspects.of(stack);
  if (!aspects.all.some((aspect) => aspect instanceof VersionFloors && aspect.floor.provider === floor.provider)) {
    aspects.add(new VersionFloors(stack, floor, scope === stack));
  }
}

/** Joins the floors with what the program requires, once the whole program has said it. */
class VersionFloors implements IAspect {
  private requiresProvider = false;

  /** @param isOurs the stack is made for keys, and nobody else's version of the provider changes with it */
  constructor(
    private readonly stack: TerraformStack,
    public readonly floor: ProviderFloor,
    private readonly isOurs: boolean,
  ) {}

  public visit(node: IConstruct): void {
    if (node.node.scope === this.stack) {
      this.join(); // with what other aspects of the stack require too: they have all seen it before the first of its children
    }
    if (TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === this.floor.provider) {
      this.warn(node.terraformGeneratorMetadata?.providerVersion);
    }
  }

  private join(): void {
    const { terraform = {} }: Overrides = Reflect.get(this.stack, "rawOverrides"); // cdktf has no other way to know them
    const { provider: id, name, version, range, ownStack } = this.floor;
    const declared = terraform.required_providers?.[id];
    const provider = typeof declared === "string" ? declared : declared?.version;
    this.requiresProvider = provider !== undefined && provider !== version;
    if (provider !== undefined && isImpossible(provider, range)) {
      refuse(
        `The stack ${this.stack.node.path} requires the ${name} provider ${JSON.stringify(provider)}, and its key one of ${version}: no version is both. ` +
          `Give the key a stack of its own, such as ${ownStack}, or change what the stack requires.`,
      );
    }

    this.stack.addOverride("terraform.required_version", joined(TERRAFORM_VERSION, terraform.required_version));
    this.stack.addOverride(`terraform.required_providers.${id}.version`, joined(version, provider));
  }

  /** Bindings of another major version than the floor's: all resources of the stack get another provider. */
  private warn(pinned: string | undefined): void {
    const { name, version, first, ownStack } = this.floor;
    if (!this.isOurs && !this.requiresProvider && pinned !== undefined && Number.parseInt(pinned, 10) < Number.parseInt(first, 10)) {
      Annotations.of(this.stack).addWarning(
        `The bindings pin the ${name} provider ${pinned}; with a key in it, this stack takes ${version} for all of its resources. ` +
          `A key in a stack of its own, such as ${ownStack}, leaves the others as they are.`,
      );
    }
  }
}

/** What a program may have said by `addOverride`. */
interface Overrides {
  readonly terraform?: {
    readonly required_version?: string;
    readonly required_providers?: Readonly<Record<string, string | { readonly version?: string }>>;
  };
}

/** Joining twice is joining once. */
function joined(floor: string, required = floor): string {
  return required.includes(floor) ? required : `${floor}, ${required}`;
}

/** Whether Terraform's constraint surely leaves none of the providers: https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
function isImpossible(constraint: string, floor: string): boolean {
  const range = constraint
    .split(",")
    .map((part) => part.trim())
    .filter((part) => !part.startsWith("!="))
    .map((part) => part.replace(/^~>\s*/, [">=", "^", "~"][part.split(".").length - 1] ?? "~"))
    .join(" ");
  return validRange(range) !== null && !intersects(range, floor);
}

/**
 * Says which versions a secret below `scope` is for. Without it, CDK Terrain takes a program to be for older ones too, and refuses the
 * write-only argument; cdktf does not ask. What the project declares itself (`targetVersions` in cdktf.json) holds. To be called before
 * `scope` has children, as with any context.
 *
 * https://cdktn.io/docs/create-and-deploy/configuration-file
 */
export function declareTargets(scope: Construct): void {
  if (scope.node.tryGetContext("targetVersions") === undefined) {
    scope.node.setContext("targetVersions", { terraform: TERRAFORM_VERSION, opentofu: TERRAFORM_VERSION });
  }
}
