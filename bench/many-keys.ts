import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { AiKeyStack } from "../lib";

// Synthesizes a stack with as many keys as the argument says, every option on, and prints the peak memory in MiB.
const count = Number(process.argv[2]);
const outdir = mkdtempSync(join(tmpdir(), "ai-key-bench-"));
process.on("exit", () => rmSync(outdir, { recursive: true }));

const app = new App({ outdir });
new AiKeyStack(app, "ai-secret", {
  region: "eu-central-1",
  readers: ["arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:role/partner"],
  breakGlass: ["arn:aws:iam::111122223333:role/on-call"],
  encryptionKey: "customer-managed",
  replicas: [{ region: "eu-west-1" }],
  rotation: { lambdaArn: "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key", everyDays: 30 },
  alarmTopicArn: "arn:aws:sns:eu-central-1:111122223333:security",
  keys: Array.from({ length: count }, (_, index) => ({
    provider: index === 0 ? "openai" : `gateway-${index}`,
    body: { endpoint: "https://api.openai.com/v1" },
    publishArnTo: `/ai/${index}`,
  })),
});
app.synth();
console.log((process.resourceUsage().maxRSS / 1_024).toFixed(0));
