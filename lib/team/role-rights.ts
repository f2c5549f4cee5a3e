import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Aspects, Lazy } from "cdktf";
import type { Construct } from "constructs";
import { excess, LIMITS } from "../limits";
import { policyText } from "../policy-document";
import { refuseAll } from "../refuse";
import { joined, type Statement, spread } from "./statements";

/** How long a text is that only a deploy knows: a token, and a text of the greatest length that it can have. */
export type StandIns = readonly (readonly [token: string, text: string])[];

export interface RoleRightsProps {
  readonly role: IamRole;
  /** What the names of its policies begin with. */
  readonly name: string;
  /** What is denied comes first. Called when the program is synthesized, and not before. */
  readonly rights: () => readonly Statement[];
  readonly standIns: StandIns;
}

/**
 * Gives a role its rights: in an inline policy, and, where they don't fit into one, in managed policies as well.
 *
 * @param id of the role in `scope`: what is made here has it in its own ids
 * @throws Error at synth for more policies than a role can have
 */
export function giveRights(scope: Construct, id: string, { role, name, rights, standIns }: RoleRightsProps): void {
  const lengthOf = (statements: readonly Statement[]) =>
    standIns.reduce((text, [token, standIn]) => text.replaceAll(token, standIn), policyText(statements)).length;
  const computed = () => spread(joined(rights()), [LIMITS.inlinePolicies.most, LIMITS.managedPolicy.most], lengthOf);
  let policies: readonly (readonly Statement[])[] | undefined;
  const document = (number: number) =>
    new DataAwsIamPolicyDocument(scope, number === 1 ? `${id}-document` : `${id}-document-${number}`, {
      statement: Lazy.anyValue({ produce: () => (policies ?? computed())[number - 1] }),
    });

  new IamRolePolicy(scope, `${id}-policy`, { role: role.name, name: "ai-keys", policy: document(1).json });

  const attach = (number: number) => {
    const policy = new IamPolicy(scope, `${id}-policy-${number}`, {
      namePrefix: `${name}-`,
      path: "/ai-keys/", // no pattern of a secret's own policy has a path, so no role can change its rights
      description: "A part of the rights of a role, which don't fit into its own policy",
      policy: document(number).json,
    });
    new IamRolePolicyAttachment(scope, `${id}-attachment-${number}`, { role: role.name, policyArn: policy.arn });
  };

  // What they are is known when the program has said all: grants come after the roles.
  Aspects.of(role).add({
    visit: () => {
      policies = computed();
      for (let number = 2; number <= policies.length; number++) {
        if (!scope.node.tryFindChild(`${id}-policy-${number}`)) {
          attach(number);
        }
      }
    },
  });

  scope.node.addValidation({
    validate: () => {
      const problem = excess(LIMITS.attachedPolicies, (policies ?? computed()).length - 1);
      return refuseAll(problem ? [`The rights of the role ${role.node.path} need too many policies: ${problem}`] : []);
    },
  });
}
