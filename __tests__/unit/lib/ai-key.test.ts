import { Testing } from "cdktf";
import { AiKey, type AiKeyProps, AiKeyStack } from "../../../lib";
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
