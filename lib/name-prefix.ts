import { Token } from "cdktf";

/**
 * What the name of something that belongs to a secret begins with. Terraform adds 26 characters that make it unique, as names of IAM are
 * one namespace for all regions of an account.
 *
 * @param ending what it is, in hyphens
 * @param length of the whole prefix, in characters, at most
 */
export function namePrefix(secretName: string, ending: string, length: number): string {
  const label = Token.isUnresolved(secretName) ? "ai-key" : secretName.replaceAll("/", "-");
  return `${label.slice(0, length - ending.length)}${ending}`;
}
