import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The project's folder. */
export const ROOT = join(__dirname, "../..");

/** What the tests deploy, so that they don't depend on the user's own main.ts: the stack that the README shows. */
export const PROGRAM = `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", { environment: "Production", region: "us-east-1", tags: { Team: "platform" } });
app.synth();
`;

/** The same with the bootstrap for a team. */
export const TEAM_PROGRAM = PROGRAM.replace("{ AiKeyStack }", "{ AiKeyStack, BootstrapStack }")
  .replace("new AiKeyStack", "const stack = new AiKeyStack")
  .replace(
    "app.synth()",
    'new BootstrapStack(app, "bootstrap", { region: "us-east-1", bucket: "states", stacks: [stack], github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } } });\napp.synth()',
  );

/** Two keys, with the options that change the most of a stack. */
export const TWO_KEYS_PROGRAM = `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", {
  region: "us-east-1",
  keys: [
    { replicas: [{ region: "eu-west-1" }] },
    {
      provider: "openai",
      readers: ["arn:aws:iam::123456789012:role/app"],
      encryptionKey: "customer-managed",
      publishArnTo: "/ai/openai-secret-arn",
      body: { endpoint: "https://api.openai.com/v1" },
    },
  ],
});
app.synth();
`;

/** For a sandbox that runs no Terraform. */
export const NO_TOOLS = {
  terraform: { path: "none", product: "Terraform", version: "1.11.0", platform: "linux_amd64", registry: "registry.terraform.io" },
  provider: { description: "none" },
} as const;

/** Copies the project as a fresh clone has it after `npm ci`, with another main.ts. */
export function copyProject(folder: string, program = PROGRAM): void {
  for (const name of [".ci", "bin", "cli", "lab", "lib", "rotator", "cdktf.json", "package.json", "tsconfig.json"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "main.ts"), program);
}
