import { Fn } from "cdktf";
import { AiKeySecret, EphemeralVariable } from "../lib";
import { keyWith, ROLE, resources, statements, synthesized } from "./access";

const rotation = { lambdaArn: "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key", everyDays: 30 };

test("a function replaces the key by its schedule, not at once", () => {
  expect(resources(keyWith({ rotation }).stack, "aws_secretsmanager_secret_rotation")).toMatchObject([
    { rotation_lambda_arn: rotation.lambdaArn, rotation_rules: { automatically_after_days: 30 }, rotate_immediately: false },
  ]);
});

test("Secrets Manager may call the function, for this account alone", () => {
  expect(resources(keyWith({ rotation }).stack, "aws_lambda_permission")).toMatchObject([
    {
      principal: "secretsmanager.amazonaws.com",
      action: "lambda:InvokeFunction",
      source_account: "111122223333",
    },
  ]);
});

test("one function rotates many secrets by one permission: Lambda takes a policy of 20 KB", () => {
  const { stack } = keyWith({ rotation });
  new AiKeySecret(stack, "second", { apiKey: new EphemeralVariable(stack, "second_key"), name: "ai/second", rotation });

  expect(resources(stack, "aws_lambda_permission")).toHaveLength(1);
  expect(resources(stack, "aws_secretsmanager_secret_rotation")).toHaveLength(2);
});

test("a function that is known at deploy only is looked up for its secret", () => {
  const lambdaArn = Fn.join(":", ["arn:aws:lambda:eu-central-1:111122223333:function", "rotate-key"]);
  const { stack } = keyWith({ rotation: { ...rotation, lambdaArn } });

  expect(Object.keys(synthesized(stack).data.aws_lambda_function)).toEqual([expect.stringMatching(/^key_rotation_function_lambda_/)]);
});

test("the function's role is on the allow-list", () => {
  const [{ condition }] = statements(keyWith({ rotation, readers: [ROLE] }).stack, "DenyEveryoneElse");
  expect(condition[0].values).toEqual([ROLE, expect.stringMatching(/^\$\{data\.aws_lambda_function\.\S+\.role\}$/)]);
});

test("the first key is stored before", () => {
  const [schedule] = resources(keyWith({ rotation }).stack, "aws_secretsmanager_secret_rotation");
  expect(schedule.depends_on).toContainEqual(expect.stringMatching(/^aws_secretsmanager_secret_version\./));
});

test("fails for what is no function, and for a schedule that AWS refuses", () => {
  expect(() => keyWith({ rotation: { ...rotation, lambdaArn: "rotate-key" } })).toThrow("AiKeySecret.rotation.lambdaArn must be an ARN");
  for (const everyDays of [0, 1.5, 1_001]) {
    expect(() => keyWith({ rotation: { ...rotation, everyDays } })).toThrow(
      "AiKeySecret.rotation.everyDays must be a whole number of days",
    );
  }
});
