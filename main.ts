import { App } from "cdktf";
import { AiKeyStack, BootstrapStack } from "./lib";

export const app = new App();

const aiSecret = new AiKeyStack(app, "ai-secret", {
  environment: "Production",
  region: "us-east-1",
  tags: { Team: "platform" },
});

// The bucket for shared states, and the roles of CI and ops. An administrator deploys it once: docs/setup.md.
new BootstrapStack(app, "bootstrap", {
  region: "us-east-1",
  bucket: "acme-terraform-states",
  stacks: [aiSecret],
  // Yours: gh api repos/OWNER/REPO --jq '{repository: .id, owner: .owner.id}'
  github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
});

app.synth();
