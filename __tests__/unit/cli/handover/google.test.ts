import { Testing } from "cdktf";
import { checkComplete } from "../../../../cli/handover/check-complete";
import { plainHcl } from "../../../../cli/handover/plain-hcl";
import { fullGoogleStack } from "../../../support/google-stack";

test("a stack at Google can leave CDKTF: its HCL says what its JSON says", async () => {
  const config = JSON.parse(Testing.synth(fullGoogleStack()));
  const hcl = plainHcl(Testing.synthHcl(fullGoogleStack()), config);
  await checkComplete("google-ai-secret", hcl, config);
  expect(hcl).toMatch(/^ *rotation\[0\]\.next_rotation_time,$/m); // Terraform warns of quoted references
});
