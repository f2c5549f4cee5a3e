import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { ROOT } from "../../support/project";

const outdir = mkdtempSync(join(tmpdir(), "ai-key-test-"));
const stackFolder = join(outdir, "stacks/ai-lambda");
afterAll(() => rmSync(outdir, { recursive: true }));

const KEY = "a-key-that-must-not-be-synthesized";

test("a function is given the ARN of the key, and its role the right to read it, by a deploy that holds no key", () => {
  execFileSync(process.execPath, ["--require", "tsx/cjs", join(ROOT, "examples/lambda/main.ts")], {
    env: { PATH: process.env.PATH, CDKTF_OUTDIR: outdir, TF_VAR_ai_api_key: KEY },
  });
  const text = readFileSync(join(stackFolder, "cdk.tf.json"), "utf8");
  const { resource } = JSON.parse(text);

  const { function: lambda } = resource.aws_lambda_function;
  const [policy] = Object.keys(resource.aws_iam_policy);
  const [secret] = Object.keys(resource.aws_secretsmanager_secret);
  expect(Object.values(resource.aws_iam_role_policy_attachment)).toMatchObject([
    { policy_arn: `\${aws_iam_policy.${policy}.arn}`, role: "${aws_iam_role.role.name}" },
  ]);
  expect(lambda).toMatchObject({
    role: "${aws_iam_role.role.arn}",
    environment: { variables: { AI_API_KEY_SECRET_ARN: `\${aws_secretsmanager_secret.${secret}.arn}` } },
  });
  expect(text).not.toContain(KEY);

  const code = unzipSync(readFileSync(join(stackFolder, lambda.filename)));
  expect(Object.keys(code)).toEqual(["index.js"]);
  expect(Buffer.from(code["index.js"] ?? "").toString()).not.toContain(KEY);
}, 60_000); // milliseconds: it bundles, zips and synthesizes in two processes
