import { TerraformVariable } from "cdktf";
import { randomKey } from "../../../../lab/random-key";
import { AiKeySecret, type AiKeySecretProps, EphemeralVariable, type SecretBody } from "../../../../lib";
import { keyWith, OwnStack, resources, synthesized } from "../../../support/access";

const storedIn = (stack: OwnStack) => resources(stack, "aws_secretsmanager_secret_version")[0].secret_string_wo;
const stored = (props: Parameters<typeof keyWith>[0]) => storedIn(keyWith(props).stack);

/** A program without type checks. */
const untyped = (body: object): SecretBody => Object(body);

test("the key is stored as it is", () => {
  expect(stored({})).toBe("${var.api_key}");
});

test("or as JSON, with what is known besides", () => {
  expect(stored({ body: {} })).toBe('${jsonencode({"apiKey" = var.api_key})}');
  expect(stored({ body: { provider: "openai", endpoint: "https://api.openai.com/v1" } })).toBe(
    '${jsonencode({"apiKey" = var.api_key, "provider" = "openai", "endpoint" = "https://api.openai.com/v1"})}',
  );
});

test("the key's field has a name of the user's, and fields beside it, which a deploy alone may know", () => {
  const stack = new OwnStack();
  const apiKey = new EphemeralVariable(stack, "api_key");
  const fields = { OPENAI_ORG: "org-1", region: new TerraformVariable(stack, "region", {}).stringValue };
  new AiKeySecret(stack, "key", { apiKey, name: "ai/test/api-key", body: { keyName: "OPENAI_API_KEY", provider: "openai", fields } });
  expect(storedIn(stack)).toBe(
    '${jsonencode({"OPENAI_API_KEY" = var.api_key, "provider" = "openai", "OPENAI_ORG" = "org-1", "region" = var.region})}',
  );
});

test("what HCL reads otherwise is escaped, as cdktf leaves it to the program", () => {
  expect(stored({ body: { fields: { note: 'a "quoted" \\ path\r\n${var.x} %{if}' } } })).toBe(
    '${jsonencode({"apiKey" = var.api_key, "note" = "a \\"quoted\\" \\\\ path\\r\\n$${var.x} %%{if}"})}',
  );
});

test.each<[string, object]>([
  ["body has no prop keyname. Did you mean keyName?", { keyname: "A" }],
  ['body.keyName must be named by letters, digits, _ and -, such as OPENAI_API_KEY; got ""', { keyName: "" }],
  ["body.keyName must be named by", { keyName: "openai.key" }],
  ["body.keyName must be named by", { keyName: "arn:key" }],
  ["body.keyName must be named by", { keyName: "1st" }],
  ['body.keyName must be another one than provider and endpoint; got "endpoint"', { keyName: "endpoint" }],
  ["body.fields must be of the type object; got list", { fields: [] }],
  ['body.fields must be named by letters, digits, _ and -, such as OPENAI_API_KEY; got "my field"', { fields: { "my field": "x" } }],
  ['body.fields must have other names than apiKey, provider, endpoint; got "apiKey"', { fields: { apiKey: "x" } }],
  ['body.fields must have other names than KEY, provider, endpoint; got "KEY"', { keyName: "KEY", fields: { KEY: "x" } }],
  ["body.fields must have other names than apiKey", { fields: { endpoint: "http://gateway.acme.com/v1" } }],
  ['body.fields.limit must be a text; got "number"', { fields: { limit: 3 } }],
])("fails: %s", (message, body) => {
  expect(() => keyWith({ body: untyped(body) })).toThrow(`[own/key] ${message}`);
});

test("fails for a field that holds a key, which would be in the program and in plans, and does not show it", () => {
  const key = randomKey("openai");
  const withField = () => keyWith({ body: { fields: { SECOND_KEY: key } } });
  expect(withField).toThrow("[own/key] body.fields.SECOND_KEY holds an API key");
  expect(withField).not.toThrow(key);
});

/** The greatest length of a key in JSON, by its variable. */
function roomIn(stack: OwnStack): Record<string, number> {
  const variables = Object.entries<{ validation: { condition: string }[] }>(synthesized(stack).variable);
  const room = (condition = "") => Number(condition.match(/length\(jsonencode\(var\.\w+\)\) <= (\d+)\}$/)?.[1]);
  return Object.fromEntries(variables.map(([name, { validation }]) => [name, room(validation.at(-1)?.condition)]));
}

test("a key has to fit into the secret with what is beside it, bytes counted as Terraform writes them", () => {
  const roomFor = (body?: SecretBody) => roomIn(keyWith({ body }).stack).api_key;

  expect(roomFor()).toBeNaN();
  expect(roomFor({})).toBe(65_536 - '{"apiKey":}'.length);
  expect(roomFor({ keyName: "A", fields: { b: "c" } })).toBe(65_536 - '{"A":,"b":"c"}'.length);
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

describe("several keys in one secret", () => {
  function several(props: Partial<AiKeySecretProps> = {}) {
    const stack = new OwnStack();
    const [OPENAI_API_KEY, GROQ_API_KEY] = [new EphemeralVariable(stack, "openai"), new EphemeralVariable(stack, "groq")];
    new AiKeySecret(stack, "key", { apiKey: { OPENAI_API_KEY, GROQ_API_KEY }, name: "ai/test/api-key", ...props });
    return stack;
  }

  test("each is stored by its name, without a body and beside fields", () => {
    expect(storedIn(several())).toBe('${jsonencode({"OPENAI_API_KEY" = var.openai, "GROQ_API_KEY" = var.groq})}');
    expect(storedIn(several({ body: { fields: { provider: "litellm" } } }))).toBe(
      '${jsonencode({"OPENAI_API_KEY" = var.openai, "GROQ_API_KEY" = var.groq, "provider" = "litellm"})}',
    );
  });

  test("nothing but the write-only argument refers to them", () => {
    const { variable: _, check: __, ...others } = synthesized(several());
    expect(JSON.stringify(others).match(/var\.(openai|groq)/g)).toEqual(["var.openai", "var.groq"]);
  });

  test("they share the room of a secret equally", () => {
    const room = Math.floor((65_536 - '{"OPENAI_API_KEY":,"GROQ_API_KEY":}'.length) / 2);
    expect(roomIn(several())).toEqual({ openai: room, groq: room });
  });

  const own = new OwnStack();
  const variable = new EphemeralVariable(own, "elsewhere");

  test.each<[string, object]>([
    ["apiKey must have at least one key; got {}", { apiKey: {} }],
    ["apiKey must be named by letters, digits, _ and -", { apiKey: { "my key": variable } }],
    ["apiKey.A must be an EphemeralVariable, never a literal or an ordinary variable", { apiKey: { A: "a literal" } }],
    ["apiKey.A must be an EphemeralVariable", { apiKey: { A: new TerraformVariable(own, "ordinary", {}) } }],
    ["apiKey must be a variable of the same stack", { apiKey: { A: variable } }],
    ['body.keyName must be of one key: say it in fields, by a name of yours; got "A"', { body: { keyName: "A" } }],
    ["body.provider must be of one key", { body: { provider: "openai" } }],
    ["body.endpoint must be of one key", { body: { endpoint: "https://gateway.acme.com" } }],
    ["body.fields must have other names than OPENAI_API_KEY, GROQ_API_KEY", { body: { fields: { GROQ_API_KEY: "x" } } }],
  ])("fails: %s", (message, props) => {
    expect(() => several(Object(props))).toThrow(`[own/key] ${message}`);
  });
});
