import { Fn } from "cdktf";
import { AiKeySecret, EphemeralVariable } from "../../../../lib";
import { keyWith, ROLE, resources, statements, synthesized } from "../../../support/access";

const rotator = {
  lambdaArn: "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key",
  roleArn: "arn:aws:iam::111122223333:role/rotate-key",
};
const rotation = { function: rotator, everyDays: 30 };

test("a function replaces the key by its schedule, not at once", () => {
  expect(resources(keyWith({ rotation }).stack, "aws_secretsmanager_secret_rotation")).toMatchObject([
    { rotation_lambda_arn: rotator.lambdaArn, rotation_rules: { automatically_after_days: 30 }, rotate_immediately: false },
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

test("Secrets Manager may call the function for this secret alone, or for those whose names begin as the names of all that it rotates", () => {
  const { stack } = keyWith({ rotation });
  const sourceArn = () => resources(stack, "aws_lambda_permission")[0].source_arn;
  expect(sourceArn()).toMatch(/^\$\{aws_secretsmanager_secret\.\w+\.arn\}$/);

  const add = (name: string) =>
    new AiKeySecret(stack, name, { apiKey: new EphemeralVariable(stack, `${name.replace(/\W/g, "_")}_key`), name, rotation });
  add("ai/test/api-key-2");
  expect(sourceArn()).toContain('":secret:ai/test/api-key*")');
  add("ai/another");
  expect(sourceArn()).toContain('":secret:ai/*")');
  expect(resources(stack, "aws_lambda_permission")[0].lifecycle.create_before_destroy).toBe(true);
});

test("one function rotates many secrets by one permission: Lambda takes a policy of 20 KB", () => {
  const { stack } = keyWith({ rotation });
  new AiKeySecret(stack, "second", { apiKey: new EphemeralVariable(stack, "second_key"), name: "ai/second", rotation });

  expect(resources(stack, "aws_lambda_permission")).toHaveLength(1);
  expect(resources(stack, "aws_secretsmanager_secret_rotation")).toHaveLength(2);
});

test("the function is never looked up: its environment variables would be in plan and state", () => {
  const { data } = synthesized(keyWith({ rotation, readers: [ROLE] }).stack);
  expect(Object.keys(data)).not.toContain("aws_lambda_function");
});

test("Terraform refuses a function of another account or region, before anything is made", () => {
  const [{ lifecycle }] = resources(keyWith({ rotation }).stack, "aws_lambda_permission");
  expect(lifecycle.precondition).toMatchObject([
    {
      condition: expect.stringMatching(
        /"eu-central-1" == element\(split\("\.", data\.aws_region\..*"111122223333" == data\.aws_caller_identity\./,
      ),
      error_message: "rotation.function.lambdaArn must name a function of the secret's own account and region.",
    },
  ]);
});

test("a function that is known at deploy only has a permission for its secret", () => {
  const lambdaArn = Fn.join(":", ["arn:aws:lambda:eu-central-1:111122223333:function", "rotate-key"]);
  const { stack } = keyWith({ rotation: { ...rotation, function: { ...rotator, lambdaArn } } });

  expect(Object.keys(synthesized(stack).resource.aws_lambda_permission)).toEqual([
    expect.stringMatching(/^key_rotation_function_permission_/),
  ]);
});

test("the function's role is on the allow-list, also one that is known at deploy only", () => {
  const listed = (roleArn: string) =>
    statements(keyWith({ rotation: { ...rotation, function: { ...rotator, roleArn } }, readers: [ROLE] }).stack, "DenyEveryoneElse")[0]
      .condition[0].values;

  expect(listed(rotator.roleArn)).toEqual([ROLE, rotator.roleArn]);
  expect(listed(Fn.join("/", ["arn:aws:iam::111122223333:role", "rotate"]))).toEqual([ROLE, expect.stringContaining("join(")]);
});

test("the first key is stored before", () => {
  const [schedule] = resources(keyWith({ rotation }).stack, "aws_secretsmanager_secret_rotation");
  expect(schedule.depends_on).toContainEqual(expect.stringMatching(/^aws_secretsmanager_secret_version\./));
});

test("fails for what is no function, for what is no role, and for a schedule that AWS refuses", () => {
  const withFunction = (props: Partial<typeof rotator>) => () => keyWith({ rotation: { ...rotation, function: { ...rotator, ...props } } });
  expect(withFunction({ lambdaArn: "rotate-key" })).toThrow("rotation.function.lambdaArn must be an ARN");
  for (const roleArn of ["rotate-key", "arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:user/rotate"]) {
    expect(withFunction({ roleArn })).toThrow("rotation.function.roleArn must be an ARN");
  }
  for (const everyDays of [0, 1.5, 1_001]) {
    expect(() => keyWith({ rotation: { ...rotation, everyDays } })).toThrow("rotation.everyDays must be a whole number of days");
  }
});
