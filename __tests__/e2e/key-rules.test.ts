import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrapped } from "../../lab/expect";
import type { CommandResult } from "../../lab/process/command";
import { randomKeyFor } from "../../lab/random-key";
import { KEY_FORMATS } from "../../lib/key/formats";
import { type KeyKind, keyRules } from "../../lib/key/rules";
import type { SecretBody } from "../../lib/secret/body";
import { type BrokenRules, findBrokenRules, type ValidatedVariable } from "../support/broken-rules";
import { EXAMPLE_KEYS } from "../support/example-keys";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { matchingText } from "../support/matching-text";
import { PLAN_ONLY } from "../support/plan-only";
import { NO_APPLICATION_RULES, OTHER_SERVICE_RULES } from "../support/scanner-rules";

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
const variableOf = (provider: string) => `${provider.replaceAll("-", "_")}_api_key`;
const exampleOf = (provider: string) => EXAMPLE_KEYS[provider]?.[0] ?? "";
const halfOf = (provider: string) => exampleOf(provider).slice(0, Math.min(exampleOf(provider).length / 2, 30)); // shorter than any key of OpenAI

/** The slot whose secret is JSON, and keys that just fit into it, or just don't: Terraform writes < in six characters. */
const WITH_BODY = "other";
const BODY = { endpoint: "https://api.example.com/v1?a&b" };
const ROOM = 65_536 - JSON.stringify({ apiKey: "", provider: WITH_BODY, ...BODY }).length - "\\u0026".length + 1;
const FITS_INTO_BODY = ["k".repeat(ROOM), `${"k".repeat(ROOM - 6)}<`];
const TOO_LONG_FOR_BODY = ["k".repeat(ROOM + 1), `${"k".repeat(ROOM - 5)}<`, "k".repeat(65_536)];

const OF_A_GATEWAY = "a-key-of-the-gateway-of-our-own-with-46-letters";
const OF_AN_ACCOUNT = JSON.stringify({
  type: "service_account",
  private_key: "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n",
});

const VALUES = [
  ...REFUSED.map(([value]) => value),
  ...ACCEPTED,
  ...Object.values(EXAMPLE_KEYS).flat(),
  ...PROVIDERS.map(halfOf),
  ...[...NO_APPLICATION_RULES, ...OTHER_SERVICE_RULES].map(matchingText),
  OF_A_GATEWAY,
  ...FITS_INTO_BODY,
  ...TOO_LONG_FOR_BODY,
  "token-abc123",
  "not-the-key-but-well-formed",
  OF_AN_ACCOUNT,
  `${JSON.stringify(JSON.parse(OF_AN_ACCOUNT), null, 2)}\n`,
  OF_AN_ACCOUNT.slice(0, 60),
  `\ufeff${OF_AN_ACCOUNT}`,
  `'${OF_AN_ACCOUNT}'`,
  '{"note":"schlüssel"}',
  "[1]",
  "{}",
];

const isShort = (value: string) => value.length < 60_000;

/** A slot for the generic key, for each provider's, and for what is none in a provider's form. */
const SLOTS: readonly (KeyKind & { readonly variable: string; readonly body?: SecretBody })[] = [
  { variable: "ai_api_key" },
  ...PROVIDERS.map((provider) => ({ variable: variableOf(provider), provider })),
  { variable: "vertex_api_key", provider: "vertex", format: "json" },
  { variable: "gateway_api_key", provider: "gateway", format: "gateway" },
  { variable: "other_api_key", provider: WITH_BODY, format: "any", body: BODY },
];

