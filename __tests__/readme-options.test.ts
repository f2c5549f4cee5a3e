import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { AiKeyStack, type AiKeyStackProps } from "../lib";
import { OTHER, ROLE } from "./access";

const CONSTANTS = {
  APP_ROLE: ROLE,
  ON_CALL_ROLE: "arn:aws:iam::111122223333:role/on-call",
  PARTNER_ROLE: OTHER,
  KEY_ARN: "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  FUNCTION_ARN: "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key",
  ITS_ROLE_ARN: "arn:aws:iam::111122223333:role/rotate-key",
  SECRET_ARN: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:by-hand-a1B2c3",
  TOPIC_ARN: "arn:aws:sns:eu-central-1:111122223333:security",
};

/** The rows of the README's table of options, with their examples. */
const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
const rows = [...readme.matchAll(/^\| ([\w ]+?) +\|.*\| `(.+)`<br>`(.+)` +\|$/gm)].map(([, option = "", first, second]) => ({
  option,
  example: `${first} ${second}`,
}));

test("there is a row for each option", () => {
  expect(rows.map(({ option }) => option)).toEqual([
    "Readers",
    "Encryption",
    "Replicas",
    "Rotation",
    "Adoption",
    "Deletion",
    "Many keys",
    "Key formats",
    "Body",
    "Audit",
    "Discovery",
  ]);
});

test.each(rows)("$option: the example works as it stands", ({ example }) => {
  const props: AiKeyStackProps = new Function(...Object.keys(CONSTANTS), `return { ${example} };`)(...Object.values(CONSTANTS));
  const stack = new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { region: "eu-central-1", ...props });

  const alone = new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { region: "eu-central-1" });
  expect(Testing.synth(stack, true)).not.toBe(Testing.synth(alone, true));
});
