import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { AiKeySecret, EphemeralVariable, type EphemeralVariableConfig } from "../../../lib";
import { type KeyKind, keyValidations } from "../../../lib/key/rules";
import { OwnStack, synthesized } from "../../support/synthesized";

function variable(config?: EphemeralVariableConfig) {
  const stack = new OwnStack();
  new EphemeralVariable(stack, "ai_api_key", config);
  return synthesized(stack).variable.ai_api_key;
}

test("a variable is an ephemeral, sensitive string that must be set", () => {
  expect(variable()).toMatchObject({ type: "string", ephemeral: true, sensitive: true, nullable: false });
  expect(variable()).not.toHaveProperty("default");
});

test("the description names the environment variable", () => {
  expect(variable().description).toContain("TF_VAR_ai_api_key");
  expect(variable({ description: "Mine" }).description).toBe("Mine");
});

test("the checks for a key are there without asking, are those of its kind, and can be replaced", () => {
  const messages = (config?: EphemeralVariableConfig) =>
    variable(config).validation.map(({ error_message }: { error_message: string }) => error_message);
  const kinds: KeyKind[] = [{}, { provider: "openai" }, { format: "gateway" }, { format: "json" }];
  for (const kind of kinds) {
    expect(messages(kind)).toEqual(keyValidations("ai_api_key", kind).map(({ errorMessage }) => errorMessage));
  }
  expect(variable({ validation: [] })).not.toHaveProperty("validation");
});

test("a key in a form that its provider may have by now is warned of, and refused by nothing", () => {
  const stack = new OwnStack();
  new EphemeralVariable(stack, "openai_api_key", { provider: "openai" });
  const { check, variable: declared } = synthesized(stack);

  const message = expect.stringContaining("openai_api_key is not a whole key of OpenAI");
  expect(Object.values(check)).toEqual([
    { assert: [{ condition: expect.stringContaining("var.openai_api_key"), error_message: message }] },
  ]);
  expect(JSON.stringify(declared)).not.toContain("is not a whole key");
  expect(JSON.stringify(declared)).toContain("seems to be a key of Anthropic, not of OpenAI");
});

test("the checks and the description of a variable inside a construct refer to its name in Terraform", () => {
  const stack = new OwnStack();
  new EphemeralVariable(new Construct(stack, "inside"), "key");

  const [declared] = Object.entries<{ validation: { condition: string }[]; description: string }>(synthesized(stack).variable);
  const [name, { validation, description }] = declared ?? ["", { validation: [], description: "" }];
  expect(name).toMatch(/^inside_key_/);
  expect(description).toContain(`TF_VAR_${name}.`);
  expect(validation.filter(({ condition }) => condition.includes(`var.${name}`))).toHaveLength(keyValidations(name, {}).length);
});

test("fails for a literal key, in TypeScript and in JavaScript, and does not repeat it", () => {
  const stack = new OwnStack();
  const apiKey = "sk-literal-key-in-the-program";

  // @ts-expect-error a string is not an EphemeralVariable
  const literal = () => new AiKeySecret(stack, "literal", { name: "literal", apiKey });
  expect(literal).toThrow("apiKey must be an EphemeralVariable");
  expect(literal).not.toThrow(apiKey);
});

test("fails for an ordinary variable, which would end up in plan and state", () => {
  const stack = new OwnStack();
  const apiKey = new TerraformVariable(stack, "ordinary", {});

  // @ts-expect-error a TerraformVariable is not ephemeral
  expect(() => new AiKeySecret(stack, "key", { name: "key", apiKey })).toThrow("apiKey must be an EphemeralVariable");
});
