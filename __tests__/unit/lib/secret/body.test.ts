import { keyWith, resources } from "../../../support/access";

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
