import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { AiKeySecret, type AiKeySecretProps, EphemeralVariable } from "../../../lib";
import { OwnStack, resources, synthesized } from "../../support/synthesized";

function keyIn(stack: OwnStack, id: string, props: Partial<AiKeySecretProps> = {}): AiKeySecret {
  const apiKey = new EphemeralVariable(stack, `${id}_api_key`);
  return new AiKeySecret(stack, id, { apiKey, name: `ai/${id}/api-key`, ...props });
}

function withKey(props: Partial<AiKeySecretProps> = {}) {
  const stack = new OwnStack();
  return { stack, key: keyIn(stack, "test", props) };
}

test("the key goes through the write-only argument alone", () => {
  const { stack } = withKey({ apiKeyVersion: 7 });

  const [version] = resources(stack, "aws_secretsmanager_secret_version");
  expect(version).toMatchObject({ secret_string_wo: "${var.test_api_key}", secret_string_wo_version: 7 });
  expect(version).not.toHaveProperty("secret_string");
  expect(version).not.toHaveProperty("secret_binary");
});

test("a stored version is current, and has a label of its own that keeps AWS from deleting it; where labels move later is not Terraform's", () => {
  expect(resources(withKey().stack, "aws_secretsmanager_secret_version")[0]).toMatchObject({
    version_stages: ["AWSCURRENT", "TERRAFORM"],
    lifecycle: { ignore_changes: ["version_stages"] },
  });
});

test("nothing but the write-only argument refers to the key", () => {
  const config = synthesized(withKey().stack);
  delete config.variable;

  expect(JSON.stringify(config).match(/var\.test_api_key/g)).toHaveLength(1);
});

test("a secret has the given name, a description, and 30 days to restore it", () => {
  expect(resources(withKey().stack, "aws_secretsmanager_secret")[0]).toMatchObject({
    name: "ai/test/api-key",
    description: "AI API secret key",
    recovery_window_in_days: 30,
  });
});

test("a secret and its read policy are replaced before the old ones go: AWS may refuse the new name, or to delete what others have", () => {
  const { stack } = withKey();
  for (const type of ["aws_secretsmanager_secret", "aws_iam_policy"]) {
    expect(resources(stack, type)).toMatchObject([{ lifecycle: { create_before_destroy: true } }]);
  }
});

test("description and recovery window can be chosen", () => {
  const { stack } = withKey({ description: "OpenAI", recoveryWindowInDays: 0 });
  expect(resources(stack, "aws_secretsmanager_secret")[0]).toMatchObject({ description: "OpenAI", recovery_window_in_days: 0 });
});

test("the read policy allows two actions on this secret alone", () => {
  const [document] = Object.values<{ statement: unknown }>(synthesized(withKey().stack).data.aws_iam_policy_document);
  expect(document?.statement).toEqual([
    {
      sid: "ReadThisKeyOnly",
      effect: "Allow",
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      resources: [expect.stringMatching(/^\$\{aws_secretsmanager_secret\.\S+\.arn\}$/)],
    },
  ]);
});

test("no policy names all secrets, all actions or all principals", () => {
  expect(JSON.stringify(synthesized(withKey().stack).data)).not.toContain("*");
});

test("the policy's name begins like the secret's and stays within IAM's limit", () => {
  const prefix = (name: string) => resources(withKey({ name }).stack, "aws_iam_policy")[0].name_prefix;

  expect(prefix("ai/production/api-key")).toBe("ai-production-api-key-read-");
  expect(prefix("x".repeat(512)).length).toBeLessThanOrEqual(102);
});

test("a role and a user of the same program get the read policy", () => {
  const { stack, key } = withKey();
  key.grantRead(new IamRole(stack, "app", { assumeRolePolicy: "{}" }));
  key.grantRead(new IamUser(stack, "bot", { name: "bot" }));

  const policy_arn = expect.stringMatching(/^\$\{aws_iam_policy\.\S+\.arn\}$/);
  expect(resources(stack, "aws_iam_role_policy_attachment")).toMatchObject([{ role: "${aws_iam_role.app.name}", policy_arn }]);
  expect(resources(stack, "aws_iam_user_policy_attachment")).toMatchObject([{ user: "${aws_iam_user.bot.name}", policy_arn }]);
});

test("a named role gets the read policy once, however often it is granted", () => {
  const { stack, key } = withKey();
  key.grantRead({ roleName: "app" });
  key.grantRead({ roleName: "app" });

  expect(resources(stack, "aws_iam_role_policy_attachment")).toMatchObject([{ role: "app" }]);
});

test("without a grant nobody has the policy", () => {
  const { resource } = synthesized(withKey().stack);
  expect(Object.keys(resource).sort()).toEqual(["aws_iam_policy", "aws_secretsmanager_secret", "aws_secretsmanager_secret_version"]);
});

test("several keys live in one stack without sharing a name", () => {
  const stack = new OwnStack();
  for (const id of ["one", "two", "three"]) {
    keyIn(stack, id).grantRead({ roleName: "app" });
  }

  for (const type of [
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_version",
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
  ]) {
    expect(resources(stack, type)).toHaveLength(3);
  }
  const prefixes = resources(stack, "aws_iam_policy").map(({ name_prefix }) => name_prefix);
  expect(new Set(prefixes).size).toBe(3);
});

test.each([3, -1, 31, 7.5, Number.NaN])("fails for a recovery window of %s days", (recoveryWindowInDays) => {
  expect(() => withKey({ recoveryWindowInDays })).toThrow(
    `recoveryWindowInDays must be 0 (delete at once) or a whole number of days from 7 to 30; got ${JSON.stringify(recoveryWindowInDays)}`,
  );
});

test.each([0, -1, 1.5, 2 ** 53])("fails for the key version %s", (apiKeyVersion) => {
  expect(() => withKey({ apiKeyVersion })).toThrow("apiKeyVersion must be a positive integer below 2^53");
});

test("fails for a name that AWS would refuse", () => {
  expect(() => withKey({ name: "my key" })).toThrow('name must consist of letters, digits and /_+=.@-; got "my key"');
});
