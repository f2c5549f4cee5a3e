import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { matchesArn } from "../../../../cli/aws/matches-arn";
import { keyWith, OTHER, ROLE, resources, statements, synthesized } from "../../../support/access";

const PERMISSION_SET = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_OnCall_????????????????";

test("the role of a permission set is on the list by its name, whatever its suffix is, and by no other permission set's", () => {
  const alarmTopicArn = "arn:aws:sns:eu-central-1:111122223333:security";
  const { stack } = keyWith({ readers: [ROLE, PERMISSION_SET], breakGlass: [PERMISSION_SET.replace("OnCall", "Admin")], alarmTopicArn });
  const [{ condition }] = statements(stack, "DenyEveryoneElse");
  const [, pattern] = condition[0].values;
  const roleOf = (name: string) => PERMISSION_SET.replace("OnCall_????????????????", name);
  expect(matchesArn(pattern, roleOf("OnCall_0123456789abcdef"))).toBe(true);
  expect(matchesArn(pattern, roleOf("OnCall_fedcba9876543210"))).toBe(true);
  expect(matchesArn(pattern, roleOf("OnCall_Admin_0123456789abcdef"))).toBe(false);
  expect(matchesArn(pattern, roleOf("OnCal_0123456789abcdef"))).toBe(false);
  expect(resources(stack, "aws_cloudwatch_event_rule")[0].event_pattern).not.toContain("AWSReservedSSO");
});

test.each([
  PERMISSION_SET.replace("????????????????", "*"),
  PERMISSION_SET.replace("????????????????", "???????????????"),
  PERMISSION_SET.replace("OnCall", "*"),
  PERMISSION_SET.replace("aws-reserved", "aws-reserve"),
  PERMISSION_SET.replace("111122223333", "????????????"),
])("fails for %s, which is not exact", (arn) => {
  expect(() => keyWith({ readers: [arn] })).toThrow("hold ARNs of single roles and users");
});

test("without readers there is no resource policy", () => {
  expect(resources(keyWith().stack, "aws_secretsmanager_secret_policy")).toEqual([]);
});

test("everyone who is not on the list is denied reading, and nothing else", () => {
  const { stack } = keyWith({ readers: [ROLE], breakGlass: [OTHER] });

  expect(statements(stack, "DenyEveryoneElse")).toEqual([
    {
      sid: "DenyEveryoneElse",
      effect: "Deny",
      principals: [{ type: "*", identifiers: ["*"] }],
      actions: ["secretsmanager:GetSecretValue"],
      resources: ["*"],
      condition: [{ test: "ArnNotLike", variable: "aws:PrincipalArn", values: [ROLE, OTHER] }],
    },
  ]);
});

