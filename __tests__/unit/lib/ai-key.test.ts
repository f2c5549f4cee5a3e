import { Testing } from "cdktf";
import { AiKey, type AiKeyBody, type AiKeyProps, AiKeyStack } from "../../../lib";
import { OwnStack, resources, synthesized } from "../../support/synthesized";

function keyIn(stack: OwnStack, props?: AiKeyProps): AiKey {
  return new AiKey(stack, props?.provider ?? "key", props);
}

test("one key in a stack of one's own has everything around it, by the names that an AiKeyStack gives", () => {
  const stack = new OwnStack("mine");
  keyIn(stack, { provider: "openai" });

  const { variable, output } = synthesized(stack);
  const { variable: theirs, output: outputs } = synthesized(
    new AiKeyStack(Testing.app({ outdir: "never-written" }), "ai-secret", { provider: "openai" }),
  );
  expect(variable).toEqual(theirs);
  expect(Object.keys(output)).toEqual(Object.keys(outputs));
  expect(resources(stack, "aws_secretsmanager_secret")).toMatchObject([{ name: "ai/mine/openai-api-key" }]);
});

test("a rotation takes a variable, and no change of the program", () => {
  const stack = new OwnStack();
  keyIn(stack);
  expect(resources(stack, "aws_secretsmanager_secret_version")).toMatchObject([
    { secret_string_wo: "${var.ai_api_key}", secret_string_wo_version: "${var.ai_api_key_version}" },
  ]);
});

test("the secret is the construct in Terraform: nothing is replaced when a stack's AiKeySecret becomes an AiKey", () => {
  const stack = new OwnStack();
  const { secret } = new AiKey(stack, "openai");
  expect(secret.node.path).toBe("own/openai/Default");
  expect(Object.keys(synthesized(stack).resource.aws_secretsmanager_secret)).toEqual([
    expect.stringMatching(/^openai_secret_[0-9A-F]{8}$/),
  ]);
  expect(secret.arn).toContain("${");
});

test("several keys live in one stack, each of a provider", () => {
  const stack = new OwnStack();
  keyIn(stack);
  keyIn(stack, { provider: "openai" });
  expect(resources(stack, "aws_secretsmanager_secret")).toHaveLength(2);
  expect(() => new AiKey(stack, "another", { provider: "openai" })).toThrow(
    '[own/another] provider must be another one than those of the stack\'s other keys, as the variable openai_api_key is taken; got "openai"',
  );
});

