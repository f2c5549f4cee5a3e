import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { managedResources, type TerraformState } from "../terraform/state";
import { blocks, text } from "../terraform/synthesized-stack";
import type { DeployedFunction } from "./run-function";

/**
 * Takes a rotation function as a deploy has left it: its code from the archive, its environment from the state.
 *
 * @param stackFolder where Terraform has run
 * @param folder where its code goes
 * @param aws where its clients find AWS
 */
export function deployedFunction(
  stackFolder: string,
  state: TerraformState | undefined,
  folder: string,
  aws: Readonly<Record<string, string>>,
): Omit<DeployedFunction, "providerUrl"> {
  const rotator = managedResources(state).find(({ type }) => type === "aws_lambda_function")?.instances[0]?.attributes;
  const archive = text(rotator?.filename);
  if (archive === undefined) {
    throw new Error("No rotation function was deployed");
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(unzipSync(readFileSync(join(stackFolder, archive))))) {
    writeFileSync(join(folder, name), content);
  }
  const [{ variables = {} } = {}] = blocks(rotator?.environment);
  const environment = Object.entries(Object(variables)).map(([name, value]) => [name, String(value)]);
  return { folder, environment: { ...aws, ...Object.fromEntries(environment) } };
}
