import { App, TerraformStack } from "cdktf";
import { AiKeyStack, type AiKeyStackProps } from "../../../../lib";
import { KeyRotator, type KeyRotatorProps } from "../../../../lib/rotation";
import { statements } from "../../../support/access";
import { bootstrapOf } from "../../../support/bootstrap";
import { resources, synthesized } from "../../../support/synthesized";

const openai = { projectId: "proj_abc", serviceAccountId: "user-abc" };
const openaiKey = { provider: "openai", rotation: { openai, everyDays: 30 } };
const TOPIC = "arn:aws:sns:us-east-1:111122223333:security";

const stacksWith = (props: AiKeyStackProps, rotator: Partial<KeyRotatorProps> = {}) => {
  const app = new App({ outdir: "never-written" });
  const stack = new AiKeyStack(app, "ai-secret", {
    region: "us-east-1",
    environment: "Test",
    ...props,
  });
  const bootstrap = bootstrapOf(app, [stack]);
  new KeyRotator(bootstrap, "rotator", { stacks: [stack], ...rotator });
  return { stack, bootstrap };
};

const only = (stack: TerraformStack, type: string) => resources(stack, type)[0];

test("a key that a provider makes has no variable, no version and no number: no deploy can store anything over it", () => {
  const { stack } = stacksWith({ keys: [openaiKey] });
  const { variable, output, resource } = synthesized(stack);
  expect(variable).toBeUndefined();
  expect(resource.aws_secretsmanager_secret_version).toBeUndefined();
  expect(Object.keys(output)).toEqual(["openai_api_secret_arn", "openai_api_secret_name", "openai_read_policy_arn"]);
});

test("the first rotation makes the first key at once, by the function that has its name, in the key's own account and region", () => {
  const { stack } = stacksWith({ keys: [openaiKey] });
  expect(only(stack, "aws_secretsmanager_secret_rotation")).toMatchObject({
    rotate_immediately: true,
    rotation_lambda_arn: expect.stringMatching(/^arn:\$\{.*\}:lambda:\$\{.*\}:\$\{.*\}:function:ai-key-rotator$/),
    rotation_rules: { automatically_after_days: 30 },
  });
});

test("the function's role is on the list of readers, before there is something to read", () => {
  const { stack } = stacksWith({ keys: [openaiKey], readers: [] });
  expect(JSON.stringify(statements(stack, "DenyEveryoneElse")[0].condition)).toContain(":role/ai-key-rotator-");
  expect(only(stack, "aws_secretsmanager_secret_rotation")).toMatchObject({
    depends_on: [expect.stringMatching(/^aws_secretsmanager_secret_policy\./)],
  });
});

test("the function knows the keys of the stacks, and no secret", () => {
  const { bootstrap } = stacksWith({
    keys: [
      { ...openaiKey, body: { endpoint: "https://eu.api.openai.com/v1" } },
      {
        provider: "openrouter",
        rotation: {
          openrouter: { limit: 50, limitReset: "monthly" },
          schedule: "rate(6 hours)",
        },
      },
      { provider: "anthropic" },
    ],
  });
  const { variables } = only(bootstrap, "aws_lambda_function").environment;
  expect(
    variables.ROTATOR_SETTINGS.replaceAll(/aws_secretsmanager_secret\.rotator_(\w+)-admin-key_secret_\w+\.arn/g, "$1"),
  ).toMatchInlineSnapshot(
    `"\${jsonencode({"adminKeys" = {"openai" = openai, "openrouter" = openrouter}, "keys" = {"ai/test/openai-api-key" = {"provider" = "openai", "made" = {"projectId" = "proj_abc", "serviceAccountId" = "user-abc"}, "body" = {"provider" = "openai", "endpoint" = "https://eu.api.openai.com/v1"}}, "ai/test/openrouter-api-key" = {"provider" = "openrouter", "made" = {"limit" = 50, "limitReset" = "monthly"}}}})}"`,
  );
  expect(Object.keys(variables)).toEqual(["ROTATOR_SETTINGS"]);
});

test("the function knows the name of the key's field, and what is beside it as HCL has it", () => {
  const body = { keyName: "OPENAI_API_KEY", fields: { note: 'a "quoted" \\ text' } };
  const { bootstrap } = stacksWith({ keys: [{ ...openaiKey, body }] });
  expect(only(bootstrap, "aws_lambda_function").environment.variables.ROTATOR_SETTINGS).toContain(
    '"body" = {"provider" = "openai", "note" = "a \\"quoted\\" \\\\ text"}, "keyName" = "OPENAI_API_KEY"}',
  );
});

