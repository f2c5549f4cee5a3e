import type { Sandbox } from "../../lab/sandbox/sandbox";
import { printedJson } from "../../lab/terraform/printed-json";

/** The outputs of what was applied in the stack's folder, or in another one: texts, but for the numbers of versions. */
export async function outputsOf(sandbox: Sandbox, folder = sandbox.stackFolder): Promise<Readonly<Record<string, string | undefined>>> {
  const { output } = await sandbox.terraform(["output", "-json"], {}, folder);
  const outputs: Record<string, { value: string }> = JSON.parse(printedJson(output));
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
