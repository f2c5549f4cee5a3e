import { App } from "cdktf";
import { AiKeyStack } from "./lib";

export const app = new App();

new AiKeyStack(app, "ai-secret", {
  environment: "Production",
  region: "us-east-1",
  tags: { Team: "platform" },
});

app.synth();
