import { keyWith, ROLE, resources, statements, synthesized } from "../../../support/access";

const USE = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncrypt", "kms:CreateGrant", "kms:*"];
const ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("without one, AWS's own key is used", () => {
  const { stack } = keyWith();
  expect(resources(stack, "aws_kms_key")).toEqual([]);
  expect(resources(stack, "aws_secretsmanager_secret")[0]).not.toHaveProperty("kms_key_id");
});

test("a customer-managed key rotates, has an alias, and encrypts the secret", () => {
  const { stack } = keyWith({ encryptionKey: "customer-managed" });

  expect(resources(stack, "aws_kms_key")).toMatchObject([{ enable_key_rotation: true }]);
  expect(resources(stack, "aws_kms_alias")).toMatchObject([{ name: "alias/secret/ai/test/api-key" }]);
  expect(resources(stack, "aws_secretsmanager_secret")).toMatchObject([{ kms_key_id: expect.stringMatching(/^\$\{aws_kms_key\./) }]);
});

test("the account administers the key, and can't use it by that", () => {
  const [{ actions }] = statements(keyWith({ encryptionKey: "customer-managed" }).stack, "Administer");
  expect(actions).toContain("kms:PutKeyPolicy");
  expect(actions.filter((action: string) => USE.includes(action) || action.includes("*"))).toEqual([]);
});

test("every use of the key is through Secrets Manager and for this secret", () => {
  const { stack } = keyWith({ encryptionKey: "customer-managed", readers: [ROLE] });

  for (const sid of ["StoreThroughSecretsManager", "CheckThroughSecretsManager", "ReadThroughSecretsManager"]) {
    const [{ condition }] = statements(stack, sid);
    expect(condition).toEqual(
      expect.arrayContaining([
        {
          test: "StringEquals",
          variable: "kms:ViaService",
          values: [/\.amazonaws\.com$/, /\.amazonaws\.com\.cn$/, /\.amazonaws\.eu$/].map(({ source }) =>
            expect.stringMatching(new RegExp(`^secretsmanager\\.\\$\\{.*\\}${source}`)),
          ),
        },
        {
          test: "StringLike",
          variable: "kms:EncryptionContext:SecretARN",
          values: [expect.stringContaining("$1:secretsmanager:$2:secret:ai/test/api-key-??????")],
        },
      ]),
    );
  }
});

test("readers decrypt, and no one else reads by it", () => {
  const { stack } = keyWith({ encryptionKey: "customer-managed", readers: [ROLE] });
  const [{ actions, condition }] = statements(stack, "ReadThroughSecretsManager");

  expect(actions).toEqual(["kms:Decrypt"]);
  expect(condition).toContainEqual({ test: "ArnLike", variable: "aws:PrincipalArn", values: [ROLE] });
});

test("whoever stores can decrypt nothing that is stored, unless AWS copies it to another region on their behalf", () => {
  const check = (props: Parameters<typeof keyWith>[0]) =>
    statements(keyWith({ encryptionKey: "customer-managed", ...props }).stack, "CheckThroughSecretsManager")[0];
  const checkOnly = { test: "StringEquals", variable: "kms:EncryptionContext:SecretVersionId", values: ["RequestToValidateKeyAccess"] };

  expect(check({}).condition).toContainEqual(checkOnly);
  expect(check({ replicas: [{ region: "eu-west-1" }] }).condition).not.toContainEqual(checkOnly);
});

test("without a list, whoever may read the secret may decrypt it", () => {
  const [{ condition }] = statements(keyWith({ encryptionKey: "customer-managed" }).stack, "ReadThroughSecretsManager");
  expect(condition).toHaveLength(2);
});

test("the read policy decrypts by the key that is used, and by no other", () => {
  const [own] = statements(keyWith({ encryptionKey: "customer-managed" }).stack, "DecryptThisKeyOnly");
  const [given] = statements(keyWith({ encryptionKey: ARN }).stack, "DecryptThisKeyOnly");

  expect(own).toMatchObject({ actions: ["kms:Decrypt"], resources: [expect.stringMatching(/^\$\{aws_kms_key\.\S+\.arn\}$/)] });
  expect(given).toMatchObject({ actions: ["kms:Decrypt"], resources: [ARN] });
  expect(statements(keyWith().stack, "DecryptThisKeyOnly")).toEqual([]);
});

test("the policy is in force before the secret uses the key, and the key outlives a change to another", () => {
  const { stack } = keyWith({ encryptionKey: "customer-managed" });
  const [secret] = resources(stack, "aws_secretsmanager_secret");

  expect(secret.depends_on).toEqual([expect.stringMatching(/^aws_kms_key_policy\./)]);
  expect(resources(stack, "aws_kms_key")[0].lifecycle).toEqual({ create_before_destroy: true });
});

test("a key of the user's is used as it is", () => {
  const { stack } = keyWith({ encryptionKey: ARN });
  expect(resources(stack, "aws_secretsmanager_secret")).toMatchObject([{ kms_key_id: ARN }]);
  expect(Object.keys(synthesized(stack).resource)).not.toContain("aws_kms_key_policy");
});

test.each(["alias/my-key", "arn:aws:kms:eu-central-1:111122223333:alias/my-key", "customer_managed"])("fails for %j", (encryptionKey) => {
  expect(() => keyWith({ encryptionKey })).toThrow("encryptionKey must be an ARN such as arn:aws:kms:");
});
