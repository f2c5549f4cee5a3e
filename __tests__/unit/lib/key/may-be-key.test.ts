import { App } from "cdktf";
import { AiKeyStack } from "../../../../lib";
import { mayBeKey, shown } from "../../../../lib/key/may-be-key";
import { keyWith } from "../../../support/access";
import { EXAMPLE_KEYS } from "../../../support/example-keys";

test.each(Object.keys(EXAMPLE_KEYS))("a key of %s may be one, in each form", (provider) => {
  expect((EXAMPLE_KEYS[provider] ?? []).filter((key) => !mayBeKey(key))).toEqual([]);
});

test.each([
  "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_OnCall_0123456789abcdef",
  "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ai/production/openai-api-key-a1B2c3",
  "acme-terraform-states-111122223333-us-east-1",
  "Frankfurt",
  "${aws_iam_role.app.arn}",
])("%s is none, and an error shows it", (text) => {
  expect(shown(text)).toBe(JSON.stringify(text));
});

test.each<[string, (key: string) => unknown]>([
  ["provider", (key) => new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { provider: key })],
  ["keys", (key) => new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { keys: [{ provider: key }] })],
  ["region", (key) => new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { region: key })],
  ["name", (key) => keyWith({ name: `${key}!` })],
  ["readers", (key) => keyWith({ readers: [key] })],
  ["encryptionKey", (key) => keyWith({ encryptionKey: key })],
  ["grantRead", (key) => keyWith().key.grantRead({ roleName: `${key}!` })],
])("fails for a key in %s without showing it", (prop, make) => {
  for (const key of [EXAMPLE_KEYS.openai?.[0] ?? "", "sk-CutOff"]) {
    let message = "";
    try {
      make(key);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(
      new RegExp(`^Error: \\[[\\w/-]+\\] ${prop.replaceAll(/[[\]]/g, "\\$&")}.* (must .*not shown|holds an API key)`),
    );
    expect(message).not.toContain(key);
  }
});
