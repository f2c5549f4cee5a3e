import { Annotations, Aspects, type IAspect, TerraformProvider, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
// One by one: the whole package takes a synth 10 ms more.
import intersects from "semver/ranges/intersects";
import validRange from "semver/ranges/valid";
import { checkBindings, checkHost } from "./host";
import { refuse } from "./refuse";

/** Ephemeral variables and write-only arguments: https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only */
export const TERRAFORM_VERSION = ">= 1.11.0";

/**
 * From 6.26.0 the provider refreshes a write-only secret version without `GetSecretValue`, so a role that can't read the key can
 * plan; 6.45 to 6.49 plan it inconsistently. https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md
 */
const FIRST_AWS_PROVIDER = "6.50.0";

/** The next major version may change what this library relies on. */
const NEXT_AWS_PROVIDER = "7.0.0";

/**
 * 6.57.0 mixed up the bodies of requests, so that a key could reach another one (issues 49173 and 49181), and was withdrawn; mirrors and lock
 * files keep it. 6.58.0 breaks SSM parameters of one level (issue 49304). https://github.com/hashicorp/terraform-provider-aws/issues
 */
const BAD_AWS_PROVIDERS = ["6.57.0", "6.58.0"];

/** The AWS providers that a key is safe with, as Terraform says it. */
export const AWS_PROVIDER_VERSION = [
  `>= ${FIRST_AWS_PROVIDER}`,
  ...BAD_AWS_PROVIDERS.map((version) => `!= ${version}`),
  `< ${NEXT_AWS_PROVIDER}`,
].join(", ");

/** The same as npm's semver says it, which has no `!=`: what is between the versions that are not taken. */
export const AWS_PROVIDER_RANGE = [...BAD_AWS_PROVIDERS, NEXT_AWS_PROVIDER]
  .map((end, index) => (index === 0 ? `>=${FIRST_AWS_PROVIDER} <${end}` : `>${BAD_AWS_PROVIDERS[index - 1]} <${end}`))
  .join(" || ");

/**
 * Makes the stack around `scope` require the Terraform and the AWS provider that keep a write-only value out of plan and state. What the
 * stack requires itself, by `addOverride` before or after, holds too. The version that the bindings pin is no decision, and gives way.
 *
 * @throws Error for a stack of CDK Terrain's or bindings that don't know write-only arguments; at synth where no provider is both what the
 * stack requires and what a key needs
 */
export function requireVersions(scope: Construct): void {
  const stack = TerraformStack.of(scope);
  checkHost(scope);
  checkBindings();

  const aspects = Aspects.of(stack);
  if (!aspects.all.some((aspect) => aspect instanceof VersionFloors)) {
    aspects.add(new VersionFloors(stack, scope === stack));
  }
}

/** Joins the floors with what the program requires, once the whole program has said it. */
class VersionFloors implements IAspect {
  private requiresProvider = false;

  /** @param isOurs the stack is made for keys, and nobody else's version of the provider changes with it */
  constructor(
    private readonly stack: TerraformStack,
    private readonly isOurs: boolean,
  ) {}

  public visit(node: IConstruct): void {
    if (node.node.scope === this.stack) {
      this.join(); // with what other aspects of the stack require too: they have all seen it before the first of its children
    }
    if (TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === "aws") {
      this.warn(node.terraformGeneratorMetadata?.providerVersion);
    }
  }

  private join(): void {
    const { terraform = {} }: Overrides = Reflect.get(this.stack, "rawOverrides"); // cdktf has no other way to know them
    const aws = terraform.required_providers?.aws;
    const provider = typeof aws === "string" ? aws : aws?.version;
    this.requiresProvider = provider !== undefined && provider !== AWS_PROVIDER_VERSION;
    if (provider !== undefined && isImpossible(provider)) {
      refuse(
        `The stack ${this.stack.node.path} requires the AWS provider ${JSON.stringify(provider)}, and its key one of ${AWS_PROVIDER_VERSION}: no version is both. ` +
          "Give the key a stack of its own, such as an AiKeyStack, or change what the stack requires.",
      );
    }

    this.stack.addOverride("terraform.required_version", joined(TERRAFORM_VERSION, terraform.required_version));
    this.stack.addOverride("terraform.required_providers.aws.version", joined(AWS_PROVIDER_VERSION, provider));
  }

  /** Bindings of another major version than the floor's: all resources of the stack get another provider. */
  private warn(pinned: string | undefined): void {
    if (
      !this.isOurs &&
      !this.requiresProvider &&
      pinned !== undefined &&
      Number.parseInt(pinned, 10) < Number.parseInt(FIRST_AWS_PROVIDER, 10)
    ) {
      Annotations.of(this.stack).addWarning(
        `The bindings pin the AWS provider ${pinned}; with a key in it, this stack takes ${AWS_PROVIDER_VERSION} for all of its resources. ` +
          "A key in a stack of its own, such as an AiKeyStack, leaves the others as they are.",
      );
    }
  }
}

/** What a program may have said by `addOverride`. */
interface Overrides {
  readonly terraform?: {
    readonly required_version?: string;
    readonly required_providers?: { readonly aws?: string | { readonly version?: string } };
  };
}

/** Joining twice is joining once. */
function joined(floor: string, required = floor): string {
  return required.includes(floor) ? required : `${floor}, ${required}`;
}

/** Whether Terraform's constraint surely leaves none of the providers: https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
function isImpossible(constraint: string): boolean {
  const range = constraint
    .split(",")
    .map((part) => part.trim())
    .filter((part) => !part.startsWith("!="))
    .map((part) => part.replace(/^~>\s*/, [">=", "^", "~"][part.split(".").length - 1] ?? "~"))
    .join(" ");
  return validRange(range) !== null && !intersects(range, AWS_PROVIDER_RANGE);
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
