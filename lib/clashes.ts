import { TerraformBackend, TerraformElement, TerraformProvider, TerraformResource, TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { accountOf } from "./arn";
import { argumentsOf } from "./declared";
import { pathOf } from "./prop-of";
import { refuseAll } from "./refuse";
import { partitionOf } from "./region";

const IN_TWO_ACCOUNTS =
  " If the stacks are in two accounts, say so: by a BootstrapStack for each account, with its stacks, or by other allowed_account_ids of their AWS providers.";

/** What AWS has once by a name, by Terraform's type: once in a region of an account, or once in all accounts. */
const NAMED: Readonly<Record<string, { argument: string; what: string; remedy: string; oncePerAccount: boolean }>> = {
  aws_kms_alias: {
    argument: "name",
    what: "alias",
    remedy: `Give one of the keys another secretName.${IN_TWO_ACCOUNTS}`,
    oncePerAccount: true,
  },
  aws_secretsmanager_secret: {
    argument: "name",
    what: "secret",
    remedy: `Give one of the keys another secretName, or one of the stacks another environment.${IN_TWO_ACCOUNTS}`,
    oncePerAccount: true,
  },
  aws_ssm_parameter: {
    argument: "name",
    what: "parameter",
    remedy: `Give one of the keys another publishArnTo.${IN_TWO_ACCOUNTS}`,
    oncePerAccount: true,
  },
  aws_s3_bucket: { argument: "bucket", what: "bucket", remedy: "Give one BootstrapStack another bucket.", oncePerAccount: false },
};

/** What a stack has that another one can't have too. */
interface Holding {
  readonly by: IConstruct;
  readonly what: string;
  readonly name: string;
  /** The regions that it is in; or the partition, where no account of it can have another one. */
  readonly places: readonly string[];
  readonly oncePerAccount: boolean;
  readonly remedy: string;
}

/** What is known of where a stack is. */
interface Whereabouts {
  /** Who says that the stack is in an account, and in another one than the stacks of somebody else. */
  readonly bootstrap: IConstruct | undefined;
  /** The account of the key that encrypts its state. */
  readonly stateAccount: string | undefined;
  /** How its provider finds the account; undefined where it has several providers. */
  readonly credentials: string | undefined;
}

const checked = new WeakSet<TerraformStack>();

const bootstraps = new WeakMap<TerraformStack, IConstruct>();

/** Says that stacks are in one account, and in another one than the stacks that somebody else says it of. */
export function placeInAccount(bootstrap: IConstruct, stacks: readonly TerraformStack[]): void {
  for (const stack of stacks) {
    bootstraps.set(stack, bootstrap);
  }
}

/**
 * The synth of the stack around `scope` fails where it and another stack of the app have one state, or secrets of one name in one account
 * and region: a deploy of one stack would destroy what the other one has made, or AWS would refuse it. What only a deploy knows is taken to
 * be different; stacks are taken to be in one account, unless a `BootstrapStack` each has them, the KMS keys of their states are of two
 * accounts, or their AWS providers have other settings.
 */
export function refuseClashes(scope: IConstruct): void {
  const stack = TerraformStack.of(scope);
  if (!checked.has(stack)) {
    checked.add(stack);
    stack.node.addValidation({ validate: () => refuseAll(clashesOf(stack)) });
  }
}

function clashesOf(stack: TerraformStack): string[] {
  const own = lookInto(stack);
  const stacks = stack.node.root.node.findAll().filter(TerraformStack.isStack);
  const all = stacks.map((one) => (one === stack ? own : lookInto(one)));
  return own.holdings.flatMap((one, index) =>
    all.flatMap(({ where, holdings }) =>
      (where === own.where ? holdings.slice(index + 1) : holdings)
        .filter(({ what, name, places }) => what === one.what && name === one.name && places.some((place) => one.places.includes(place)))
        .filter(({ oncePerAccount }) => !oncePerAccount || inOneAccount(own.where, where))
        .map(
          ({ by, what, name, remedy }) => `${pathOf(one.by)} and ${pathOf(by)} both have the ${what} ${name}, and AWS has one. ${remedy}`,
        ),
    ),
  );
}

function lookInto(stack: TerraformStack): { where: Whereabouts; holdings: Holding[] } {
  const elements = stack.node.findAll().filter(TerraformElement.isTerraformElement);
  const [state] = elements.filter(TerraformBackend.isBackend).flatMap((backend) => backend.toTerraform().terraform.backend?.s3 ?? []);
  const providers = elements
    .filter(TerraformProvider.isTerraformProvider)
    .filter(({ terraformResourceType }) => terraformResourceType === "aws");
  const [{ region = "", default_tags: _, max_retries: __, ...credentials } = {}, ...further] = providers.flatMap(
    (provider) => provider.toTerraform().provider.aws,
  );

  const stateHolding: Holding = {
    by: stack,
    what: "state",
    name: state && `${state.bucket}/${state.key}`,
    places: [partitionOf(state?.region ?? "")],
    oncePerAccount: false,
    remedy: "A deploy of one would destroy what is in the other. Give one of them another state.key.",
  };
  return {
    where: {
      bootstrap: bootstraps.get(stack),
      stateAccount: state?.kms_key_id && accountOf(state.kms_key_id),
      credentials: further.length > 0 ? undefined : JSON.stringify(credentials),
    },
    holdings: [
      ...(state ? [stateHolding] : []),
      ...elements.filter(TerraformResource.isTerraformResource).flatMap((resource) => namedIn(resource, region)),
    ],
  };
}

function namedIn(resource: TerraformResource, region: string): Holding[] {
  const type = resource.terraformResourceType;
  const named = NAMED[type];
  if (!named) {
    return [];
  }
  const { [named.argument]: name, replica } = argumentsOf(resource);
  const replicas: { region: string }[] = Array.isArray(replica) ? replica : [];
  const places = named.oncePerAccount ? [region, ...replicas.map((copy) => copy.region)] : [partitionOf(region)];
  return typeof name !== "string" || Token.isUnresolved(name) ? [] : [{ by: resource, ...named, name, places }];
}

/** Unless the program says otherwise. */
function inOneAccount(one: Whereabouts, another: Whereabouts): boolean {
  const differ = (a: unknown, b: unknown) => a !== undefined && b !== undefined && a !== b;
  return (
    one.credentials !== undefined &&
    one.credentials === another.credentials &&
    !differ(one.bootstrap, another.bootstrap) &&
    !differ(one.stateAccount, another.stateAccount)
  );
}