test("its role stores keys and moves labels, reads what is being made alone, and writes its log", () => {
  const { bootstrap } = stacksWith({ keys: [openaiKey] });
  const ofRotator = ["StoreNewKeys", "TestTheNewKeyOnly", "Log"].map((sid) => statements(bootstrap, sid)[0]);
  expect(ofRotator.map(({ actions, condition }) => [actions, condition?.[0].values])).toEqual([
    [["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"], undefined],
    [["secretsmanager:GetSecretValue"], ["AWSPENDING"]],
    [["logs:CreateLogStream", "logs:PutLogEvents"], undefined],
  ]);
  expect(ofRotator[0].resources).toEqual([expect.stringMatching(/:secret:ai\/test\/openai-api-key-\?{6}$/)]);
  expect(statements(bootstrap, "EncryptThroughSecretsManager")).toEqual([]);
});

test("it may use the KMS keys of the secrets that have one, for these secrets through Secrets Manager, in the regions of their copies too", () => {
  const { bootstrap } = stacksWith({
    keys: [openaiKey],
    encryptionKey: "customer-managed",
  });
  const [{ actions, condition }] = statements(bootstrap, "EncryptThroughSecretsManager");
  expect(actions).toEqual(["kms:Decrypt", "kms:GenerateDataKey"]);
  expect(condition[0].values).toContain("secretsmanager.*.amazonaws.com");
  expect(condition[1].values).toEqual([expect.stringMatching(/:secretsmanager:\*:.*:secret:ai\/test\/openai-api-key-\?{6}$/)]);
});

test("Secrets Manager alone may call the function, for these secrets", () => {
  const { bootstrap } = stacksWith({ keys: [openaiKey] });
  expect(only(bootstrap, "aws_lambda_permission")).toMatchObject({
    principal: "secretsmanager.amazonaws.com",
    source_account: expect.stringContaining("account_id"),
    source_arn: expect.stringMatching(/:secret:ai\/test\/openai-api-key-\?{6}$/),
  });
});

test("its log has a retention, and a failed rotation raises an alarm", () => {
  const { bootstrap } = stacksWith({ keys: [openaiKey] }, { alarmTopicArn: TOPIC, logRetentionInDays: 365 });
  expect(only(bootstrap, "aws_cloudwatch_log_group")).toEqual({
    name: "/aws/lambda/ai-key-rotator",
    retention_in_days: 365,
  });
  expect(only(bootstrap, "aws_cloudwatch_metric_alarm")).toMatchObject({
    metric_name: "Errors",
    threshold: 1,
    alarm_actions: [TOPIC],
  });
});

test("the admin key is stored as any key is, with its own form, and the function's role alone may read it", () => {
  const { bootstrap } = stacksWith({ keys: [openaiKey] }, { alarmTopicArn: TOPIC });
  const { variable, resource } = synthesized(bootstrap);
  expect(variable.openai_admin_key).toMatchObject({
    ephemeral: true,
    sensitive: true,
    nullable: false,
  });
  const messages = variable.openai_admin_key.validation.map(({ error_message }: { error_message: string }) => error_message);
  expect(messages.at(-1)).toBe(
    "openai_admin_key is no admin key. One of OpenAI begins with sk-admin-: make one at https://platform.openai.com/settings/organization/admin-keys.",
  );
  expect(Object.values(resource.aws_secretsmanager_secret_version)).toMatchObject([
    {
      secret_string_wo: "${var.openai_admin_key}",
      secret_string_wo_version: "${var.openai_admin_key_version}",
    },
  ]);
  expect(statements(bootstrap, "DenyEveryoneElse")[0].condition[0].values).toEqual([
    expect.stringMatching(/^\$\{aws_iam_role\.rotator_role_\w+\.arn\}$/),
  ]);
});

test("fails for a provider that makes no keys, with the reason and what there is instead", () => {
  const rotation = { anthropic: {}, everyDays: 30 };
  expect(() => stacksWith({ keys: [{ provider: "anthropic", ...Object({ rotation }) }] })).toThrow(
    "[ai-secret/anthropic-key] rotation must name a provider that makes keys by an API. Anthropic's Admin API makes no key that can be used (https://platform.claude.com/docs/en/get-api-key). Rotate by CI, or have workload identity federation in place of a key; got",
  );
});

test("fails for a key of one provider that another one is to make", () => {
  expect(() => stacksWith({ keys: [{ provider: "mistral", rotation: { openai } }] })).toThrow(
    "[ai-secret/mistral-key] rotation must make a key of mistral: say it on the key of its own provider; got",
  );
});

test("fails for a rotation by nobody, and for one by two", () => {
  for (const rotation of [{ everyDays: 30 }, { openai, openrouter: {} }]) {
    expect(() => stacksWith({ keys: [{ rotation }] })).toThrow(
      "[ai-secret/ai-key] rotation must have one of function, openai and openrouter",
    );
  }
});

