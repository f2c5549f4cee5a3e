import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrapped } from "../../lab/expect";
import type { CommandResult } from "../../lab/process/command";
import { KEY_FORMATS } from "../../lib/key/formats";
import { type BrokenRules, findBrokenRules } from "../support/broken-rules";
import { EXAMPLE_KEYS } from "../support/example-keys";
import { describeWithAws, type Lab, openLab } from "../support/lab";

const EMPTY = "ai_api_key is empty";
const PADDED = "ai_api_key begins or ends with white space or a newline";
const FOREIGN = "ai_api_key contains white space, a control character or a character outside ASCII";
const QUOTED = "ai_api_key is wrapped in quotes";
const PLACEHOLDER = "ai_api_key is a placeholder, a masked value or a variable that was not expanded";
const SHORT = "ai_api_key is shorter than 16 characters";
const LONG = "ai_api_key is longer than the 65536 bytes";

const GOOD = ["sk", "proj", "3yJ8vQbT0aWcXrZk6LmN2pUf9HdGs1Ee"].join("-");

const REFUSED: readonly (readonly [value: string, message: string])[] = [
  ["", `${EMPTY}. A CI secret that does not exist arrives as an empty string`],
  ["   ", PADDED],
  [` ${GOOD}`, PADDED],
  [`${GOOD} `, PADDED],
  [`${GOOD}\n`, PADDED],
  [`${GOOD}\r\n`, PADDED],
  [`\t${GOOD}`, PADDED],
  [`\u00a0${GOOD}`, PADDED],
  ["sk-proj 3yJ8vQbT0aWcXrZk6LmN2pUf", FOREIGN],
  ["sk-proj\n3yJ8vQbT0aWcXrZk6LmN2pUf", FOREIGN],
  ["sk-proj\t3yJ8vQbT0aWcXrZk6LmN2pUf", FOREIGN],
  ["sk-proj\u00073yJ8vQbT0aWcXrZk6LmN2pUf", FOREIGN],
  ["sk-proj\u200b3yJ8vQbT0aWcXrZk6LmN2pUf", FOREIGN],
  [`\ufeff${GOOD}`, FOREIGN],
  ["sk-schlüssel-3yJ8vQbT0aWcXrZk6LmN2", FOREIGN],
  [`“${GOOD}”`, FOREIGN],
  [`"${GOOD}"`, QUOTED],
  [`'${GOOD}'`, QUOTED],
  [`\`${GOOD}\``, QUOTED],
  ["<YOUR_AI_API_SECRET_KEY>", PLACEHOLDER],
  ["[paste-your-key-here]", PLACEHOLDER],
  ["changeme", PLACEHOLDER],
  ["CHANGE_ME", PLACEHOLDER],
  ["replace-this", PLACEHOLDER],
  ["your-api-key", PLACEHOLDER],
  ["YOUR_OPENAI_API_KEY_HERE", PLACEHOLDER],
  ["sk-your-api-key-here", PLACEHOLDER],
  ["your-api-key-123", PLACEHOLDER],
  ["YOUR_OPENAI_API_KEY_2", PLACEHOLDER],
  ["yourapikey", PLACEHOLDER],
  ["my-openai-api-key", PLACEHOLDER],
  ["change-me-please", PLACEHOLDER],
  ["changeme-in-production", PLACEHOLDER],
  ["replace-with-real-key", PLACEHOLDER],
  ["placeholder-api-key", PLACEHOLDER],
  ["dummy-api-key-value", PLACEHOLDER],
  ["xxxx...xxxx", PLACEHOLDER],
  ["xxxxxxxxxxxxxxxxxxxx", PLACEHOLDER],
  ["sk-proj-XXXXXXXXXXXXXXXXXXXX", PLACEHOLDER],
  ["${OPENAI_API_KEY_OF_THE_TEAM}", PLACEHOLDER],
  ["${{secrets.AI_API_KEY}}", PLACEHOLDER],
  ["$OPENAI_API_KEY_OF_THE_TEAM", PLACEHOLDER],
  ["$(cat-the-key-from-a-file)", PLACEHOLDER],
  ["{{vault.openai.api.key}}", PLACEHOLDER],
  ["***", PLACEHOLDER],
  ["sk-proj-************1Ee9", PLACEHOLDER],
  ["undefined", PLACEHOLDER],
  ["sk-3yJ8vQbT0aWc", SHORT],
  ["k", SHORT],
  [`sk-${"a1".repeat(32_767)}`, LONG],
];

