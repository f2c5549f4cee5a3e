import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput, type TerraformOutputConfig, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AiKeyStack } from "./ai-key-stack";
import { refuseTooLong } from "./check-limits";
import { checkProp, checkRegion, checkTags, checkUnique } from "./checks";
import { placeInAccount, refuseClashes } from "./clashes";
import { checkKnownProps, type PropsOf } from "./known-props";
import { refuseAll } from "./refuse";
import { partitionOf } from "./region";
import { AlarmWatch } from "./team/alarm-watch";
import { environmentsOf, overlaps } from "./team/environments";
import { type SharedState, shareState } from "./team/shared-state";
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

  /** The name of the bucket for the states: 3 to 63 lower-case letters, digits and hyphens. No other bucket in AWS has the same name. */
  readonly bucket: string;

  /**
   * The name of a bucket of this account and region that gets S3's access logs of the states' bucket, below `<bucket>/`. Its own policy has to let
   * `logging.s3.amazonaws.com` put them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
   * @default none
   */
  readonly accessLogBucket?: string;

  /**
   * The stacks of this account that the roles work with. Each environment has a deploy role of its own, with rights to its stacks alone.
   * Without `state`, a stack's state has the key `<stack's id>/terraform.tfstate`.
   */
  readonly stacks: readonly AiKeyStack[];

  /**
   * The place in S3 of this stack's own state, once the bucket exists.
   * @default a file beside main.ts, as at the first deploy
   */
  readonly state?: SharedState;

  /**
   * Tags on every resource, in addition to `ManagedBy`.
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string>>;
}

const PROPS: PropsOf<BootstrapStackProps> = {
  region: "text!",
  bucket: "text!",
  accessLogBucket: "text",
  stacks: "list!",
  github: "object",
  gitlab: "object",
  oidc: "object",
  ops: "list",
  state: "object",
  tags: "object",
};

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
    checkKnownProps("BootstrapStack", props, PROPS);
    const { region, bucket, stacks } = props;
    const tags = { ManagedBy: "cdktf", ...props.tags };
    checkRegion("BootstrapStack.region", region);
    checkTags("BootstrapStack.tags", tags);
    checkProp("BootstrapStack.stacks", stacks.length > 0, "have at least one stack", stacks);
    requireVersions(this);
    shareState(this, "BootstrapStack.state", props.state);

    new AwsProvider(this, "aws", { region, defaultTags: [{ tags }] });
    const { accountId: account, arn } = new DataAwsCallerIdentity(this, "account");
    const { partition } = new DataAwsPartition(this, "partition");

    const states = new StateBucket(this, "states", { name: bucket, accessLogBucket: props.accessLogBucket });

    const access = (stack: AiKeyStack) => {
      const { Environment = "", ManagedBy = "" } = stack.tags; // the user's own tags change
      return new StackAccess(stack, { partition, account, region: stack.region ?? region, tags: { Environment, ManagedBy } });
    };
    const environments = environmentsOf(stacks);
    this.node.addValidation({
      validate: () => {
        const accesses = environments.map((environment) => environment.stacks.map(access));
        return refuseAll([...accesses.flat().flatMap((one) => one.problems()), ...overlaps(accesses)]);
      },
    });

    const stateKeyOf = ({ node, state }: AiKeyStack) => state?.key ?? `${node.id}/terraform.tfstate`;
    const ownKeys = props.state ? [props.state.key] : [];
    const objects = [...ownKeys, ...stacks.map(stateKeyOf)].flatMap((key) => [key, `${key}.tflock`]);
    checkUnique("BootstrapStack.stacks", objects, "each have a state of another key");

    const trust = trustOf(this, props, arn);
    const roles = new TeamRoles(this, "roles", {
      environments: environments.map(({ name, label, stacks: ofEnvironment }) => ({
        label,
        trust: trust.deploy(name),
        stacks: () => ofEnvironment.map(access),
        stateKeys: ofEnvironment.map(stateKeyOf),
      })),
      trust: { plan: trust.plan(), ops: trust.ops() },
      states: { bucketArn: states.arn, kmsKeyArn: states.kmsKeyArn, region },
      standIns: [
        [partition, partitionOf(region)],
        [account, ACCOUNT],
        [states.arn, `arn:${partitionOf(region)}:s3:::${bucket}`],
        [states.kmsKeyArn, `arn:${partitionOf(region)}:kms:${region}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`],
      ],
    });
    new AlarmWatch(
      this,
      "alarm-watch",
      stacks.filter((stack) => (stack.region ?? region) === region), // EventBridge sees its own region
    );
    states.keepKeyFrom([...roles.deployArns, roles.planArn, roles.opsArn]);
    refuseTooLong(this);
    refuseClashes(this);
    placeInAccount(this, [this, ...stacks]);

    const outputs: Readonly<Record<string, TerraformOutputConfig>> = {
      state_bucket: { value: bucket, description: "For state.bucket of the other stacks." },
      state_kms_key_arn: { value: states.kmsKeyArn, description: "For state.kmsKeyArn of the other stacks." },
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
