/** A wording that a command is known by, and where it was seen. */
export interface Wording {
  readonly text: string;
  /** Read in the sources of these versions, first and last. docs/versions.md tells which were run. */
  readonly seenIn: string;
}

/** What Terraform and OpenTofu say where something depends on it. */
export const SAYS = {
  /** `internal/command/jsonformat/plan.go` */
  nothingToDo: [{ text: "No changes.", seenIn: "Terraform 1.11.4 to 1.17.0-alpha20260812, OpenTofu 1.11.0 to 1.13.0-dev" }],
  /** `checkPreventDestroy` in `node_resource_abstract_instance.go` */
  notDestroyed: [
    { text: "Instance cannot be destroyed", seenIn: "Terraform 1.11.4 to 1.17.0-alpha20260812, OpenTofu 1.11.0 to 1.11.14" },
    { text: "Resource instance cannot be destroyed", seenIn: "OpenTofu 1.12.0 to 1.13.0-dev" },
  ],
} satisfies Record<string, readonly Wording[]>;

/**
 * What `version` prints, with warnings before it in OpenTofu 1.12 and newer. `internal/command/version.go` of Terraform 1.11.4 to
 * 1.17.0-alpha20260812, OpenTofu 1.11.0 to 1.13.0-dev
 */
export const VERSION_LINES = /^(Terraform|OpenTofu) v(\S+)\non (\S+)/m;

/** The first line of an error. `internal/command/format/diagnostic.go` of the same versions */
export const ERROR_LINE = /Error: (.*)/;
