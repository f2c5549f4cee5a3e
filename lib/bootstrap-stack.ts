import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AiKeyStack } from "./ai-key-stack";
import { checkProp, checkRegion, checkTags } from "./checks";
import { refuseAll } from "./refuse";
import { type SharedState, shareState } from "./team/shared-state";
import { StackAccess } from "./team/stack-access";
import { StateBucket } from "./team/state-bucket";
import { TeamRoles } from "./team/team-roles";
import { type TrustProps, trustOf } from "./team/trust";
import { requireVersions } from "./version-floors";

export interface BootstrapStackProps extends TrustProps {
  /** The AWS region of the bucket, such as `eu-central-1`. */
  readonly region: string;

  /** The name of the bucket for the states: 3 to 63 lower-case letters, digits and hyphens. No other bucket in AWS has the same name. */
  readonly bucket: string;

  /** The stacks that the roles work with. Without `state`, a stack's state has the key `<stack's id>/terraform.tfstate`. */
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

/**
 * A stack that an administrator deploys once. It makes the bucket for the states of all stacks, and the roles of CI and of the ops team. None
 * of the roles can read a key.
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

    const states = new StateBucket(this, "states", { name: bucket });

    const accesses = () =>
      stacks.map((stack) => {
        const { Environment = "", ManagedBy = "" } = stack.tags; // the user's own tags change
        return new StackAccess(stack, { partition, account, region: stack.region ?? region, tags: { Environment, ManagedBy } });
      });
    this.node.addValidation({ validate: () => refuseAll(accesses().flatMap((access) => access.problems())) });

    const trust = trustOf(this, props, arn);
    const roles = new TeamRoles(this, "roles", {
      trust: { deploy: trust.deploy("production"), plan: trust.plan(), ops: trust.ops() },
      stacks: accesses,
      states: {
        bucketArn: states.arn,
        kmsKeyArn: states.kmsKeyArn,
        region,
        keys: stacks.map(({ node, state }) => state?.key ?? `${node.id}/terraform.tfstate`),
      },
    });

    const outputs = {
      state_bucket: { value: bucket, description: "For state.bucket of the other stacks." },
      state_kms_key_arn: { value: states.kmsKeyArn, description: "For state.kmsKeyArn of the other stacks." },
      deploy_role_arn: { value: roles.deployArn, description: "For the CI variable AWS_DEPLOY_ROLE_ARN." },
      plan_role_arn: { value: roles.planArn, description: "For the CI variable AWS_PLAN_ROLE_ARN." },
      ops_role_arn: { value: roles.opsArn, description: "For the ops team." },
    };
    for (const [name, output] of Object.entries(outputs)) {
      new TerraformOutput(this, name, output);
    }
  }
}