test("reading is allowed to the accounts of those on the list, and there to them alone", () => {
  const { stack } = keyWith({ readers: [ROLE, "arn:aws:iam::111122223333:user/bot"], breakGlass: [OTHER] });

  expect(statements(stack, "AllowReaders")).toMatchObject([
    {
      principals: [{ type: "AWS", identifiers: ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"] }],
      condition: [{ test: "ArnLike", variable: "aws:PrincipalArn", values: [ROLE, "arn:aws:iam::111122223333:user/bot", OTHER] }],
    },
  ]);
});

test("reads through an MCP server of AWS's are denied to all, unless the user allows them", () => {
  expect(statements(keyWith({ readers: [ROLE] }).stack, "DenyMcpServers")).toEqual([
    {
      sid: "DenyMcpServers",
      effect: "Deny",
      principals: [{ type: "*", identifiers: ["*"] }],
      actions: ["secretsmanager:GetSecretValue"],
      resources: ["*"],
      condition: [{ test: "Bool", variable: "aws:ViaAWSMCPService", values: ["true"] }],
    },
  ]);
  const { stack } = keyWith({ readers: [ROLE], allowMcpServers: true });
  expect(JSON.stringify(synthesized(stack).data)).not.toContain("MCP");
});

test("AWS is asked to refuse a public policy", () => {
  expect(resources(keyWith({ readers: [ROLE] }).stack, "aws_secretsmanager_secret_policy")).toMatchObject([{ block_public_policy: true }]);
});

test("the key is stored after the list is in force", () => {
  const [version] = resources(keyWith({ readers: [ROLE] }).stack, "aws_secretsmanager_secret_version");
  expect(version.depends_on).toContainEqual(expect.stringMatching(/^aws_secretsmanager_secret_policy\./));
});

test("whoever is granted joins the list, once", () => {
  const { stack, key } = keyWith({ readers: [] });
  const role = new IamRole(stack, "app", { assumeRolePolicy: "{}" });
  key.grantRead(role);
  key.grantRead(role);
  key.grantRead({ roleName: "named" });
  key.grantRead({ userName: "alice" });

  const [{ condition }] = statements(stack, "DenyEveryoneElse");
  expect(condition[0].values).toEqual([
    "${aws_iam_role.app.arn}",
    expect.stringMatching(/^\$\{data\.aws_iam_role\.\S+\.arn\}$/),
    expect.stringMatching(/^\$\{data\.aws_iam_user\.\S+\.arn\}$/),
  ]);
});

test("without a list, a named reader is not looked up", () => {
  const { stack, key } = keyWith();
  key.grantRead({ roleName: "named" });
  expect(synthesized(stack).data).not.toHaveProperty("aws_iam_role");
});

test("a reader of another account is refused by Terraform, unless the encryption key is the user's", () => {
  const lifecycle = (encryptionKey?: string) =>
    resources(keyWith({ readers: [ROLE], encryptionKey }).stack, "aws_secretsmanager_secret_policy")[0].lifecycle;

  expect(lifecycle().precondition[0].condition).toMatch(
    /^\$\{\(length\(setsubtract\(\["arn:aws:iam::111122223333:root"\], \[replace\(data\.aws_caller_identity\..*\)\]\)\) < 1\)\}$/,
  );
  expect(lifecycle().precondition[0].error_message).toContain('Set encryptionKey: "customer-managed"');
  expect(JSON.stringify(lifecycle("customer-managed"))).not.toContain("of another account");
  const replicas = [{ region: "eu-west-1" }]; // by AWS's own key
  const { stack } = keyWith({ readers: [ROLE], encryptionKey: "customer-managed", replicas });
  expect(resources(stack, "aws_secretsmanager_secret_policy")[0].lifecycle).toHaveProperty("precondition");
});

test("fails for an empty list", () => {
  expect(() => synthesized(keyWith({ readers: [] }).stack)).toThrow("[own/key] readers must name a principal, or grantRead one");
});

test("fails for breakGlass, allowMcpServers or policyStatements without readers", () => {
  expect(() => keyWith({ breakGlass: [ROLE] })).toThrow("breakGlass must come with readers, an allow-list");
  expect(() => keyWith({ allowMcpServers: true })).toThrow("allowMcpServers must come with readers, an allow-list");
  expect(() => keyWith({ policyStatements: [] })).toThrow("policyStatements must come with readers, an allow-list");
});

test("fails for a wildcard, and for one in both lists", () => {
  expect(() => keyWith({ readers: ["arn:aws:iam::111122223333:role/*"] })).toThrow("readers must hold ARNs of single roles");
  expect(() => keyWith({ readers: [ROLE], breakGlass: [ROLE] })).toThrow("breakGlass must name each principal once");
});

test("without readers, a resource policy that somebody else has put there is drift, unless the program has one of its own", () => {
  const { stack, key } = keyWith();
  expect(resources(stack, "aws_secretsmanager_secret")[0].policy).toBe("{}");
  expect(resources(keyWith({ readers: [ROLE] }).stack, "aws_secretsmanager_secret")[0].policy).toBeUndefined();

  new SecretsmanagerSecretPolicy(stack, "own", { secretArn: key.arn, policy: "{}" });
  expect(resources(stack, "aws_secretsmanager_secret")[0].policy).toBeUndefined();
});

test.each(["arn", "id"] as const)(
  "fails for a second resource policy of the secret, by its %s, which would take the list's place",
  (attribute) => {
    const { stack, key } = keyWith({ readers: [ROLE] });
    new SecretsmanagerSecretPolicy(stack, "mine", { secretArn: key.secret[attribute], policy: "{}" });
    expect(() => synthesized(stack)).toThrow(
      "own/mine must not be a resource policy of the secret own/key, which has readers and so has one: it would take the list's place. Say what it denies by policyStatements, and take it out; or take out readers.",
    );
  },
);

test("a resource policy of another secret, and one of a secret without a list, are the program's own", () => {
  const { stack } = keyWith({ readers: [ROLE] });
  const secretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:other-a1B2c3";
  new SecretsmanagerSecretPolicy(stack, "mine", { secretArn, policy: "{}" });
  expect(() => synthesized(stack)).not.toThrow();

  const { stack: free, key } = keyWith();
  new SecretsmanagerSecretPolicy(free, "mine", { secretArn: key.arn, policy: "{}" });
  expect(() => synthesized(free)).not.toThrow();
});
