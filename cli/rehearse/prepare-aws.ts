import type { AwsView } from "../../lab/aws/aws-view";
import type { Session } from "../../lab/process/session";
import type { Sandbox } from "../../lab/sandbox/sandbox";
import { namedRoles, namedUsers, neededFromAccount, policyPrefixes } from "./account-needs";

/**
 * Makes a local AWS, which may be the user's own, ready for the stack, and has the session leave it as it was.
 *
 * @param keep leaves what the stack makes
 * @throws Error when it has a secret or a policy of the stack's already
 */
export async function prepareAws(sandbox: Sandbox, aws: AwsView, session: Session, keep: boolean): Promise<void> {
  checkCanRehearse(sandbox);
  await checkNamesAreFree(sandbox, aws);
  await makeNamedReaders(sandbox, aws, session, keep);
  if (!keep) {
    session.defer(() => deleteAll(sandbox, aws));
  }
}

/** @throws Error for a program that needs what the user's account has, and no local AWS can have */
function checkCanRehearse(sandbox: Sandbox): void {
  const needed = neededFromAccount(sandbox.synthesized());
  if (needed.length > 0) {
    throw new Error(
      `main.ts refers to what your AWS account has and a local AWS has not: ${needed.join(", ")}. Take the option in brackets out for a rehearsal.`,
    );
  }
}

/** An earlier run or somebody else may have made them. */
async function checkNamesAreFree(sandbox: Sandbox, aws: AwsView): Promise<void> {
  const stack = sandbox.synthesized();
  for (const name of stack.secretNames()) {
    if (await aws.describeSecret(name)) {
      throw nameTaken(aws, `secret ${name}`, deleteSecretCommand(name));
    }
  }
  for (const prefix of policyPrefixes(stack)) {
    const [arn] = await aws.policyArns(prefix);
    if (arn) {
      throw nameTaken(aws, `policy ${arn}`, deletePolicyCommand(arn));
    }
  }
}

function nameTaken({ endpoint, region }: AwsView, what: string, command: string): Error {
  return new Error(
    `The local AWS at ${endpoint} already has the ${what}. Remove it, or unset AWS_ENDPOINT_URL to have another one started:\n` +
      `  ${command} --endpoint-url ${endpoint} --region ${region}`,
  );
}

/** The command that removes a secret at once. */
export function deleteSecretCommand(name: string): string {
  return `aws secretsmanager delete-secret --secret-id ${name} --force-delete-without-recovery`;
}

/** The command that removes a policy. */
export function deletePolicyCommand(arn: string): string {
  return `aws iam delete-policy --policy-arn ${arn}`;
}

/** Stand-ins for the roles and users that a program names, such as an application's: a new local AWS has none. */
async function makeNamedReaders(sandbox: Sandbox, aws: AwsView, session: Session, keep: boolean): Promise<void> {
  const stack = sandbox.synthesized();
  for (const name of namedRoles(stack)) {
    if ((await aws.makeRole(name)) && !keep) {
      session.defer(() => aws.deleteRole(name));
    }
  }
  for (const name of namedUsers(stack)) {
    if ((await aws.makeUser(name)) && !keep) {
      session.defer(() => aws.deleteUser(name));
    }
  }
}

/** Goes by names, which were free, as a killed Terraform may leave no state. */
async function deleteAll(sandbox: Sandbox, aws: AwsView): Promise<void> {
  const stack = sandbox.synthesized();
  for (const name of stack.secretNames()) {
    await aws.deleteSecret(name);
  }
  for (const prefix of policyPrefixes(stack)) {
    for (const arn of await aws.policyArns(prefix)) {
      await aws.deletePolicy(arn);
    }
  }
}
