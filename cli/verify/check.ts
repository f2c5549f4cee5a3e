/** One thing that a stack promises. */
export interface Check {
  readonly name: string;
  /** Undefined where it can't be known, or is not declared. */
  readonly holds: boolean | undefined;
  readonly text: string;
}

export function check(name: string, holds: boolean | undefined, text: string): Check {
  return { name, holds, text };
}
