import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Construct } from "constructs";
import { LIMITS } from "../limits";
import { TERRAFORM_SUFFIX } from "../name-prefix";
import { giveRights, type StandIns } from "./role-rights";
import type { StackAccess } from "./stack-access";
import { type States, stateStatements } from "./state-access";
import type { Statement } from "./statements";

/** Who deploys the stacks of one environment. */
export interface Deployers {
  /** A part of the role's id and name; undefined where it is the only environment. */
  readonly label: string | undefined;
  /** Who may deploy. */
  readonly trust: string;
  /** What is known of the stacks when the program is synthesized. */
  readonly stacks: () => readonly StackAccess[];
  /** The keys of the stacks' states. */
  readonly stateKeys: readonly string[];
}

export interface TeamRolesProps {
  readonly environments: readonly Deployers[];
  /** The trust policies of the roles for all stacks. */
  readonly trust: { readonly plan: string; readonly ops: string };
  /**
   * Where the states are.
   * @default in no bucket: nobody gets rights to states
   */
  readonly states?: Omit<States, "keys"> | undefined;
  /**
   * The ARN of the policy that is each role's permissions boundary.
   * @default none
   */
  readonly permissionsBoundary?: string | undefined;
  /**
   * How long what only a deploy knows can be.
   * @default []: it counts as it is written in Terraform
   */
  readonly standIns?: StandIns | undefined;
}

/** A policy that denies reading wins over every other, whoever attaches it. */
const NEVER_READ: Statement = {
  sid: "NeverReadAKey",
  effect: "Deny",
  actions: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
  resources: ["*"],
};

/**
 * Roles with what their work needs: for each environment one that changes its stacks and no other ones; `plan` reads all stacks and their
 * states; `ops` does that and looks at who may read. None of them can read a key.
 */
export class TeamRoles extends Construct {
  /** In the order of the environments. */
  public readonly deployArns: readonly string[];
  public readonly planArn: string;
  public readonly opsArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TeamRolesProps,
  ) {
    super(scope, id);
    const { environments, trust, states } = props;
    const inBucket = (keys: readonly string[], may: "read" | "lock" | "write") =>
      states && keys.length > 0 ? stateStatements({ ...states, keys }, may) : [];

    this.deployArns = environments.map(({ label, trust: deployers, stacks, stateKeys }) =>
      this.role(label ? `deploy-${label}` : "deploy", "Deploys AI keys, and can't read them", deployers, () => [
        ...inBucket(stateKeys, "write"),
        ...stacks().flatMap((stack) => stack.deploy()),
      ]),
    );

    const all = environments.flatMap(({ stateKeys }) => stateKeys);
    const stacks = () => environments.flatMap((environment) => environment.stacks());
    this.planArn = this.role("plan", "Plans AI keys, and can't read them", trust.plan, () => [
      ...inBucket(all, "read"),
      ...stacks().flatMap((stack) => stack.read()),
    ]);
    this.opsArn = this.role("ops", "Looks after AI keys, and can't read them", trust.ops, () => [
      ...inBucket(all, "lock"),
      ...stacks().flatMap((stack) => [...stack.read(), ...stack.operate()]),
    ]);
  }

  private role(id: string, description: string, assumeRolePolicy: string, allowed: () => readonly Statement[]): string {
    const { permissionsBoundary, standIns = [] } = this.props;
    const name = `ai-key-${id}`.slice(0, LIMITS.roleName.most - TERRAFORM_SUFFIX - 1);
    const role = new IamRole(this, id, {
      namePrefix: `${name}-`,
      description,
      assumeRolePolicy,
      permissionsBoundary,
      maxSessionDuration: 3_600,
    });
    giveRights(this, id, { role, name, rights: () => [NEVER_READ, ...allowed()], standIns });
    return role.arn;
  }
}
