/** The parts of a Terraform state that are read here, as `terraform state pull` prints it. */
export interface TerraformState {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly StateResource[];
}

export interface StateResource {
  /** `managed`; `data` for what is only looked up. */
  readonly mode: string;
  readonly type: string;
  /** Its name in Terraform. */
  readonly name: string;
  readonly instances: readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
    /** `tainted` where the next apply would replace it. */
    readonly status?: string;
  }[];
}

/** @param text empty before the first deploy */
export function parseState(text: string): TerraformState | undefined {
  return text === "" ? undefined : JSON.parse(text);
}

/** The resources that Terraform has made. */
export function managedResources(state: TerraformState | undefined): StateResource[] {
  return state?.resources.filter(({ mode }) => mode === "managed") ?? [];
}

/** What the state has of a resource; undefined when that was not deployed. */
export function inState(state: TerraformState | undefined, type: string, name: string): Readonly<Record<string, unknown>> | undefined {
  const found = managedResources(state).find((resource) => resource.type === type && resource.name === name);
  return found?.instances[0]?.attributes;
}
