import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import type { DeployedStack } from "../deployed-stack";
import { type Check, check } from "./check";

/**
 * Whether a state is without a key: known ones are looked for in every form, and those that nobody told where Terraform would put them.
 *
 * @param keys known keys, each by its name
 */
export function stateCheck(
  { state, stateText }: Pick<DeployedStack, "state" | "stateText">,
  keys: Readonly<Record<string, string>>,
): Check {
  const found = new KeyScanner(keys).scan("the state", Buffer.from(stateText));
  const versions = state?.resources.filter(({ type }) => type === "aws_secretsmanager_secret_version") ?? [];
  const withValue = versions.filter(({ instances }) =>
    instances.some(({ attributes }) => attributes.secret_string || attributes.secret_binary || attributes.secret_string_wo),
  );
  const problems = [...new Set(found.map(({ key }) => key)), ...withValue.map(({ type, name }) => `the value of ${type}.${name}`)];
  const asked = Object.keys(keys).length > 0 ? "" : ", as far as its fields say: no key is at hand to look for";
  return check(
    "State",
    problems.length === 0,
    problems.length === 0 ? `holds no key${asked}` : `holds ${problems.join(", ")}: see "A state that holds a key" in docs/ops.md`,
  );
}
