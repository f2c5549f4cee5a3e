import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AiKeySecret } from "../../../../lib";
import { OwnStack, resources, statements, synthesized } from "../../../support/access";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ai/production/openai-api-key-a1B2c3";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("a secret of another program is known by its ARN, and a role of this one may read it", () => {
  const stack = new OwnStack();
  const secret = AiKeySecret.fromSecretArn(stack, "openai", ARN, { encryptionKey: KEY });
  secret.grantRead(new IamRole(stack, "app", { assumeRolePolicy: "{}" }));

  expect(secret).toMatchObject({ arn: ARN, name: "ai/production/openai-api-key" });
  expect(statements(stack, "ReadThisKeyOnly")).toMatchObject([{ resources: [ARN] }]);
  expect(statements(stack, "DecryptThisKeyOnly")).toMatchObject([{ resources: [KEY] }]);
  expect(resources(stack, "aws_iam_policy")).toMatchObject([{ name_prefix: "ai-production-openai-api-key-read-" }]);
  expect(resources(stack, "aws_iam_role_policy_attachment")).toMatchObject([{ role: "${aws_iam_role.app.name}" }]);
});

test("by its name, a deploy asks AWS for the ARN, and refuses a key that readers would not get the right to", () => {
  const stack = new OwnStack();
  const secret = AiKeySecret.fromSecretName(stack, "openai", "ai/production/openai-api-key");
  secret.grantWrite({ roleName: "rotator" });

  const [lookup] = Object.values<{ name: string; lifecycle: { postcondition: { error_message: string }[] } }>(
    synthesized(stack).data.aws_secretsmanager_secret,
  );
  expect(lookup?.name).toBe("ai/production/openai-api-key");
  expect(lookup?.lifecycle.postcondition[0]?.error_message).toContain("Set that key as [own/openai] encryptionKey");
  expect(statements(stack, "StoreThisKeyOnly")).toMatchObject([
    { resources: [expect.stringMatching(/^\$\{data\.aws_secretsmanager_secret\./)] },
  ]);
});

test("nothing of the secret itself is made or changed, and no policy before a grant", () => {
  const stack = new OwnStack();
  const { readStatements } = AiKeySecret.fromSecretArn(stack, "openai", ARN);
  expect(synthesized(stack)).not.toHaveProperty("resource");
  expect(readStatements).toMatchObject([{ resources: [ARN] }]);
});

test.each([ARN.slice(0, -7), "ai/production/openai-api-key"])("fails for %s, which is no whole ARN", (arn) => {
  expect(() => AiKeySecret.fromSecretArn(new OwnStack(), "openai", arn)).toThrow("[own/openai] secretArn must be an ARN such as");
});

test("fails for no name, and for an ARN without a list to put it on", () => {
  expect(() => AiKeySecret.fromSecretName(new OwnStack(), "openai", "my key")).toThrow("[own/openai] secretName must consist of");
  const secret = AiKeySecret.fromSecretArn(new OwnStack(), "openai", ARN);
  expect(() => secret.grantRead({ arn: "arn:aws:iam::444455556666:role/partner" })).toThrow(
    "[own/openai] grantRead with an ARN needs readers",
  );
});
