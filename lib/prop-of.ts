import type { IConstruct } from "constructs";

/** How an error names a prop: by the path of the construct that it was said to, without the parts that a user has not written. */
export function propOf(scope: IConstruct, prop: string): string {
  return `[${scope.node.path.replace(/(\/Default)+$/, "")}] ${prop}`;
}
