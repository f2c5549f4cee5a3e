import { createValidatedPolicy, validateResourcePolicy } from "@cloud-copilot/iam-policy";
import { type EvaluationResult, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { NO_GUARDS, type Organization } from "./organization";

/** The account of all that is called, as moto has it. */
export const ACCOUNT = "123456789012";

/** A role that deploys: its name begins as a `BootstrapStack` has it begin. */
export const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/ai-key-deploy-test-1`;

/** What the account is in, and where calls come from. */
export type Around = Pick<Organization, "guards">;

interface Asked {
  /** The policy of what the call is on; of a KMS key, AWS's own by default. */
  readonly resourcePolicy?: object;
  /** As in `aws:PrincipalArn`. */
  readonly principal?: string;
  /** Who calls, if it is another than the principal: a session. */
  readonly caller?: string;
  readonly around?: Around;
}

interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** AWS's own policy for a key: it leaves everything to IAM. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const KEY_POLICY = createValidatedPolicy(
  {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }],
  },
  validateResourcePolicy,
  { name: "key" },
);

/** Whether somebody's policies allow a call to AWS, in the words of the simulator. */
export function simulate(
  policies: readonly object[],
  { action, resource, context = {} }: Question,
  { resourcePolicy, principal = DEPLOYER, caller = principal, around }: Asked = {},
): EvaluationResult {
  const byDefault = action.startsWith("kms:") ? KEY_POLICY : undefined;
  const { context: known, ...guards } = around?.guards(principal) ?? NO_GUARDS;
  return runUnsafeSimulation(
    {
      request: {
        principal: caller,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { "aws:PrincipalArn": principal, ...known, ...context },
      },
      identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      ...guards,
      // Validated here: runSimulation drops kms:EncryptionContext:SecretARN, which it does not know.
      resourcePolicy: resourcePolicy ? createValidatedPolicy(resourcePolicy, validateResourcePolicy, { name: "resource" }) : byDefault,
    },
    {},
  );
}
