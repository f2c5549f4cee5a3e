import { keyWith, ROLE, resources, statements } from "./access";

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
      source_account: expect.stringContaining("element(split"),
    },
  ]);
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