const ACCEPTED = [
  GOOD,
  "0123456789abcdef",
  "sk-ant-api03-your0rder-keyring_token5",
  "sk-enterprise-gateway-key",
  "sk-mycompany-llm-key",
  "myra-keystone-gateway",
  "my-gateway-virtual-token",
  "a$b%c\\d&e<f>g+h/i=j~k^l|m`n:o;p,q?r#s@t!u(v)w[x]y{z}",
  "$2b$10$abcdefghijklmnopqrstuv",
  "k".repeat(65_536),
];

/** A value as a title shows it: on one line, and not 64 KB long. */
function titleOf(value: string): string {
  const shown = value.length > 80 ? `${value.slice(0, 16)}… (${value.length} characters)` : value;
  return JSON.stringify(shown);
}

const PROVIDERS = KEY_FORMATS.map(({ provider }) => provider);
const nameOf = (provider: string) => KEY_FORMATS.find((format) => format.provider === provider)?.name ?? "";
const variableOf = (provider: string) => `${provider.replaceAll("-", "_")}_api_key`;
const exampleOf = (provider: string) => EXAMPLE_KEYS[provider]?.[0] ?? "";
const halfOf = (provider: string) => exampleOf(provider).slice(0, exampleOf(provider).length / 2);

/** The slot whose secret is JSON, and keys that just fit into it, or just don't: Terraform writes < in six characters. */
const WITH_BODY = "gateway";
const BODY = { endpoint: "https://api.example.com/v1?a&b" };
const ROOM = 65_536 - JSON.stringify({ apiKey: "", provider: WITH_BODY, ...BODY }).length - "\\u0026".length + 1;
const FITS_INTO_BODY = ["k".repeat(ROOM), `${"k".repeat(ROOM - 6)}<`];
const TOO_LONG_FOR_BODY = ["k".repeat(ROOM + 1), `${"k".repeat(ROOM - 5)}<`, "k".repeat(65_536)];

const OF_A_GATEWAY = "a-key-of-the-gateway-of-our-own-with-46-letters";

const VALUES = [
  ...REFUSED.map(([value]) => value),
  ...ACCEPTED,
  ...Object.values(EXAMPLE_KEYS).flat(),
  ...PROVIDERS.map(halfOf),
  OF_A_GATEWAY,
  ...FITS_INTO_BODY,
  ...TOO_LONG_FOR_BODY,
];

/** A slot for the generic key, one for each provider's, and one whose secret is JSON. */
const PROGRAM = `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", { region: "us-east-1", keys: ${JSON.stringify([{}, ...PROVIDERS.map((provider) => ({ provider })), { provider: WITH_BODY, format: "any", body: BODY }])} });
app.synth();
`;

/** What is refused for real, one for each kind of rule, each in a slot of its own. */
const REFUSED_BY_PLAN: Readonly<Record<string, readonly [value: string, message: string]>> = {
  openai: ["", EMPTY],
  anthropic: [`${GOOD}\r\n`, PADDED],
  "google-gemini": ["sk-schlüssel-3yJ8vQbT0aWcXrZk6LmN2", FOREIGN],
  "azure-openai": [`"${GOOD}"`, QUOTED],
  mistral: ["sk-your-api-key-here", PLACEHOLDER],
  cohere: ["sk-3yJ8vQbT0aWc", SHORT],
  groq: [`gsk_${"a1".repeat(32_767)}`, LONG],
  xai: [exampleOf("anthropic"), "api_key seems to be a key of Anthropic, not of xAI"],
  deepseek: [halfOf("deepseek"), "api_key is not a whole key of DeepSeek"],
};

const REFUSED_VERSIONS = ["0", "-1", "1.5", "9007199254740992"];

