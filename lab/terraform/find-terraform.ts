import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gte } from "semver";
import { plainEnvironment } from "../process/child-environment";
import { findProgram } from "../process/find-program";
import { VERSION_LINES } from "./terraform-says";

/** Ephemeral variables and write-only arguments need it, in Terraform and in OpenTofu. */
const MIN_VERSION = "1.11.0";

export interface Terraform {
  /** The program's path. */
  readonly path: string;
  readonly product: "Terraform" | "OpenTofu";
  readonly version: string;
  /** As Terraform names it, such as `linux_amd64`. */
  readonly platform: string;
  /** The registry that a provider without a host comes from. */
  readonly registry: string;
}

/**
 * Finds the Terraform, or the OpenTofu, that cdktf will run: `TERRAFORM_BINARY_NAME`, else `terraform` on PATH.
 *
 * @throws Error when it is missing or too old, with what installs it
 */
export async function findTerraform(): Promise<Terraform> {
  const name = process.env.TERRAFORM_BINARY_NAME || "terraform";
  const path = findProgram(name);
  if (!path) {
    throw new Error(
      `${name} was not found on PATH. Install Terraform ${MIN_VERSION} or newer (https://developer.hashicorp.com/terraform/install; ` +
        "macOS: brew install hashicorp/tap/terraform), or OpenTofu and set TERRAFORM_BINARY_NAME=tofu.",
    );
  }

  // Not as JSON, which does not tell the two apart; nor does the file's name, for a link or a folder called otherwise.
  const { stdout } = await promisify(execFile)(path, ["version"], { env: plainEnvironment() });
  const [, found, version = "", platform = ""] = stdout.match(VERSION_LINES) ?? [];
  if (!found) {
    throw new Error(`${path} is neither Terraform nor OpenTofu: its command version printed ${JSON.stringify(stdout.slice(0, 80))}.`);
  }
  const product = found === "OpenTofu" ? "OpenTofu" : "Terraform";
  if (!gte(version, MIN_VERSION)) {
    throw new Error(`${product} ${MIN_VERSION} or newer is needed, for write-only arguments; ${path} is ${version}. Install a newer one.`);
  }

  const registry = product === "OpenTofu" ? "registry.opentofu.org" : "registry.terraform.io";
  return { path, product, version, platform, registry };
}
