import { App } from "cdktf";
import { GoogleAiKeyStack } from "../../lib/google";

const KMS = "projects/acme-kms/locations/europe-west3/keyRings/ring/cryptoKeys/key";

/** With each option, and so with each argument. */
export function fullGoogleStack(): GoogleAiKeyStack {
  const stack = new GoogleAiKeyStack(new App({ outdir: "never-written" }), "google-ai-secret", {
    project: "acme-ai",
    labels: { "cost-center": "a1" },
    locations: ["europe-west3"],
    encryptionKeys: [KMS],
    topics: ["projects/acme-ai/topics/keys"],
    remind: { everyDays: 90 },
    keys: [{ readers: ["user:jane@example.com"] }, { provider: "openai", body: {} }],
  });
  stack.secret("openai").grantRead("user:jane@example.com");
  return stack;
}
