import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { ROOT } from "../../support/project";

const outdir = mkdtempSync(join(tmpdir(), "ai-key-test-"));
const folderOf = (stack: string) => join(outdir, "stacks", stack);
afterAll(() => rmSync(outdir, { recursive: true }));

const KEY = "a-key-that-must-not-be-synthesized";

test("an application's stack beside the key's and the team's has a function with the ARN of the key, and gives its role the right to read it", () => {
  execFileSync(process.execPath, ["--require", "tsx/cjs", join(ROOT, "examples/lambda/main.ts")], {
    env: { PATH: process.env.PATH, CDKTF_OUTDIR: outdir, TF_VAR_ai_api_key: KEY },
  });
  const texts = ["ai-lambda", "ai-secret", "bootstrap"].map((stack) => readFileSync(join(folderOf(stack), "cdk.tf.json"), "utf8"));
  const [application, keys] = texts.map((text) => JSON.parse(text));
  const { resource } = application;
  const ofKeys = (type: string) => {
    const [[name = "", { value = "" } = {}] = []] = Object.entries<{ value?: string }>(keys.output)
      .filter(([, output]) => output.value?.startsWith(`\${${type}.`) && output.value.endsWith(".arn}"))
      .filter(([name]) => name.startsWith("cross-stack"));
    expect(value).toContain(type);
    return `\${data.terraform_remote_state.cross-stack-reference-input-ai-secret.outputs.${name}}`;
  };

  const { function: lambda } = resource.aws_lambda_function;
  const [[attachment = "", { policy_arn, role }] = ["", {}]] = Object.entries<{ policy_arn?: string; role?: string }>(
    resource.aws_iam_role_policy_attachment,
  );
  expect({ policy_arn, role }).toEqual({ policy_arn: ofKeys("aws_iam_policy"), role: "${aws_iam_role.role.name}" });
  expect(lambda).toMatchObject({
    role: "${aws_iam_role.role.arn}",
    environment: { variables: { AI_API_KEY_SECRET_ARN: ofKeys("aws_secretsmanager_secret") } },
    depends_on: [`aws_iam_role_policy_attachment.${attachment}`],
  });
  expect(JSON.stringify(keys)).not.toContain("ai-lambda/"); // the key needs no application
  expect(texts.join()).not.toContain(KEY);

  const code = unzipSync(readFileSync(join(folderOf("ai-lambda"), lambda.filename)));
  expect(Object.keys(code)).toEqual(["index.js"]);
  expect(Buffer.from(code["index.js"] ?? "").toString()).not.toContain(KEY);
}, 60_000); // milliseconds: it bundles, zips and synthesizes in two processes
