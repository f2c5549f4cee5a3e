import { block } from "../../support/documents";
import { stacksOf } from "../../support/program";
import { synthesized } from "../../support/synthesized";

test("docs/rotation.md: the program has a key without a variable, and the rotator in the administrator's stack", () => {
  const [aiSecret, bootstrap] = stacksOf(block("docs/rotation.md", "ts", "new KeyRotator")).map((stack) => synthesized(stack));
  expect([aiSecret?.variable, Object.keys(aiSecret?.resource)]).toEqual([
    undefined,
    expect.arrayContaining(["aws_secretsmanager_secret_rotation"]),
  ]);
  expect(Object.keys(bootstrap?.variable)).toEqual(["openai_admin_key", "openai_admin_key_version"]);
  expect(Object.keys(bootstrap?.resource)).toEqual(expect.arrayContaining(["aws_lambda_function", "aws_cloudwatch_metric_alarm"]));
});
