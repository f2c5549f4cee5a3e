import { keyWith, synthesized } from "../../../support/access";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:my-key-a1B2c3";

test("an adopted secret is imported by its ARN", () => {
  const { stack } = keyWith({ name: "my-key", adoptSecretArn: ARN });
  expect(synthesized(stack).import).toEqual([{ to: expect.stringMatching(/^aws_secretsmanager_secret\./), id: ARN }]);
});

test("a name that AWS warns against can be adopted: it can't be changed", () => {
  const adoptSecretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:my-openai-a1B2c3";
  expect(() => keyWith({ name: "my-openai", adoptSecretArn })).not.toThrow();
  expect(() => keyWith({ name: "my-openai" })).toThrow("not end with a hyphen and six characters");
});

test("fails for another name, which would replace the secret", () => {
  expect(() => keyWith({ name: "another", adoptSecretArn: ARN })).toThrow(
    'AiKeySecret.name must be the name of the adopted secret, my-key; got "another"',
  );
});

test.each(["my-key", ARN.slice(0, -7), "arn:aws:secretsmanager:eu-central-1:111122223333:secret:*"])("fails for %j", (adoptSecretArn) => {
  expect(() => keyWith({ name: "my-key", adoptSecretArn })).toThrow("AiKeySecret.adoptSecretArn must be an ARN such as");
});
