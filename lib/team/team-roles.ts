import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { StackAccess } from "./stack-access";
import { type States, stateStatements } from "./state-access";

export interface TeamRolesProps {
  /** The trust policies. */
  readonly trust: { readonly deploy: string; readonly plan: string; readonly ops: string };
  /** What is known of the stacks when the program is synthesized. */
  readonly stacks: () => readonly StackAccess[];
  readonly states: States;
}

/** A policy that denies reading wins over every other, whoever attaches it. */
const NEVER_READ: DataAwsIamPolicyDocumentStatement = {
  sid: "NeverReadAKey",
  effect: "Deny",
  actions: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
  resources: ["*"],
};

/**
 * Three roles, each with what its work needs: `deploy` changes the stacks, `plan` reads them and their states, `ops` does that and looks
 * at who may read. None of them can read a key.
 */
export class TeamRoles extends Construct {
  public readonly deployArn: string;
  public readonly planArn: string;
  public readonly opsArn: string;

  constructor(scope: Construct, id: string, { trust, stacks, states }: TeamRolesProps) {
    super(scope, id);

    this.deployArn = this.role("deploy", "Deploys AI keys, and can't read them", trust.deploy, () => [
      ...stateStatements(states, true),
      ...stacks().flatMap((stack) => [...stack.read(), ...stack.change()]),
    ]);
    this.planArn = this.role("plan", "Plans AI keys, and can't read them", trust.plan, () => [
      ...stateStatements(states, false),
      ...stacks().flatMap((stack) => stack.read()),
    ]);
    this.opsArn = this.role("ops", "Looks after AI keys, and can't read them", trust.ops, () => [
      ...stateStatements(states, false),
      ...stacks().flatMap((stack) => [...stack.read(), ...stack.operate()]),
    ]);
  }

  private role(id: string, description: string, assumeRolePolicy: string, allowed: () => DataAwsIamPolicyDocumentStatement[]): string {
    const role = new IamRole(this, id, { namePrefix: `ai-key-${id}-`, description, assumeRolePolicy, maxSessionDuration: 3_600 });
    const document = new DataAwsIamPolicyDocument(this, `${id}-document`, {
      statement: Lazy.anyValue({ produce: () => [...unique(allowed()), NEVER_READ] }),
    });
    new IamRolePolicy(this, `${id}-policy`, { role: role.name, name: "ai-keys", policy: document.json });
    return role.arn;
  }
}

/** Two stacks have statements of the same name, which a document must not. */
function unique(statements: readonly DataAwsIamPolicyDocumentStatement[]): DataAwsIamPolicyDocumentStatement[] {
  const times = new Map<string, number>();
  return statements.map((statement) => {
    const { sid = "" } = statement;
    const time = (times.get(sid) ?? 0) + 1;
    times.set(sid, time);
    return time === 1 ? statement : { ...statement, sid: `${sid}${time}` };
  });
}
