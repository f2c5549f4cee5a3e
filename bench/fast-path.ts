import { block } from "../e2e/support/documents";

/** The documented commands of a pipeline without the cdktf CLI, each on a line of its own. Without the key's version, which the others have not. */
export function fastPath(terraform: string): { readonly install: string; readonly deploy: readonly string[]; readonly verify: string } {
  const lines = block("docs/ci-without-the-cdktf-cli.md", "sh", "npm ci")
    .replace(/^VERSION=.*\n/m, "")
    .replace('TF_VAR_ai_api_key_version="$VERSION" ', "")
    .replaceAll("terraform -chdir", `${terraform} -chdir`)
    .trim()
    .split("\n");
  const [install = "", ...rest] = lines;
  return { install, deploy: rest.slice(0, -1), verify: rest.at(-1) ?? "" };
}
