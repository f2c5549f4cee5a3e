import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrapped } from "../cli/rehearsal/expect";
import { describeWithAws, type Lab, openLab } from "./support/lab";

const EMPTY = "ai_api_key is empty";
const PADDED = "ai_api_key begins or ends with white space or a newline";
const FOREIGN = "ai_api_key contains white space, a control character or a character outside ASCII";
const QUOTED = "ai_api_key is wrapped in quotes";
const PLACEHOLDER = "ai_api_key is a placeholder, a masked value or a variable that was not expanded";
const SHORT = "ai_api_key is shorter than 16 characters";
const LONG = "ai_api_key is longer than the 65536 bytes";

const GOOD = "sk-proj-3yJ8vQbT0aWcXrZk6LmN2pUf9HdGs1Ee";

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

describeWithAws("a bad key is refused by Terraform", () => {
  let lab: Lab;
  /** A folder with the production program's variables alone: Terraform checks them just the same, without starting a provider. */
  let folder = "";

  beforeAll(async () => {
    lab = await openLab();
    folder = join(lab.sandbox.folder, "variables");
    mkdirSync(folder);
    const { variable } = JSON.parse(readFileSync(join(lab.sandbox.stackFolder, "cdk.tf.json"), "utf8"));
    writeFileSync(join(folder, "variables.tf.json"), JSON.stringify({ variable }, null, 2));
  });
  afterAll(async () => await lab?.close());

  const plan = (variables: Record<string, string>) => lab.sandbox.tryTerraform(["plan"], variables, folder);

  test.each(REFUSED.map(([value, message]) => ({ title: titleOf(value), value, message })))("$title", async ({ value, message }) => {
    const { exitCode, output } = await plan({ ai_api_key: value });

    expect(exitCode).not.toBe(0);
    const errors = unwrapped(output);
    expect(errors).toContain(message);
    expect(errors.match(/Error: Invalid value for variable/g)).toHaveLength(1);
    if (value.trim().length > 1) {
      expect(output).not.toContain(value);
      expect(errors).not.toContain(value.trim());
    }
  });

  test.each(ACCEPTED.map((value) => ({ title: titleOf(value), value })))("but a good key is not: $title", async ({ value }) => {
    expect(await plan({ ai_api_key: value })).toMatchObject({ exitCode: 0 });
  });

  test.each(["0", "-1", "1.5", "9007199254740992", "two", ""])("and so is the key version %j", async (ai_api_key_version) => {
    const { exitCode } = await plan({ ai_api_key: GOOD, ai_api_key_version });
    expect(exitCode).not.toBe(0);
  });

  test("the greatest key version is accepted", async () => {
    expect(await plan({ ai_api_key: GOOD, ai_api_key_version: "9007199254740991" })).toMatchObject({ exitCode: 0 });
  });

  test("cdktf deploy without the variable fails, and does not wait for an answer", async () => {
    const { exitCode, output } = await lab.sandbox.tryDeploy({});

    expect(exitCode).not.toBe(0);
    expect(unwrapped(output)).toContain('input variable "ai_api_key" is not set');
    expect(await lab.aws.secretNames()).toEqual([]);
  });
});
