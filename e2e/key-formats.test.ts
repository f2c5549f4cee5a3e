import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLE_KEYS } from "../__tests__/example-keys";
import { unwrapped } from "../cli/rehearsal/expect";
import { apiKeyValidations } from "../lib/api-key-validations";
import { keyFormatValidations } from "../lib/key-format-validations";
import { KEY_FORMATS } from "../lib/key-formats";
import { describeWithAws, type Lab, openLab } from "./support/lab";

const PROVIDERS = KEY_FORMATS.map(({ provider }) => provider);
const nameOf = (provider: string) => KEY_FORMATS.find((format) => format.provider === provider)?.name ?? "";

/** A slot for each provider's key, in one configuration: Terraform then checks a key against all of them at once. */
const variables = Object.fromEntries(
  PROVIDERS.map((provider) => {
    const name = `slot_${provider.replaceAll("-", "_")}`;
    const validation = [...apiKeyValidations(name), ...keyFormatValidations(name, provider)].map(({ condition, errorMessage }) => ({
      condition,
      error_message: errorMessage,
    }));
    return [name, { type: "string", ephemeral: true, sensitive: true, nullable: false, validation }];
  }),
);

describeWithAws("each AI provider's key, in every provider's slot", () => {
  let lab: Lab;
  let folder = "";

  beforeAll(async () => {
    lab = await openLab();
    folder = join(lab.sandbox.folder, "formats");
    mkdirSync(folder);
    writeFileSync(join(folder, "variables.tf.json"), JSON.stringify({ variable: variables }, null, 2));
  });
  afterAll(async () => await lab?.close());

  /** What Terraform says of a key in each slot: nothing where it takes it. */
  async function messages(key: string): Promise<Record<string, string[]>> {
    const { output } = await lab.sandbox.tryTerraform(
      ["plan"],
      Object.fromEntries(Object.keys(variables).map((name) => [name, key])),
      folder,
    );
    expect(output).not.toContain(key);
    const errors = unwrapped(output).split("Error: Invalid value for variable").slice(1);
    return Object.fromEntries(
      PROVIDERS.map((provider) => [provider, errors.filter((error) => error.includes(` slot_${provider.replaceAll("-", "_")} `))]),
    );
  }

  test.each(PROVIDERS)("%s: its keys are taken there, and refused elsewhere by the name of whose they are", async (provider) => {
    for (const key of EXAMPLE_KEYS[provider] ?? []) {
      const said = await messages(key);
      const fits = PROVIDERS.filter((slot) => slot === provider || (slot === "mistral" && /^[0-9a-f]{32}$/.test(key))); // as Azure's older keys

      expect(PROVIDERS.filter((slot) => said[slot]?.length === 0)).toEqual(fits);
      for (const slot of PROVIDERS.filter((other) => !fits.includes(other))) {
        const expected = fits.map((owner) => `seems to be a key of ${nameOf(owner)}, not of ${nameOf(slot)}`);
        expect(said[slot]).toEqual(expected.map((text) => expect.stringContaining(text)));
      }
    }
  });

  test.each(PROVIDERS)("%s: half of a key is refused, with what a whole one looks like", async (provider) => {
    const [key = ""] = EXAMPLE_KEYS[provider] ?? [];
    const [message, ...others] = (await messages(key.slice(0, key.length / 2)))[provider] ?? [];

    expect(message).toMatch(new RegExp(`is not a whole key of ${nameOf(provider)}, which |seems to be a key of`));
    expect(others).toEqual([]);
  });

  test("a key of no known provider is refused in every slot", async () => {
    const said = await messages("a-key-of-the-gateway-of-our-own-with-46-letters");
    expect(PROVIDERS.filter((slot) => said[slot]?.length === 0)).toEqual([]);
  });

  test("one message is enough for a placeholder", async () => {
    const said = await messages("<YOUR_AI_API_SECRET_KEY>");
    expect(said.openai).toEqual([expect.stringContaining("is a placeholder")]);
  });
});
