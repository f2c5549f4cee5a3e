/** The program that the tests run: Terraform, or OpenTofu. */
export const TERRAFORM = process.env.TERRAFORM_BINARY_NAME || "terraform";

/**
 * Documented commands, with that program, and with `ai-key` by its file: in its own project, npx looks through all packages for it, for two
 * seconds each time. That npx finds it is seen in package.test.ts and ops.test.ts.
 */
export function withPrograms(commands: string): string {
  return commands.replaceAll(/\bterraform(?= )/g, TERRAFORM).replaceAll("npx --no ai-key", "node bin/ai-key.js");
}
