import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";

const outdir = mkdtempSync(join(tmpdir(), "ai-key-test-"));

afterAll(() => rmSync(outdir, { recursive: true }));

test("the app is one stack with one key, and the bootstrap for it", () => {
  process.env.CDKTF_OUTDIR = outdir;
  const { app } = jest.requireActual<typeof import("../../main")>("../../main");

  expect(Testing.renderConstructTree(app.node.findChild("ai-secret"))).toMatchInlineSnapshot(`
    "ai-secret (AiKeyStack)
    ├── aws (AwsProvider)
    ├── ai_api_key (EphemeralVariable)
    ├── ai_api_key_version (TerraformVariable)
    ├── ai-key (AiKeySecret)
        ├── secret (SecretsmanagerSecret)
        ├── version (SecretsmanagerSecretVersion)
        └── read-policy (ReadPolicy)
            ├── document (DataAwsIamPolicyDocument)
            └── policy (IamPolicy)
    ├── ai-key-region (DataAwsRegion)
    ├── api_secret_arn (TerraformOutput)
    ├── api_secret_name (TerraformOutput)
    ├── read_policy_arn (TerraformOutput)
    ├── api_key_version (TerraformOutput)
    └── backend (LocalBackend)
    "
  `);
  expect(readdirSync(join(outdir, "stacks"))).toEqual(["ai-secret", "bootstrap"]);
});
