import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import { DataAwsSecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-rotation";
import type { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Op, type Postcondition, type Precondition, Token } from "cdktf";
import type { Construct } from "constructs";
import { regionOf, secretNameOf } from "../arn";
import { checkArn, checkProp } from "../checks";
import { pathOf, propOf } from "../prop-of";
import { ownRegion } from "../region";
import type { SecretOptions } from "./options";

/** With the six characters that AWS adds. */
export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;

/**
 * Checks the ARN of a secret to take over. Its name has to stay: Terraform would replace a secret whose name changes.
 *
 * @param nameProp the prop that has the name
 * @throws Error for what is no secret's whole ARN, for a secret that an AWS service manages, and for the ARN of a secret with another name
 */
export function checkAdoption(scope: Construct, nameProp: string, arn: string, name: string): void {
  const prop = propOf(scope, "adoptSecretArn");
  checkProp(prop, !Token.isUnresolved(arn) && !Token.isUnresolved(name), "be a literal, as the name must", arn);
  checkProp(
    prop,
    !/:secret:[\w-]+!/.test(arn),
    "be a secret of your own: one with a ! in its name belongs to an AWS service, which alone may change it", // https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html
    arn,
  );
  checkArn(prop, arn, SECRET_ARN, "arn:aws:secretsmanager:eu-central-1:111122223333:secret:my-key-a1B2c3");
  checkProp(propOf(scope, nameProp), secretNameOf(arn) === name, `be the name of the adopted secret, ${secretNameOf(arn)}`, name);
}

/** Takes a secret over. What it brings along that no plan shows is refused before anything changes; a plan shows a resource policy. */
export function adopt(scope: Construct, secret: SecretsmanagerSecret, arn: string, options: SecretOptions): void {
  secret.importFrom(arn);

  new DataAwsSecretsmanagerSecret(scope, "adopted", {
    arn,
    lifecycle: {
      precondition: [isInOwnRegion(scope, arn)],
      postcondition: options.encryptionKey === undefined ? [hasAwsKey(scope, arn)] : [],
    },
  });
  if (options.rotation === undefined) {
    new DataAwsSecretsmanagerSecretRotation(scope, "adopted-rotation", {
      secretId: arn,
      lifecycle: { precondition: [isInOwnRegion(scope, arn)], postcondition: [isNotRotated(scope, arn)] },
    });
  }
}

function isInOwnRegion(scope: Construct, arn: string): Precondition {
  return {
    condition: Op.eq(regionOf(arn), ownRegion(scope)),
    errorMessage: `${pathOf(scope)}: adoptSecretArn must be of the stack's own region; got ${arn}. A copy in another region can't be taken over: take the ARN of the secret that it is a copy of.`,
  };
}

export function hasAwsKey(scope: Construct, arn: string): Postcondition {
  return {
    condition: '${try(length(self.kms_key_id), 0) == 0 || endswith(self.kms_key_id, "alias/aws/secretsmanager")}',
    errorMessage: `${arn} is encrypted by \${self.kms_key_id}. Set that key as ${propOf(scope, "encryptionKey")}: else readers would not get the right to decrypt.`,
  };
}

function isNotRotated(scope: Construct, arn: string): Postcondition {
  return {
    condition: "${!self.rotation_enabled}",
    errorMessage: `${arn} is rotated by \${self.rotation_lambda_arn}, which would replace the key. Set ${propOf(scope, "rotation")}, or stop it: aws secretsmanager cancel-rotate-secret --secret-id ${arn}`,
  };
}
