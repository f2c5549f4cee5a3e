import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Annotations, TerraformOutput, type TerraformOutputConfig, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import type { AiKeyStack } from "./ai-key-stack";
import { regionOf } from "./arn";
import { refuseTooLong } from "./check-limits";
import { checkArn, checkBucketName, checkKmsKeyArn, checkProp, checkRegion, checkTags, checkUnique } from "./checks";
import { placeInAccount, refuseClashes } from "./clashes";
import { checkKnownProps, type PropsOf } from "./known-props";
import { propOf } from "./prop-of";
import { refuseAll } from "./refuse";
import { partitionOf } from "./region";
import { AlarmWatch } from "./team/alarm-watch";
import { environmentsOf, overlaps } from "./team/environments";
import type { StandIns } from "./team/role-rights";
import { hasOwnBackend, type SharedState, shareState } from "./team/shared-state";
import { StackAccess } from "./team/stack-access";
import { StateBucket } from "./team/state-bucket";
import { TeamRoles } from "./team/team-roles";
import { type TrustProps, trustOf } from "./team/trust";
import { requireVersions } from "./version-floors";

/** As long as each account's id. */
const ACCOUNT = "111122223333";

export interface BootstrapStackProps extends TrustProps {
  /** The AWS region of the bucket, such as `eu-central-1`. */
  readonly region: string;

  /**
   * The name of the bucket for the states, which this stack makes: 3 to 63 lower-case letters, digits and hyphens. No other bucket in AWS has
   * the same name. Or a bucket that exists, with the KMS key that encrypts the states: this stack changes neither.
   * @default none: the states are in other backends
   */
  readonly bucket?: string | ExistingBucket | undefined;

  /**
   * The name of a bucket of this account and region that gets S3's access logs of the states' bucket, below `<bucket>/`. Its own policy has to let
   * `logging.s3.amazonaws.com` put them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
   * @default none
   */
  readonly accessLogBucket?: string | undefined;

  /**
   * The stacks of this account that the roles work with. Each environment has a deploy role of its own, with rights to its stacks alone.
   * Without `state`, a stack's state has the key `<stack's id>/terraform.tfstate`.
   */
  readonly stacks: readonly AiKeyStack[];

  /**
   * The place in S3 of this stack's own state, once the bucket exists.
   * @default a file beside main.ts, as at the first deploy
   */
  readonly state?: SharedState | undefined;

  /**
   * The ARN of the policy that is the permissions boundary of each role.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   * @default none
   */
  readonly permissionsBoundary?: string | undefined;

  /**
   * Tags on every resource, in addition to `ManagedBy`.
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

const PROPS: PropsOf<BootstrapStackProps> = {
  region: "text!",
  bucket: "text or object",
  accessLogBucket: "text",
  stacks: "list!",
  github: "object",
  gitlab: "object",
  oidc: "object",
  ops: "list",
  state: "object",
  permissionsBoundary: "text",
  tags: "object",
};

/** A bucket that somebody else made. It has to keep versions, because a state can be lost otherwise. */
export interface ExistingBucket {
  /** The bucket's name. */
  readonly bucket: string;
  /** The ARN of the KMS key that encrypts the states. */
  readonly kmsKeyArn: string;
}

const EXISTING: PropsOf<ExistingBucket> = { bucket: "text!", kmsKeyArn: "text!" };

/**
 * A stack that an administrator deploys once in an account. It makes the bucket for the states of all stacks, a deploy role for each
 * environment, and a role for plans and one for the ops team. None of the roles can read a key.
 *
 * @throws Error at synth for a prop that breaks its rule
 *
 * @example
 * new BootstrapStack(app, "bootstrap", {
 *   region: "eu-central-1",
 *   bucket: "acme-terraform-states",
 *   stacks: [aiSecret],
 *   github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
 * });
 */
export class BootstrapStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: BootstrapStackProps) {
    super(scope, id);
    checkKnownProps(propOf(this), props, PROPS);
    const { region, bucket, stacks, permissionsBoundary } = props;
    const tags = { ManagedBy: "cdktf", ...props.tags };
    checkRegion(propOf(this, "region"), region);
    checkTags(propOf(this, "tags"), tags);
    checkProp(propOf(this, "stacks"), stacks.length > 0, "have at least one stack", stacks);
    if (permissionsBoundary !== undefined) {
      const example = "arn:aws:iam::111122223333:policy/boundary";
      checkArn(
        propOf(this, "permissionsBoundary"),
        permissionsBoundary,
        /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
        example,
      );
    }
    requireVersions(this);
    shareState(this, propOf(this, "state"), props.state);

    new AwsProvider(this, "aws", { region, defaultTags: [{ tags }] });
    const { accountId: account, arn } = new DataAwsCallerIdentity(this, "account");
    const { partition } = new DataAwsPartition(this, "partition");

