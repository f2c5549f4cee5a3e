/** The program that the tests run: Terraform, or OpenTofu. */
export const TERRAFORM = process.env.TERRAFORM_BINARY_NAME || "terraform";

/** Documented commands, with that program. */
export function withTerraform(commands: string): string {
  return commands.replaceAll(/\bterraform(?= )/g, TERRAFORM);
}
