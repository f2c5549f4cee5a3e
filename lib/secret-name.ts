import { Token } from "cdktf";
import { checkProp } from "./check-prop";
import { LIMITS } from "./limits";

/**
 * Checks a secret's name by the rules of https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html.
 *
 * @throws Error for a name that AWS refuses, or that it warns against because its end looks like the one AWS adds to ARNs
 */
export function checkSecretName(prop: string, name: string): void {
  if (Token.isUnresolved(name)) {
    return;
  }

  checkProp(prop, name.length >= 1 && name.length <= LIMITS.secretName.most, `have 1 to ${LIMITS.secretName.most} characters`, name);
  checkProp(prop, /^[A-Za-z0-9/_+=.@-]+$/.test(name), "consist of letters, digits and /_+=.@-", name);
  checkProp(prop, !/-[A-Za-z0-9]{6}$/.test(name), "not end with a hyphen and six characters, which AWS adds to secret ARNs itself", name);
}
