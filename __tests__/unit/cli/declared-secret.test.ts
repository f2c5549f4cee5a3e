import { TerraformVariable, Testing } from "cdktf";
import { declaredSecrets } from "../../../cli/declared-secret";
import { stateCheck } from "../../../cli/verify/state-check";
import type { TerraformState } from "../../../lab/terraform/state";
import { SynthesizedStack } from "../../../lab/terraform/synthesized-stack";
import { AiKeyStack, type AiKeyStackProps } from "../../../lib";
import { DECLARED_SECRET } from "../../support/declared-secret";
import { OwnStack } from "../../support/synthesized";

const KEY = ["sk", "test", "0123456789abcdef"].join("-"); // no scanner of a repository takes it for a key
const OTHER = "arn:aws:kms:eu-west-3:111122223333:key/5678";

const synthesized = (props: AiKeyStackProps) => {
  const stack = new AiKeyStack(Testing.app(), "ai-secret", { region: "us-east-1", ...props });
  return new SynthesizedStack("ai-secret", JSON.parse(Testing.synth(stack)));
};
const resource = (type: string, name: string, attributes: object) => ({
  mode: "managed",
  type,
  name,
  instances: [{ attributes: { ...attributes } }],
});
const stateOf = (stack: SynthesizedStack, attributes: Readonly<Record<string, object>>): TerraformState => ({
  outputs: {},
  resources: Object.entries(attributes).map(([type, values]) => resource(type, stack.resources(type)[0]?.[0] ?? "", values)),
});

test("a plain stack declares one key, and its state says where it is", () => {
  const stack = synthesized({});
  const state = stateOf(stack, {
    aws_secretsmanager_secret: { arn: DECLARED_SECRET.arn },
    aws_secretsmanager_secret_version: { secret_string_wo_version: 3, version_id: "deployed" },
  });
  expect(declaredSecrets(stack, state)).toEqual([DECLARED_SECRET]);
});

test("options are declared too, with what only the deploy knew", () => {
  const stack = synthesized({
    readers: ["arn:aws:iam::111122223333:role/my-app"],
    encryptionKey: "customer-managed",
    replicas: [{ region: "eu-west-1" }, { region: "eu-west-3", encryptionKey: OTHER }],
    keys: [{ provider: "openai", body: {} }],
  });
  const state = stateOf(stack, { aws_kms_key: { arn: "arn:key" }, aws_secretsmanager_secret_policy: { policy: "{}" } });
  expect(declaredSecrets(stack, state)).toMatchObject([
    {
      keys: [{ variable: "openai_api_key", provider: "openai", field: "apiKey" }],
      provider: "openai",
      keyArn: "arn:key",
      replicas: [{ region: "eu-west-1" }, { region: "eu-west-3", keyArn: OTHER }],
      policy: "{}",
      arn: undefined,
    },
  ]);
});

test("rotation is declared on the secret that has it", () => {
  const rotation = {
    function: {
      lambdaArn: "arn:aws:lambda:us-east-1:111122223333:function:rotate",
      roleArn: "arn:aws:iam::111122223333:role/rotate",
    },
    everyDays: 30,
  };
  const stack = synthesized({ keys: [{ provider: "openai", rotation }, { provider: "groq" }] });
  expect(declaredSecrets(stack, undefined).map(({ keys, rotates }) => [keys[0]?.variable, rotates])).toEqual([
    ["groq_api_key", false],
    ["openai_api_key", true],
  ]);
});

test("several keys of a secret are declared by their fields, and the secret by its own name", () => {
  const keys = { OPENAI_API_KEY: { provider: "openai" }, "groq-key": { provider: "groq" } };
  const body = {
    keys,
    fields: { note: '"x" = var.openai_api_key', region: new TerraformVariable(new OwnStack(), "region", {}).stringValue },
  };
  const [secret] = declaredSecrets(synthesized({ provider: "litellm", body }), undefined);
  expect(secret).toMatchObject({
    name: "ai/production/litellm-api-key",
    provider: "litellm",
    keys: [
      { variable: "openai_api_key", provider: "openai", field: "OPENAI_API_KEY" },
      { variable: "groq_api_key", provider: "groq", field: "groq-key" },
    ],
  });
});

test("a state with a key is found out, by the key and by the field alone", () => {
  const check = (attributes: object, keys = {}) => {
    const state = { outputs: {}, resources: [resource("aws_secretsmanager_secret_version", "version", attributes)] };
    return stateCheck({ state, stateText: JSON.stringify(state) }, keys);
  };
  expect(check({ secret_string: "" }, { TF_VAR_ai_api_key: KEY })).toEqual({ name: "State", holds: true, text: "holds no key" });
  expect(check({ secret_string: null }).text).toContain("as far as its fields say");
  expect(check({ secret_string: "x" })).toMatchObject({
    holds: false,
    text: expect.stringContaining("aws_secretsmanager_secret_version.version"),
  });

  const found = check({ id: Buffer.from(KEY).toString("base64") }, { TF_VAR_ai_api_key: KEY });
  expect(found).toMatchObject({ holds: false, text: expect.stringContaining("TF_VAR_ai_api_key") });
  expect(found.text).not.toContain(KEY);
});
