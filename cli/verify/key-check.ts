import { createHash, timingSafeEqual } from "node:crypto";
import type { DeclaredKey, DeclaredSecret } from "../declared-secret";
import { keyVersion } from "../key-version/key-version";
import { type Check, check } from "./check";
import { storedKey } from "./stored-key";

/**
 * Whether a stored key is the one at hand. Neither is ever shown.
 *
 * @param declared undefined where the rotation makes the key
 * @param key from the environment; empty or undefined when it is not there
 * @param stored the secret's text; undefined when reading it is denied
 * @param currentId what AWS calls the version that was read
 */
export function keyCheck(
  secret: DeclaredSecret,
  declared: DeclaredKey | undefined,
  key: string | undefined,
  stored: string | undefined,
  currentId: string | undefined,
): Check {
  if (declared === undefined) {
    return check("Key", undefined, "not compared: the rotation makes it, and nobody else has it");
  }
  const name = `TF_VAR_${declared.variable}`;
  if (!key) {
    return check("Key", undefined, `not compared: ${name} is not set`);
  }
  if (stored === undefined) {
    return check("Key", undefined, "not compared: reading is denied to these credentials, as it should be to who deploys");
  }
  const apiKey = storedKey(secret, declared, stored)?.apiKey;
  if (apiKey === undefined) {
    return check(
      "Key",
      false,
      `what is stored is no JSON object with the text ${declared.field}, as the stack declares: somebody stored it by hand, or body was another one. To store it so, ${another(secret, declared)}`,
    );
  }
  if (sameKey(apiKey, key)) {
    return check("Key", true, `the one in ${name}`);
  }
  return check("Key", false, `another one than in ${name}: ${reasonOf(secret, declared, key, currentId)}`);
}

function reasonOf(secret: DeclaredSecret, declared: DeclaredKey, key: string, currentId: string | undefined): string {
  const { name, version, versionId } = secret;
  const { variable } = declared;
  if (versionId !== currentId) {
    return `it was not stored by the last deploy, but by hand or by a rotation since. To store the one in TF_VAR_${variable}, ${another(secret, declared)}`;
  }
  return version === keyVersion(key, name)
    ? `the deploy of version ${version} stored it, and this is the number of the one in TF_VAR_${variable}: Terraform took the key from elsewhere, such as a terraform.tfvars or -var. Take that away, and deploy with another number as TF_VAR_${variable}_version`
    : `the deploy of version ${version} stored it, and none since. To store the one in TF_VAR_${variable}, deploy with the number of ai-key key-version as TF_VAR_${variable}_version`;
}

/** The number of several keys is none that somebody sets. */
function another({ keys, version }: DeclaredSecret, { variable }: DeclaredKey): string {
  return `deploy with any other number ${keys.length > 1 ? "" : `than ${version} `}as TF_VAR_${variable}_version`;
}

/** Digests have one length, which the comparison asks for, and take the same time whatever the keys have in common. */
export function sameKey(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
