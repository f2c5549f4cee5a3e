import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { checkComplete } from "../../../../cli/handover/check-complete";
import { plainHcl } from "../../../../cli/handover/plain-hcl";
import { GoogleAiKeyStack } from "../../../../lib/google";
import { GOOGLE_RESOURCES } from "../../../../lib/google/resources";
import { ROOT } from "../../../support/project";
import { resources } from "../../../support/synthesized";

jest.setTimeout(60_000); // milliseconds, on a busy machine: some tests start Node

const KMS = "projects/acme-kms/locations/europe-west3/keyRings/ring/cryptoKeys/key";

/** With each option, and so with each argument. */
function fullStack(): GoogleAiKeyStack {
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

test.each(Object.entries(GOOGLE_RESOURCES))("%s gets the arguments of the table and no others", (type, table) => {
  const meta = ["//", "lifecycle", "depends_on"];
  const given = resources(fullStack(), type).flatMap(Object.keys);
  expect([...new Set(given)].filter((argument) => !meta.includes(argument)).sort()).toEqual([...table.arguments].sort());
  expect(table.page).toMatch(/^https:\/\/registry\.terraform\.io\/providers\/hashicorp\/google\/7\.45\.0\/docs\/resources\/\w+$/);
});

test("the stack can leave CDKTF: its HCL says what its JSON says", async () => {
  const config = JSON.parse(Testing.synth(fullStack()));
  const hcl = plainHcl(Testing.synthHcl(fullStack()), config);
  await checkComplete("google-ai-secret", hcl, config);
  expect(hcl).toMatch(/^ *rotation\[0\]\.next_rotation_time,$/m); // Terraform warns of quoted references
});

/** The files that a program loads besides Node's own. */
function loadedBy(module: string): string[] {
  const script = `require(${JSON.stringify(join(ROOT, module))}); console.log(JSON.stringify(Object.keys(require.cache)))`;
  return JSON.parse(execFileSync(process.execPath, ["--require", require.resolve("tsx/cjs"), "--eval", script], { encoding: "utf8" }));
}

test("who uses AWS alone loads nothing of this, and who uses Google alone nothing of the AWS provider", () => {
  const [aws, google] = [loadedBy("lib"), loadedBy("lib/google")];
  expect(aws.filter((file) => file.includes("/lib/google/"))).toEqual([]);
  expect(aws.some((file) => file.includes("/@cdktf/provider-aws/"))).toBe(true);
  expect(google.filter((file) => file.includes("/@cdktf/provider-aws/"))).toEqual([]);
  expect(google.some((file) => file.includes("/lib/google/"))).toBe(true);
});