describeWithAws("what Terraform takes as a key", () => {
  let lab: Lab;
  let brokenRules: BrokenRules;
  /** A folder with the production program's variables alone: Terraform checks them just the same, without starting a provider. */
  let folder = "";

  beforeAll(async () => {
    lab = await openLab(PROGRAM, { noProvider: true });
    folder = join(lab.sandbox.folder, "variables");
    mkdirSync(folder);
    const { variable } = JSON.parse(readFileSync(join(lab.sandbox.stackFolder, "cdk.tf.json"), "utf8"));
    writeFileSync(join(folder, "variables.tf.json"), JSON.stringify({ variable }, null, 2));
    brokenRules = await findBrokenRules(lab.sandbox, join(lab.sandbox.folder, "rules"), variable, VALUES);
  });
  afterAll(async () => await lab?.close());

  const GOOD_KEYS = {
    ai_api_key: GOOD,
    gateway_api_key: GOOD,
    ...Object.fromEntries(PROVIDERS.map((provider) => [variableOf(provider), exampleOf(provider)])),
  };

  /** Plans with good keys, but for some. */
  const plan = (others: Record<string, string>) => lab.sandbox.tryTerraform(["plan"], { ...GOOD_KEYS, ...others }, folder);

  const errorsOf = ({ output }: CommandResult) => unwrapped(output).split("Error: ").slice(1);

  test.each(REFUSED.map(([value, message]) => ({ title: titleOf(value), value, message })))("refused: $title", ({ value, message }) => {
    expect(brokenRules("ai_api_key", value)).toEqual([expect.stringContaining(message)]);
  });

  test.each(ACCEPTED.map((value) => ({ title: titleOf(value), value })))("a good key is not refused: $title", ({ value }) => {
    expect(brokenRules("ai_api_key", value)).toEqual([]);
  });

  test.each(PROVIDERS)("%s: its keys are taken there, and refused elsewhere by the name of whose they are", (provider) => {
    for (const key of EXAMPLE_KEYS[provider] ?? []) {
      const fits = PROVIDERS.filter((slot) => slot === provider || (slot === "mistral" && /^[0-9a-f]{32}$/.test(key))); // as Azure's older keys
      for (const slot of PROVIDERS) {
        const others = fits.includes(slot) ? [] : fits.map((owner) => `seems to be a key of ${nameOf(owner)}, not of ${nameOf(slot)}`);
        expect(brokenRules(variableOf(slot), key)).toEqual(others.map((text) => expect.stringContaining(text)));
      }
    }
  });

  test.each(PROVIDERS)("%s: half of a key is refused, with what a whole one looks like", (provider) => {
    expect(brokenRules(variableOf(provider), halfOf(provider))).toEqual([
      expect.stringMatching(new RegExp(`is not a whole key of ${nameOf(provider)}, which |seems to be a key of`)),
    ]);
  });

  test("a key of no known provider is refused in every provider's slot", () => {
    for (const provider of PROVIDERS) {
      expect(brokenRules(variableOf(provider), OF_A_GATEWAY)).not.toEqual([]);
    }
  });

  test("a key that fits into a secret, but not with what body has beside it, breaks one rule", () => {
    for (const key of TOO_LONG_FOR_BODY) {
      expect(brokenRules("gateway_api_key", key)).toEqual([
        expect.stringContaining("gateway_api_key does not fit into its secret with what body has"),
      ]);
      expect(brokenRules("ai_api_key", key)).toEqual([]);
    }
    for (const key of FITS_INTO_BODY) {
      expect(brokenRules("gateway_api_key", key)).toEqual([]);
    }
    expect(brokenRules("gateway_api_key", `sk-${"a1".repeat(32_767)}`)).toEqual([
      expect.stringContaining("is longer than the 65536 bytes"),
    ]);
  });

  test("a placeholder breaks one rule in a provider's slot too", () => {
    expect(brokenRules("openai_api_key", "<YOUR_AI_API_SECRET_KEY>")).toEqual([expect.stringContaining("is a placeholder")]);
  });

  test("a plan with bad keys and bad versions fails, by one error each, and shows none of the values", async () => {
    const versions = Object.fromEntries(
      REFUSED_VERSIONS.map((version, index) => [`${variableOf(PROVIDERS[index] ?? "")}_version`, version]),
    );
    const keys = Object.fromEntries(Object.entries(REFUSED_BY_PLAN).map(([provider, [value]]) => [variableOf(provider), value]));
    const result = await plan({ ...keys, ...versions });
    const errors = errorsOf(result);

    expect(result.exitCode).not.toBe(0);
    expect(errors).toHaveLength(Object.keys({ ...keys, ...versions }).length);
    for (const [provider, [value, message]] of Object.entries(REFUSED_BY_PLAN)) {
      expect(errors).toContainEqual(expect.stringContaining(message.replace("ai_api_key", variableOf(provider))));
      expect(result.output.split(value.trim() || "none")).toHaveLength(1);
    }
    for (const variable of Object.keys(versions)) {
      expect(errors).toContainEqual(expect.stringContaining(`${variable} must be a positive integer below 2^53`));
    }
  });

  test("a plan with versions that are no numbers fails", async () => {
    const result = await plan({ ai_api_key_version: "two", openai_api_key_version: "" });

    expect(result.exitCode).not.toBe(0);
    expect(errorsOf(result)).toHaveLength(2);
  });

  test("a plan with a good key in each slot, and the greatest version, does not fail", async () => {
    expect(await plan({ ai_api_key_version: "9007199254740991" })).toMatchObject({ exitCode: 0 });
  });
});
