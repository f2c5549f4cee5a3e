import { Token } from "cdktf";
import { secretNameOf } from "../arn";
import { checkArn, checkProp } from "../checks";

/**
 * Checks the ARN of a secret to take over. Its name has to stay: Terraform would replace a secret whose name changes.
 *
 * @throws Error for what is no secret's whole ARN, and for the ARN of a secret with another name
 */
export function checkAdoption(arn: string, name: string): void {
  const pattern = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;
  checkProp("AiKeySecret.adoptSecretArn", !Token.isUnresolved(arn) && !Token.isUnresolved(name), "be a literal, as the name must", arn);
  checkArn("AiKeySecret.adoptSecretArn", arn, pattern, "arn:aws:secretsmanager:eu-central-1:111122223333:secret:my-key-a1B2c3");
  checkProp("AiKeySecret.name", secretNameOf(arn) === name, `be the name of the adopted secret, ${secretNameOf(arn)}`, name);
}
