import { TerraformVariable } from "cdktf";
import type { SecretBody } from "../../../../lib";
import { keyWith, OwnStack, resources, synthesized } from "../../../support/access";

const stored = (props: Parameters<typeof keyWith>[0]) =>
  resources(keyWith(props).stack, "aws_secretsmanager_secret_version")[0].secret_string_wo;

test("the key is stored as it is", () => {
  expect(stored({})).toBe("${var.api_key}");
});

test("or as JSON, with what is known besides", () => {
  expect(stored({ body: {} })).toBe('${jsonencode({"apiKey" = var.api_key})}');
  expect(stored({ body: { provider: "openai", endpoint: "https://api.openai.com/v1" } })).toBe(
    '${jsonencode({"apiKey" = var.api_key, "provider" = "openai", "endpoint" = "https://api.openai.com/v1"})}',
  );
});

test("a key has to fit into the secret with what is beside it, bytes counted as Terraform writes them", () => {
  const conditions = (body?: SecretBody): string[] =>
    synthesized(keyWith({ body }).stack).variable.api_key.validation.map(({ condition }: { condition: string }) => condition);
  const roomFor = (body: SecretBody) =>
    Number(
      conditions(body)
        .at(-1)
        ?.match(/length\(jsonencode\(var\.api_key\)\) <= (\d+)\}$/)?.[1],
    );

  expect(conditions().some((condition) => condition.includes("jsonencode"))).toBe(false);
  expect(roomFor({})).toBe(65_536 - '{"apiKey":}'.length);
  expect(roomFor({ endpoint: "a&ä" })).toBe(65_536 - '{"apiKey":,"endpoint":"a\\u0026"}'.length - 2);
  expect(roomFor({ endpoint: new TerraformVariable(new OwnStack(), "endpoint", {}).stringValue })).toBe(
    65_536 - '{"apiKey":,"endpoint":""}'.length,
  );
});

test("fails for an endpoint without TLS: applications send the key there", () => {
  expect(() => keyWith({ body: { endpoint: "http://gateway.acme.com/v1" } })).toThrow("[own/key] body.endpoint must be an https address");
  expect(() => keyWith({ body: { endpoint: "HTTP://gateway.acme.com/v1" } })).toThrow("[own/key] body.endpoint must be an https address");
  expect(() => keyWith({ body: { endpoint: "https://gateway.acme.com/v1" } })).not.toThrow();
});
