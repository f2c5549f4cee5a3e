import type { App } from "cdktf";
import { type AiKeyStack, BootstrapStack } from "../../lib";

/** The administrator's stack for stacks of us-east-1, with roles for GitHub's jobs. */
export function bootstrapOf(app: App, stacks: readonly AiKeyStack[]): BootstrapStack {
  return new BootstrapStack(app, "bootstrap", {
    region: "us-east-1",
    bucket: "acme-states",
    stacks,
    github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
  });
}