test("fails for settings that the provider would refuse", () => {
  const withOpenai = (settings: object, schedule: object = { everyDays: 30 }) =>
    stacksWith({
      keys: [
        {
          provider: "openai",
          rotation: { openai: { ...openai, ...settings }, ...schedule },
        },
      ],
    });
  expect(() => withOpenai({ projectId: "../v1" })).toThrow(
    "[ai-secret/openai-key] rotation.openai.projectId must be the literal id, such as proj_abc",
  );
  expect(() => withOpenai({ project: "x" })).toThrow("[ai-secret/openai-key] rotation.openai has no prop project.");
  expect(() => withOpenai({ scopes: ["All"] })).toThrow(
    "[ai-secret/openai-key] rotation.openai.scopes must be scopes such as model.request",
  );
  expect(() => withOpenai({ expiresInDays: 59 })).toThrow(
    "[ai-secret/openai-key] rotation.openai.expiresInDays must be at least two intervals of the rotation, here 60 days, and at most 365; got 59",
  );
  expect(() => withOpenai({ expiresInDays: 90 }, { schedule: "cron(0 8 1 * ? *)" })).toThrow("must come with everyDays");
  expect(() =>
    stacksWith({
      keys: [{ rotation: { openrouter: { limitReset: "daily" } } }],
    }),
  ).toThrow("and come with limit");
});

test("fails for stacks without such a key, of another region, and for more keys than the function's environment holds", () => {
  expect(() => stacksWith({})).toThrow("[bootstrap/rotator] stacks must have a key with rotation: { openai: … } or { openrouter: … }");
  expect(() => stacksWith({ region: "eu-west-1", keys: [openaiKey] })).toThrow(
    "[bootstrap/rotator] stacks must be in the region of the rotator, us-east-1: make another KeyRotator in a stack of the other region",
  );
  const app = new App({ outdir: "never-written" });
  const stacks = Array.from(
    { length: 40 },
    (_, index) =>
      new AiKeyStack(app, `ai-${index}`, {
        region: "us-east-1",
        environment: `Test-${index}`,
        keys: [openaiKey],
      }),
  );
  const administrators = new TerraformStack(app, "administrators");
  new KeyRotator(administrators, "rotator", { stacks });
  expect(() => synthesized(administrators)).toThrow(
    "[administrators/rotator] stacks have too many keys for one function. the environment of a Lambda function",
  );
});

test("fails for a stack that is named twice, and for a topic that is none: the errors name the construct", () => {
  const { stack } = stacksWith({ keys: [openaiKey] });
  expect(() => stacksWith({ keys: [openaiKey] }, { stacks: [stack, stack] })).toThrow(
    '[bootstrap/rotator] stacks must have each secret once; got "ai/test/openai-api-key"',
  );
  expect(() => stacksWith({ keys: [openaiKey] }, { alarmTopicArn: "security" })).toThrow(
    "[bootstrap/rotator] alarmTopicArn must be an ARN such as",
  );
});

describe("fails with one message for what is null, as a program without type checks may have it", () => {
  const rotator = (props: unknown) => () =>
    new KeyRotator(new TerraformStack(new App({ outdir: "never-written" }), "own"), "rotator", Object(props).it);
  const rotation = (value: unknown) => () => stacksWith({ keys: [{ provider: "openai", ...Object({ rotation: value }) }] });
  test.each([
    ["[own/rotator] must have its props in an object; got null", rotator({ it: null })],
    ["[own/rotator] must have its props in an object; got undefined", rotator({})],
    ["[own/rotator] stacks must be of the type list; got null", rotator({ it: { stacks: null } })],
    ["[own/rotator] stacks must hold stacks; got null", rotator({ it: { stacks: [null] } })],
    ["[own/rotator] alarmTopicArn must be of the type text; got null", rotator({ it: { stacks: [], alarmTopicArn: null } })],
    ["[own/rotator] logRetentionInDays must be of the type number; got null", rotator({ it: { stacks: [], logRetentionInDays: null } })],
    ["[ai-secret] keys[0].rotation must be of the type object; got null", rotation(null)],
    ["[ai-secret/openai-key] rotation.openai must be of the type object; got null", rotation({ openai: null })],
    [
      "[ai-secret/openai-key] rotation.openai.projectId must be of the type text; got null",
      rotation({ openai: { ...openai, projectId: null } }),
    ],
    [
      "[ai-secret/openai-key] rotation.openai.scopes must be scopes such as model.request; got [null]",
      rotation({ openai: { ...openai, scopes: [null] } }),
    ],
    ["[ai-secret/openai-key] rotation.everyDays must be of the type number; got null", rotation({ openai, everyDays: null })],
  ])("%s", (message, make) => {
    expect(make).toThrow(message);
  });
});
