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
    'new BootstrapStack(app, "bootstrap", { region: "us-east-1", bucket: "states", stacks: [stack], github: { repository: "acme/keys" } });\napp.synth()',
  );

/** Copies the project as a fresh clone has it after `npm ci`, with another main.ts. */
export function copyProject(folder: string, program = PROGRAM): void {
  for (const name of [".ci", "bin", "cli", "lab", "lib", "cdktf.json", "package.json", "tsconfig.json"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "main.ts"), program);
}