const PROGRAM = `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", { region: "us-east-1", keys: ${JSON.stringify(SLOTS.map(({ variable: _, ...key }) => key))} });
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
  openrouter: [matchingText(NO_APPLICATION_RULES[0] ?? ""), "api_key is an admin key, a management key or a session of a person"],
  perplexity: [matchingText(OTHER_SERVICE_RULES[0] ?? ""), "api_key seems to be a key of another service"],
  replicate: [OF_AN_ACCOUNT, "api_key is JSON, not an API key"],
  vertex: [OF_AN_ACCOUNT.slice(0, 60), "api_key is not a whole JSON object"],
};

const REFUSED_VERSIONS = ["0", "-1", "1.5", "9007199254740992"];

/** A check of the synthesized program. */
interface WarningCheck {
  readonly assert: NonNullable<ValidatedVariable["validation"]>;
}

describeWithAws("what Terraform takes as a key", () => {
  let lab: Lab;
  let brokenRules: BrokenRules;
  /** A folder with the production program's variables alone: Terraform checks them just the same, without starting a provider. */
  let folder = "";

  beforeAll(async () => {
    lab = await openLab(PROGRAM, { noProvider: true });
    folder = join(lab.sandbox.folder, "variables");
    mkdirSync(folder);
    const { variable, check }: { variable: Record<string, ValidatedVariable>; check: Record<string, WarningCheck> } = JSON.parse(
      readFileSync(join(lab.sandbox.stackFolder, "cdk.tf.json"), "utf8"),
    );
    const ofKeys = Object.entries(check).filter(([, { assert }]) => assert.every(({ condition }) => condition.includes("var.")));
    writeFileSync(join(folder, "variables.tf.json"), JSON.stringify({ variable, check: Object.fromEntries(ofKeys) }, null, 2));
    const short = VALUES.filter(isShort); // one slot of each kind is enough for the others
    const values = Object.fromEntries(
      SLOTS.map(({ variable, provider }) => [variable, PROVIDERS.includes(provider ?? "") ? short : VALUES]),
    );
    const warnings = (name: string) =>
      ofKeys.flatMap(([, { assert }]) => assert.filter(({ condition }) => condition.includes(`var.${name})`)));
    const all = Object.entries(variable).map(([name, settings]) => [
      name,
      { ...settings, validation: [...(settings.validation ?? []), ...warnings(name)] },
    ]);
    brokenRules = await findBrokenRules(lab.sandbox, join(lab.sandbox.folder, "rules"), Object.fromEntries(all), values);
  });
  afterAll(async () => await lab?.close());

  const GOOD_KEYS = Object.fromEntries(SLOTS.map(({ variable, ...kind }) => [variable, randomKeyFor(keyRules(variable, kind))]));
  const PLAN_ONLY_KEYS = Object.fromEntries(SLOTS.map(({ variable }) => [variable, PLAN_ONLY]));

  /** Plans with good keys, but for some. */
  const plan = (others: Record<string, string>) => lab.sandbox.tryTerraform(["plan"], { ...GOOD_KEYS, ...others }, folder);

  const errorsOf = ({ output }: CommandResult) => unwrapped(output).split("Error: ").slice(1);

  test.each(REFUSED.map(([value, message]) => ({ title: titleOf(value), value, message })))("refused: $title", ({ value, message }) => {
    expect(brokenRules("ai_api_key", value)).toEqual([expect.stringContaining(message)]);
  });

  test.each(ACCEPTED.map((value) => ({ title: titleOf(value), value })))("a good key is not refused: $title", ({ value }) => {
    expect(brokenRules("ai_api_key", value)).toEqual([]);
  });

  test.each(SLOTS)("Terraform says of each value what the program says, in the slot $variable", ({ variable, ...kind }) => {
    const rules = keyRules(variable, kind);
    for (const value of VALUES.filter(isShort)) {
      const broken = rules.filter(({ refuses }) => refuses.holds(value)).map(({ message }) => message);
      expect({ value, broken: brokenRules(variable, value) }).toEqual({ value, broken });
    }
  });

  test("a key that fits into a secret, but not with what body has beside it, breaks one rule", () => {
    for (const key of TOO_LONG_FOR_BODY) {
      expect(brokenRules("other_api_key", key)).toEqual([
        expect.stringContaining("other_api_key does not fit into its secret with what is beside it"),
      ]);
      expect(brokenRules("ai_api_key", key)).toEqual([]);
    }
    for (const key of FITS_INTO_BODY) {
      expect(brokenRules("other_api_key", key)).toEqual([]);
    }
    expect(brokenRules("other_api_key", `sk-${"a1".repeat(32_767)}`)).toEqual([expect.stringContaining("is longer than the 65536 bytes")]);
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

  test("a key in a form that its provider does not have is taken, with a warning that does not show it", async () => {
    const key = halfOf("deepseek");
    const { exitCode, output } = await plan({ [variableOf("deepseek")]: key });
    expect(exitCode).toBe(0);
    expect(unwrapped(output)).toContain("Warning: Check block assertion failed");
    expect(unwrapped(output)).toContain("api_key is not a whole key of DeepSeek");
    expect(output).not.toContain(key);
  });

  test("a value for a plan in each slot: the plan takes it, the apply refuses it, and a destroy takes it again", async () => {
    expect(await plan(PLAN_ONLY_KEYS)).toMatchObject({ exitCode: 0 });

    const apply = await lab.sandbox.tryTerraform(["apply", "-auto-approve"], PLAN_ONLY_KEYS, folder);
    expect(apply.exitCode).not.toBe(0);
    expect(errorsOf(apply)).toHaveLength(SLOTS.length);
    for (const { variable } of SLOTS) {
      expect(errorsOf(apply)).toContainEqual(expect.stringContaining(`${variable} is the value for a plan, which is no key.`));
    }
    expect(await lab.sandbox.tryTerraform(["destroy", "-auto-approve"], PLAN_ONLY_KEYS, folder)).toMatchObject({ exitCode: 0 });
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
