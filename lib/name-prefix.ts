import { Token } from "cdktf";
import type { Limit } from "./limits";

/** The characters that Terraform adds to a prefix. https://pkg.go.dev/github.com/hashicorp/terraform-plugin-sdk/v2/helper/id#PrefixedUniqueId */
export const TERRAFORM_SUFFIX = 26;

/**
 * What the name of something that belongs to a secret begins with. Terraform adds what makes it unique, as names of IAM are one namespace
 * for all regions of an account.
 *
 * @param ending what it is, in hyphens
 * @param limit how long the whole name may be
 */
export function namePrefix(secretName: string, ending: string, limit: Limit): string {
  const label = Token.isUnresolved(secretName) ? "ai-key" : secretName.replaceAll("/", "-");
  return `${label.slice(0, limit.most - TERRAFORM_SUFFIX - ending.length)}${ending}`;
}
