import type { IConstruct } from "constructs";

/** The path of a construct, without the parts that nobody wrote: the secret in an `AiKey` is its default child. */
export function pathOf(construct: IConstruct): string {
  return construct.node.path.replaceAll("/Default", "");
}

/**
 * How an error names a prop: by the construct that it was said to, such as `[ai-secret/openai-key] readers`.
 *
 * A message of Terraform's must not begin so: cdktf takes it for a list when it writes HCL.
 *
 * @param prop nothing for the construct itself
 */
export function propOf(construct: IConstruct, prop = ""): string {
  return `[${pathOf(construct)}] ${prop}`.trimEnd();
}

/** A prop of what an error names so: of a construct, or of a prop that is an object. */
export function memberOf(owner: string, name: string): string {
  return /^\[[^\]]*\]$/.test(owner) ? `${owner} ${name}` : `${owner}.${name}`;
}