describe("with several keys in its secret", () => {
  const keys = { OPENAI_API_KEY: { provider: "openai" }, MASTER_KEY: { provider: "litellm", format: "gateway" } } as const;
  const gateway = (body: AiKeyBody = { keys }, props: AiKeyProps = {}) => {
    const stack = new OwnStack("mine");
    keyIn(stack, { body, ...props });
    return stack;
  };
  const versionIn = (stack: OwnStack) => resources(stack, "aws_secretsmanager_secret_version")[0];

  test("each has the variables and the checks that it has alone, and the secret one name and one set of outputs", () => {
    const { variable, output } = synthesized(gateway());
    const alone = new OwnStack();
    keyIn(alone, { provider: "openai", body: {} });
    const { variable: own } = synthesized(alone);

    expect(Object.keys(variable)).toEqual(["litellm_api_key", "litellm_api_key_version", "openai_api_key", "openai_api_key_version"]);
    expect(variable.openai_api_key_version).toEqual(own.openai_api_key_version);
    expect(variable.openai_api_key.validation.slice(0, -1)).toEqual(own.openai_api_key.validation.slice(0, -1)); // all but the room
    expect(output).toMatchObject({
      openai_key_version: { value: "${var.openai_api_key_version}" },
      litellm_key_version: { value: "${var.litellm_api_key_version}" },
    });
    const ofKeys = ["litellm_key_version", "openai_key_version"];
    expect(Object.keys(output).sort()).toEqual(["api_secret_arn", "api_secret_name", ...ofKeys, "read_policy_arn"].sort());
    expect(versionIn(gateway()).secret_string_wo).toBe(
      '${jsonencode({"OPENAI_API_KEY" = var.openai_api_key, "MASTER_KEY" = var.litellm_api_key})}',
    );
  });

  test("the secret is called after what reads it, which is no field", () => {
    const stack = gateway({ keys, fields: { region: "eu" } }, { provider: "litellm" });
    expect(resources(stack, "aws_secretsmanager_secret")[0].name).toBe("ai/mine/litellm-api-key");
    expect(Object.keys(synthesized(stack).output)).toContain("litellm_api_secret_arn");
    expect(versionIn(stack).secret_string_wo).not.toContain("provider");
  });

  test("the number of the secret is another one when a key's is, and when a name or a field is", () => {
    const number = (body: AiKeyBody) => versionIn(gateway(body)).secret_string_wo_version;
    const text = '{"OPENAI_API_KEY" = var.openai_api_key_version, "MASTER_KEY" = var.litellm_api_key_version}';
    expect(number({ keys })).toBe(`\${(parseint(substr(sha256(jsonencode(${text})), 0, 12), 16) + 1)}`);
    expect(number({ keys, fields: { note: 'a "b"' } })).toContain(', "note" = "a \\"b\\""}');
  });

  test.each<[string, object, object?]>([
    ["body.keys must have at least one key; got {}", {}],
    ['body.keys must be named by letters, digits, _ and -, such as OPENAI_API_KEY; got "a.b"', { "a.b": { provider: "openai" } }],
    ["body.keys.A must have its props in an object; got text", { A: "openai" }],
    ["body.keys.A.provider must be set; got undefined", { A: {} }],
    ["body.keys.A has no prop formt. Did you mean format?", { A: { provider: "openai", formt: "any" } }],
    ["body.keys.A.format must be one of any, gateway, json", { A: { provider: "openai", format: "x" } }],
    ["body.keys.A.provider must be lower-case words with hyphens", { A: { provider: "OpenAI" } }],
    [
      "body.keys.B.provider must be another one than those of the stack's other keys, as the variable openai_api_key is taken",
      { A: { provider: "openai" }, B: { provider: "openai" } },
    ],
    ["format must be said in body.keys, for the key that it is of", keys, { format: "any" }],
    [
      "body.keys must be left out, as the rotation makes one key",
      keys,
      { rotation: { openai: { projectId: "proj_abc", serviceAccountId: "user-abc" }, everyDays: 30 } },
    ],
  ])("fails: %s", (message, bad, props = {}) => {
    expect(() => gateway({ keys: Object(bad) }, Object(props))).toThrow(`[mine/key] ${message}`);
  });

  test("fails for a second secret of the same name in a stack", () => {
    const stack = gateway();
    expect(() => new AiKey(stack, "another", { body: { keys: { A: { provider: "groq" } } } })).toThrow(
      "[mine/another] provider must be another one than those of the stack's other keys, as the output api_secret_arn is taken",
    );
  });

  test("an AiKeyStack has it beside other keys, or alone", () => {
    const app = Testing.app({ outdir: "never-written" });
    const both = new AiKeyStack(app, "both", { keys: [{ provider: "groq" }, { provider: "litellm", body: { keys } }] });
    const alone = new AiKeyStack(app, "alone", { environment: "Test", body: { keys } });
    const namesIn = (stack: AiKeyStack) => resources(stack, "aws_secretsmanager_secret").map(({ name }) => name);
    expect(namesIn(both)).toEqual(["ai/production/groq-api-key", "ai/production/litellm-api-key"]);
    expect(namesIn(alone)).toEqual(["ai/test/api-key"]);
    expect(both.secret("litellm")).not.toBe(both.secret("groq"));
  });
});

test.each<[AiKeyProps, string]>([
  [{ secretName: "my key" }, '[own/key] secretName must consist of letters, digits and /_+=.@-; got "my key"'],
  [{ readers: ["me"] }, "[own/key] readers must hold ARNs"],
  [{ replicas: [{ region: "eu-central-1" }] }, "[own/key] replicas.region must be another region than the secret's own"],
  [
    { secretName: "other", adoptSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:by-hand-a1B2c3" },
    "[own/key] secretName must be the name of the adopted secret, by-hand",
  ],
])("fails for %j, by the construct and the prop", (props, message) => {
  expect(() => keyIn(new OwnStack(), props)).toThrow(message);
});
