import { App, Fn, TerraformStack, TerraformVariable } from "cdktf";
import { EphemeralVariable } from "../../../lib";
import { KEY_FORMATS } from "../../../lib/key/formats";
import { type AnyKey, type AnyProps, STORES } from "../../support/stores";
import { resources, synthesized } from "../../support/synthesized";

const own = () => new TerraformStack(new App({ outdir: "never-written" }), "own");

describe.each(STORES)("$name", (store) => {
  const { stackWith, secretIn, types, key, number, nameArgument, nameOf } = store;
  const names = (props?: AnyProps) => resources(stackWith(props), types.secret).map((secret) => secret[nameArgument]);

  /** A secret that has a key in a stack of somebody else's. */
  function withSecret(props: object = {}) {
    const stack = own();
    store.provide(stack);
    secretIn(stack, new EphemeralVariable(stack, "api_key"), props);
    return stack;
  }

  test("the names that users type and read are exactly these", () => {
    const { variable, output } = synthesized(stackWith());
    expect(Object.keys(variable)).toEqual(["ai_api_key", "ai_api_key_version"]);
    expect(Object.keys(output)).toEqual(store.outputs);
  });

  test("nothing but the write-only argument refers to the key, no output either", () => {
    const { variable, ...others } = synthesized(stackWith());
    expect(JSON.stringify(others).match(/var\.ai_api_key\b/g)).toHaveLength(1);
    expect(resources(stackWith(), types.version)).toMatchObject([{ [key]: "${var.ai_api_key}", [number]: "${var.ai_api_key_version}" }]);
  });

  test("no argument that the state keeps has the key", () => {
    const stored = ["secret_string", "secret_binary", "secret_data"];
    const [version] = resources(stackWith(), types.version);
    expect(Object.keys(version).filter((argument) => stored.includes(argument))).toEqual([]);
  });

  test("the secret's name follows the environment, which a deploy alone may know", () => {
    expect(names()).toEqual([nameOf("production", "api-key")]);
    expect(names({ environment: "Staging" })).toEqual([nameOf("staging", "api-key")]);
    expect(names({ environment: Fn.upper("Staging") })).toEqual([nameOf('${lower(upper("Staging"))}', "api-key")]);
  });

  test("a too long key is refused by the name of the store", () => {
    const messages = synthesized(stackWith()).variable.ai_api_key.validation.map(
      ({ error_message }: { error_message: string }) => error_message,
    );
    expect(messages).toContainEqual(expect.stringContaining(`is longer than the 65536 bytes that ${store.name} stores`));
  });

  test("both variables are checked before anything is made", () => {
    const { ai_api_key, ai_api_key_version } = synthesized(stackWith()).variable;
    expect(ai_api_key).toMatchObject({ ephemeral: true, sensitive: true, nullable: false, type: "string" });
    expect(ai_api_key.validation.length).toBeGreaterThan(8);
    expect(ai_api_key_version).toMatchObject({
      type: "number",
      nullable: false,
      default: 1,
      validation: [{ error_message: expect.stringContaining("positive integer") }],
    });
  });

  test("the stack requires a Terraform with write-only arguments", () => {
    expect(synthesized(stackWith()).terraform.required_version).toBe(">= 1.11.0");
    expect(synthesized(withSecret()).terraform.required_version).toBe(">= 1.11.0");
  });

  describe("with several keys", () => {
    const keys: readonly AnyKey[] = [{}, { provider: "openai" }, { provider: "azure-openai" }];

    test("each has its own variable and its own secret, with the provider in each name", () => {
      expect(names({ keys })).toEqual([
        nameOf("production", "api-key"),
        nameOf("production", "azure-openai-api-key"),
        nameOf("production", "openai-api-key"),
      ]);
      const stored = resources(stackWith({ keys }), types.version).map((version) => version[key]);
      expect(stored.sort()).toEqual(["${var.ai_api_key}", "${var.azure_openai_api_key}", "${var.openai_api_key}"]);
    });

    test("the generic key is named as alone", () => {
      const { resource, output, variable } = synthesized(stackWith());
      expect(synthesized(stackWith({ keys }))).toMatchObject({ resource, output, variable });
    });

    test("the stack's options are for all keys, and a key's own for that key", () => {
      const protectedOnes = (...own: (boolean | undefined)[]) =>
        resources(
          stackWith({ preventDestroy: false, keys: own.map((preventDestroy, i) => ({ provider: `p${i}`, preventDestroy })) }),
          types.secret,
        ).map(({ lifecycle }) => lifecycle.prevent_destroy ?? false);
      expect(protectedOnes(undefined, true)).toEqual([false, true]);
    });

    test("each secret is found by its provider", () => {
      const stack = stackWith({ keys });
      expect(stack.secret("openai")).not.toBe(stack.secret());
      expect(() => stack.secret("mistral")).toThrow(
        `[keys] secret must be called with a provider in keys (the generic key, openai, azure-openai); got "mistral"`,
      );
      expect(() => stack.secret("sk-proj-0123456789abcdefghij")).toThrow(/; got "a text of 28 characters, which may be a key/);
    });

    test("a provider whose keys have no known format is a warning, unless that is meant", () => {
      const warnings = (one: AnyKey) => stackWith({ keys: [one] }).node.metadata.filter(({ type }) => type.includes("warn"));
      expect(warnings({ provider: "antropic" })).toMatchObject([{ data: expect.stringContaining("Did you mean anthropic?") }]);
      expect(warnings({ provider: "antropic", format: "any" })).toEqual([]);
      expect(warnings({ provider: "anthropic" })).toEqual([]);
    });

    test.each<[AnyKey[], string]>([
      [[], "keys must have at least one key"],
      [[{ provider: "openai" }, { provider: "openai" }], 'keys must have one key a provider; got "openai"'],
      [[{}, {}], 'keys must have one key a provider; got "the generic key"'],
      [[{ provider: "OpenAI" }], "keys[0].provider must be lower-case words with hyphens"],
      [[{ provider: "ai" }], "keys[0].provider must be lower-case words with hyphens, other than ai and api"],
      [[{ provider: "" }], "keys[0].provider must be lower-case words with hyphens"],
    ])("fails for %j", (bad, message) => {
      expect(() => stackWith({ keys: bad })).toThrow(`[keys] ${message}`);
    });
  });

  test.each(KEY_FORMATS)("a key of $provider is checked in its format", ({ provider, name }) => {
    const stack = stackWith({ keys: [{ provider }] });
    const checks = Object.values<{ assert: { error_message: string }[] }>(synthesized(stack).check);
    expect(checks.flatMap(({ assert }) => assert.map(({ error_message }) => error_message))).toContainEqual(
      expect.stringContaining(`is not a whole key of ${name}`),
    );
  });

  test("with a body, the secret is JSON, and the key has to fit into it", () => {
    const stack = stackWith({ keys: [{ provider: "openai", body: { endpoint: "https://api.openai.com/v1" } }] });
    expect(resources(stack, types.version)[0][key]).toBe(
      '${jsonencode({"apiKey" = var.openai_api_key, "provider" = "openai", "endpoint" = "https://api.openai.com/v1"})}',
    );
    const conditions: { condition: string }[] = synthesized(stack).variable.openai_api_key.validation;
    expect(conditions.some(({ condition }) => condition.includes("length(jsonencode(var.openai_api_key)) <= "))).toBe(true);
  });

  test("the key's field has the name of the user's, and fields beside it", () => {
    const [version] = resources(withSecret({ body: { keyName: "KEY", fields: { note: "x" } } }), types.version);
    expect(version[key]).toBe('${jsonencode({"KEY" = var.api_key, "note" = "x"})}');
    expect(() => withSecret({ body: { keyName: "a.b" } })).toThrow("[own/key] body.keyName must be named by");
    expect(() => withSecret({ body: { endpoint: "http://a" } })).toThrow("[own/key] body.endpoint must be an https address");
  });

  test("fails for a literal key, which is not repeated, and for an ordinary variable", () => {
    const stack = own();
    const literal = "sk-literal-key-in-the-program";
    // @ts-expect-error a string is not an EphemeralVariable
    const withLiteral = () => secretIn(stack, literal);
    expect(withLiteral).toThrow(`apiKey must be an EphemeralVariable`);
    expect(withLiteral).not.toThrow(literal);
    // @ts-expect-error a TerraformVariable is not ephemeral
    expect(() => secretIn(own(), new TerraformVariable(stack, "ordinary", {}))).toThrow(`apiKey must be an EphemeralVariable`);
  });

  test.each([0, -1, 1.5, 2 ** 53])("fails for the version %d", (apiKeyVersion) => {
    expect(() => withSecret({ apiKeyVersion })).toThrow(`apiKeyVersion must be a positive integer below 2^53; got ${apiKeyVersion}`);
  });

  test("fails for a prop that nobody reads, and says which one is near", () => {
    const misspelt = JSON.parse('{ "reader": [] }');
    expect(() => stackWith(misspelt)).toThrow(`[keys] has no prop reader. Did you mean readers?`);
    expect(() => stackWith({ keys: [misspelt] })).toThrow(`[keys] keys[0] has no prop reader. Did you mean readers?`);
    expect(() => withSecret(misspelt)).toThrow(`[own/key] has no prop reader. Did you mean readers?`);
    expect(() => withSecret({ body: { endpint: "x" } })).toThrow(`[own/key] body has no prop endpint. Did you mean endpoint?`);
  });

  test("synth refuses an environment that has the key logged", () => {
    process.env.TF_LOG = "DEBUG";
    try {
      expect(() => stackWith()).toThrow("TF_LOG, as it is set, logs the requests");
      expect(() => withSecret()).toThrow("TF_LOG, as it is set, logs the requests");
    } finally {
      delete process.env.TF_LOG;
    }
  });
});
