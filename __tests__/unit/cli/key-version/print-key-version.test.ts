import { spawnSync } from "node:child_process";
import { keyProblem } from "../../../../cli/key-version/key-problem";
import { keyVersion } from "../../../../cli/key-version/key-version";
import { randomKey } from "../../../../lab/random-key";

const KEY = randomKey();

function run(env: Record<string, string>, options: readonly string[] = [], command = "key-version") {
  const args = ["bin/ai-key.js", command, ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env: { PATH: process.env.PATH, ...env }, encoding: "utf8" });
  return { status, stdout, stderr };
}

test.each(["key-version", "version"])(
  "the number is all that is printed by %s",
  (command) => {
    const stdout = `${keyVersion(KEY, "ai/production/api-key")}\n`;
    expect(run({ TF_VAR_ai_api_key: KEY }, [], command)).toEqual({ status: 0, stdout, stderr: "" });
  },
  30_000,
);

test("one of many keys has its own variable and secret, and a secret may have a name of its own", () => {
  const { stdout } = run({ TF_VAR_openai_api_key: KEY }, ["--provider", "openai", "--secret-name", "mine", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ variable: "openai_api_key_version", secretName: "mine", version: keyVersion(KEY, "mine") });
}, 30_000);

test.each([
  ["", "ai_api_key is empty. A CI secret that does not exist"],
  [`${KEY}\n`, "ai_api_key begins or ends with white space"],
  [`"${KEY}"`, "ai_api_key is wrapped in quotes"],
  ["<YOUR_AI_API_SECRET_KEY>", "ai_api_key is a placeholder"],
  ["[paste-your-key-here]", "ai_api_key is a placeholder"],
])("says of the key %j what Terraform says", (key, message) => {
  expect(keyProblem("ai_api_key", key)).toContain(message);
  expect(keyProblem("ai_api_key", key)).not.toContain(KEY);
});

test("fails for a key that Terraform would refuse, without printing it", () => {
  const { status, stdout, stderr } = run({ TF_VAR_ai_api_key: `"${KEY}"` });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain("ai_api_key is wrapped in quotes");
  expect(stderr).not.toContain(KEY);
}, 30_000);