    const made =
      typeof bucket === "string" ? new StateBucket(this, "states", { name: bucket, accessLogBucket: props.accessLogBucket }) : undefined;
    const states = typeof bucket === "object" ? existing(this, bucket, partition) : made;
    const bucketName = typeof bucket === "object" ? bucket.bucket : bucket;

    const access = (stack: AiKeyStack) => {
      const { Environment = "", ManagedBy = "" } = stack.tags; // the user's own tags change
      return new StackAccess(stack, { partition, account, region: stack.region ?? region, tags: { Environment, ManagedBy } });
    };
    const environments = environmentsOf(this, stacks);
    this.node.addValidation({
      validate: () => {
        const accesses = environments.map((environment) => environment.stacks.map(access));
        return refuseAll([...accesses.flat().flatMap((one) => one.problems()), ...overlaps(accesses)]);
      },
    });

    const stateKeysOf = (some: readonly AiKeyStack[]) =>
      some.filter((stack) => !hasOwnBackend(stack)).map(({ node, state }) => state?.key ?? `${node.id}/terraform.tfstate`);
    const ownKeys = props.state ? [props.state.key] : [];
    const objects = [...ownKeys, ...stateKeysOf(stacks)].flatMap((key) => [key, `${key}.tflock`]);
    checkUnique(propOf(this, "stacks"), objects, "each have a state of another key");

    const trust = trustOf(this, props, arn);
    const roles = new TeamRoles(this, "roles", {
      environments: environments.map(({ name, label, stacks: ofEnvironment }) => ({
        label,
        trust: trust.deploy(name),
        stacks: () => ofEnvironment.map(access),
        stateKeys: stateKeysOf(ofEnvironment),
      })),
      trust: { plan: trust.plan(), ops: trust.ops() },
      states: states && { bucketArn: states.arn, kmsKeyArn: states.kmsKeyArn, region: made ? region : regionOf(states.kmsKeyArn) },
      permissionsBoundary,
      standIns: [[partition, partitionOf(region)], [account, ACCOUNT], ...(made ? standInsOf(made, region, bucketName) : [])],
    });
    new AlarmWatch(
      this,
      "alarm-watch",
      stacks.filter((stack) => (stack.region ?? region) === region), // EventBridge sees its own region
    );
    made?.keepKeyFrom([...roles.deployArns, roles.planArn, roles.opsArn]);
    refuseTooLong(this);
    refuseClashes(this);
    placeInAccount(this, [this, ...stacks]);

    const outputs: Readonly<Record<string, TerraformOutputConfig>> = {
      ...(states && {
        state_bucket: { value: bucketName, description: "For state.bucket of the other stacks." },
        state_kms_key_arn: { value: states.kmsKeyArn, description: "For state.kmsKeyArn of the other stacks." },
      }),
      ...Object.fromEntries(
        environments.map(({ name, label }, index) => [
          label === undefined ? "deploy_role_arn" : `deploy_role_arn_${label.replaceAll("-", "_")}`,
          { value: roles.deployArns[index], description: `For the CI variable AWS_DEPLOY_ROLE_ARN of the environment ${name}.` },
        ]),
      ),
      plan_role_arn: { value: roles.planArn, description: "For the CI variable AWS_PLAN_ROLE_ARN." },
      ops_role_arn: { value: roles.opsArn, description: "For the ops team." },
    };
    for (const [name, output] of Object.entries(outputs)) {
      new TerraformOutput(this, name, output);
    }
  }
}

/** @throws Error for what can't be a bucket's name or a key's ARN, and for an ARN that only a deploy knows */
function existing(scope: Construct, given: ExistingBucket, partition: string): { readonly arn: string; readonly kmsKeyArn: string } {
  const prop = propOf(scope, "bucket");
  checkKnownProps(prop, given, EXISTING);
  const { bucket, kmsKeyArn } = given;
  checkBucketName(`${prop}.bucket`, bucket);
  checkProp(`${prop}.kmsKeyArn`, !Token.isUnresolved(kmsKeyArn), "be a literal", kmsKeyArn);
  checkKmsKeyArn(`${prop}.kmsKeyArn`, kmsKeyArn);
  Annotations.of(scope).addInfo(
    `The bucket ${bucket} is somebody else's: that it keeps versions, and is closed to others, is not proven here. docs/setup.md says what a bucket for states needs.`,
  );
  return { arn: `arn:${partition}:s3:::${bucket}`, kmsKeyArn };
}

function standInsOf({ arn, kmsKeyArn }: StateBucket, region: string, bucket = ""): StandIns {
  return [
    [arn, `arn:${partitionOf(region)}:s3:::${bucket}`],
    [kmsKeyArn, `arn:${partitionOf(region)}:kms:${region}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`],
  ];
}
