import type { AiKeySecretProps } from "../../../../lib";
import { keyWith, ROLE, resources, synthesized } from "../../../support/access";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:my-key-a1B2c3";
const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("an adopted secret is imported by its ARN", () => {
  const { stack } = keyWith({ name: "my-key", adoptSecretArn: ARN });
  expect(synthesized(stack).import).toEqual([{ to: expect.stringMatching(/^aws_secretsmanager_secret\./), id: ARN }]);
});

test("a name that AWS warns against can be adopted: it can't be changed", () => {
  const adoptSecretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:my-openai-a1B2c3";
  expect(() => keyWith({ name: "my-openai", adoptSecretArn })).not.toThrow();
  expect(() => keyWith({ name: "my-openai" })).toThrow("not end with a hyphen and six characters");
});

test("what a secret would bring along is looked at before anything changes, as far as the program does not replace it", () => {
  const { data } = synthesized(keyWith({ name: "my-key", adoptSecretArn: ARN }).stack);
  const [secret] = Object.values<{ lifecycle: { postcondition: { error_message: string }[] } }>(data.aws_secretsmanager_secret);
  expect(secret?.lifecycle.postcondition.map(({ error_message }) => error_message)).toEqual([
    expect.stringContaining("${self.kms_key_id}. Set that key as [own/key] encryptionKey"),
  ]);
  expect(Object.values(data.aws_secretsmanager_secret_rotation)).toMatchObject([
    { secret_id: ARN, lifecycle: { postcondition: [{ condition: "${!self.rotation_enabled}" }] } },
  ]);

  const own = synthesized(
    keyWith({
      name: "my-key",
      adoptSecretArn: ARN,
      encryptionKey: KEY_ARN,
      readers: [ROLE],
      rotation: {
        function: {
          lambdaArn: "arn:aws:lambda:eu-central-1:111122223333:function:rotate",
          roleArn: "arn:aws:iam::111122223333:role/rotate",
        },
        everyDays: 30,
      },
    }).stack,
  ).data;
  expect(Object.values(own.aws_secretsmanager_secret)).toMatchObject([{ lifecycle: { postcondition: [] } }]);
  expect(own).not.toHaveProperty("aws_secretsmanager_secret_rotation");
});

test("a new secret looks at nothing", () => {
  expect(synthesized(keyWith().stack).data).not.toHaveProperty("aws_secretsmanager_secret");
});

test("the key and the parameter of a lost state are taken over too", () => {
  const { stack } = keyWith({
    name: "my-key",
    adoptSecretArn: ARN,
    encryptionKey: "customer-managed",
    adoptEncryptionKeyArn: KEY_ARN,
    publishArnTo: "/ai/arn",
  });
  expect(synthesized(stack).import).toEqual([
    { to: expect.stringMatching(/^aws_kms_key\./), id: "1234abcd-12ab-34cd-56ef-1234567890ab" },
    { to: expect.stringMatching(/^aws_kms_alias\./), id: "alias/secret/my-key" },
    { to: expect.stringMatching(/^aws_secretsmanager_secret\./), id: ARN },
  ]);
  expect(resources(stack, "aws_ssm_parameter")).toMatchObject([{ overwrite: true }]);
  expect(resources(keyWith({ publishArnTo: "/ai/arn" }).stack, "aws_ssm_parameter")[0]).not.toHaveProperty("overwrite");
});

test.each<[string, Partial<AiKeySecretProps>]>([
  ["without adoptSecretArn", { name: "my-key", encryptionKey: "customer-managed" }],
  ["beside a key of one's own", { name: "my-key", adoptSecretArn: ARN, encryptionKey: KEY_ARN }],
])("fails for an encryption key to take over %s", (_, props) => {
  expect(() => keyWith({ ...props, adoptEncryptionKeyArn: KEY_ARN })).toThrow(
    'adoptEncryptionKeyArn must be a literal, and come with adoptSecretArn and encryptionKey: "customer-managed"',
  );
});

test("fails for a secret that an AWS service manages, and says why", () => {
  const adoptSecretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-0a1b2c3d-a1B2c3";
  expect(() => keyWith({ name: "x", adoptSecretArn })).toThrow("one with a ! in its name belongs to an AWS service");
});

test("fails for another name, which would replace the secret", () => {
  expect(() => keyWith({ name: "another", adoptSecretArn: ARN })).toThrow(
    'name must be the name of the adopted secret, my-key; got "another"',
  );
});

test.each(["my-key", ARN.slice(0, -7), "arn:aws:secretsmanager:eu-central-1:111122223333:secret:*"])("fails for %j", (adoptSecretArn) => {
  expect(() => keyWith({ name: "my-key", adoptSecretArn })).toThrow("adoptSecretArn must be an ARN such as");
});
