/** What `terraform apply -json` says while it runs: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export class ApplyProgress {
  private readonly pending = new Map<string, string>();
  private readonly ids = new Map<string, string>();
  private line = "";
  private planned = false;

  /** Why it fails, for people. */
  public readonly errors: string[] = [];

  /** @param text the next part of what it prints, with no regard to lines */
  public read(text: string): void {
    const lines = `${this.line}${text}`.split("\n");
    this.line = lines.pop() ?? "";
    for (const line of lines.filter((line) => line.startsWith("{"))) {
      this.note(JSON.parse(line));
    }
  }

  /** Whether all that was planned is made, resources of one type left aside. */
  public isMadeExcept(type: string): boolean {
    return this.planned && [...this.pending.values()].every((pending) => pending === type);
  }

  /** The id of what was made as `type.name`, where the name begins so. */
  public idOf(type: string, name: string): string | undefined {
    const address = [...this.ids.keys()].find((address) => address.startsWith(`${type}.${name}`));
    return address && this.ids.get(address);
  }

  private note({ type, change, hook, diagnostic }: Message): void {
    if (type === "planned_change" && change) {
      this.pending.set(change.resource.addr, change.resource.resource_type);
    } else if (type === "change_summary") {
      this.planned = true; // the first is the plan's
    } else if (type === "apply_complete" && hook) {
      this.pending.delete(hook.resource.addr);
      this.ids.set(hook.resource.addr, hook.id_value ?? "");
    } else if (type === "diagnostic" && diagnostic?.severity === "error") {
      this.errors.push([diagnostic.summary, diagnostic.detail].filter(Boolean).join(": "));
    }
  }
}

interface Resource {
  readonly addr: string;
  readonly resource_type: string;
}

/** The parts of a message that are read here. */
interface Message {
  readonly type: string;
  readonly change?: { readonly resource: Resource };
  readonly hook?: { readonly resource: Resource; readonly id_value?: string };
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}
