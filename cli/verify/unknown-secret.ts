import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { awsConfig } from "../aws/aws-config";
import { unlessDenied } from "../aws/aws-error";
import { describeSecret } from "../aws/secret-on-aws";
import { type Check, check } from "./check";

/**
 * What AWS has of a secret that the state does not know: nothing before the first deploy, but a lost state leaves it there.
 *
 * @param region of the stack
 */
export async function unknownSecretCheck(name: string, region: string | undefined): Promise<Check> {
  if (name.includes("${")) {
    return check("Secret", false, "not deployed: it is not in the state, and only a deploy knows its name");
  }

  const client = new SecretsManagerClient(awsConfig(name, region));
  try {
    // In a wrapper: it tells a denied look from a secret that is not there.
    const looked = await unlessDenied(async () => ({ found: await describeSecret(client, name) }));
    if (!looked) {
      return check("Secret", false, "not in the state; these credentials may not look for it in AWS");
    }
    const { found } = looked;
    if (!found) {
      return check("Secret", false, "not deployed: neither the state nor AWS has it");
    }
    const text = found.DeletedDate
      ? `not in the state; ${found.ARN} is scheduled for deletion: bring it back with ai-key restore ${name}`
      : `not in the state, but AWS has ${found.ARN}: put the state back, or take it over, see docs/lifecycle.md`;
    return check("Secret", false, text);
  } finally {
    client.destroy();
  }
}
