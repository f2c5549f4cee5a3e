import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole, type IamRoleConfig } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { AiKeySecret, AiKeyStack, type AiKeyStackProps, EphemeralVariable } from "../../../../lib";
import { keyWith, OTHER, OwnStack, resources, statements, synthesized } from "../../../support/access";

const trust = { assumeRolePolicy: "{}" };

/** A stack with a key, and an application's stack. */
function apart(props: AiKeyStackProps = {}) {
  const app = new App({ outdir: "never-written" });
  const keys = new AiKeyStack(app, "ai-secret", { region: "us-east-1", ...props });
  const application = new TerraformStack(app, "app");
  new AwsProvider(application, "aws", { region: "us-east-1" });
  return {
    keys,
    application,
    key: keys.secret(),
    role: (config: Partial<IamRoleConfig> = {}) => new IamRole(application, "role", { ...trust, ...config }),
  };
}

/** What the secret's stack says of other stacks. */
const referencesToOthers = (stack: TerraformStack) => {
  stack.prepareStack(); // as app.synth() does
  return JSON.stringify(synthesized(stack)).match(/terraform_remote_state/g) ?? [];
};

const listed = (stack: TerraformStack): string[] => statements(stack, "DenyEveryoneElse")[0]?.condition[0].values ?? [];

test("an application's stack gets the attachment for its role, and may use the secret's ARN", () => {
  const { keys, application, key, role } = apart();
  const app = role();
  key.grantRead(app);
  new TerraformOutput(application, "arn", { value: key.arn });
  application.prepareStack(); // as app.synth() does: references into other stacks

  expect(resources(application, "aws_iam_role_policy_attachment")).toMatchObject([
    { role: "${aws_iam_role.role.name}", policy_arn: expect.stringMatching(/^\$\{data\.terraform_remote_state\./) },
  ]);
  expect(resources(keys, "aws_iam_role_policy_attachment")).toEqual([]);
  expect(referencesToOthers(keys)).toEqual([]);
});

test("with readers, the list names the role before it is made, by its literal name and path", () => {
  const { keys, key, role } = apart({ readers: [] });
  key.grantRead(role({ name: "my-app", path: "/team/" }));

  expect(listed(keys)).toEqual([
    expect.stringMatching(/^\$\{replace\(data\.aws_caller_identity\.ai-key-account\.arn, .*role\/team\/my-app"\)\}$/),
  ]);
  expect(referencesToOthers(keys)).toEqual([]);
});

test("with readers, fails for a role of another stack whose name a deploy makes up", () => {
  const { key, role } = apart({ readers: [] });
  expect(() => key.grantRead(role({ namePrefix: "my-app-" }))).toThrow(
    '[ai-secret/ai-key] grantRead must get a role or a user whose name and path the program says itself (name, not namePrefix), as the secret has readers, and must not depend on the stack of an application; got "app/role"',
  );
});

test("a role that another stack looks up is looked up for the list once more", () => {
  const { keys, application, key } = apart({ readers: [] });
  key.grantRead(new DataAwsIamRole(application, "known", { name: "known" }));

  expect(Object.values(synthesized(keys).data.aws_iam_role)).toMatchObject([{ name: "known" }]);
  expect(listed(keys)).toEqual([expect.stringMatching(/^\$\{data\.aws_iam_role\.\S+\.arn\}$/)]);
  expect(resources(application, "aws_iam_role_policy_attachment")).toMatchObject([{ role: "${data.aws_iam_role.known.name}" }]);
  expect(referencesToOthers(keys)).toEqual([]);
});

test("a grant returns the attachment, the same one for the same reader", () => {
  const { stack, key } = keyWith();
  const role = new IamRole(stack, "app", trust);
  const granted = key.grantRead(role);
  new IamUser(stack, "later", { name: "later", dependsOn: [granted] });

  expect(key.grantRead(role)).toBe(granted);
  expect(resources(stack, "aws_iam_user")).toMatchObject([{ depends_on: [expect.stringMatching(/^aws_iam_role_policy_attachment\./)] }]);
});

test("in one stack with readers, who can depend on the attachment can read: the list is in force before it", () => {
  const { stack, key } = keyWith({ readers: [] });
  key.grantRead(new IamRole(stack, "app", trust));
  expect(resources(stack, "aws_iam_role_policy_attachment")).toMatchObject([
    { depends_on: [expect.stringMatching(/^aws_secretsmanager_secret_policy\./)] },
  ]);
});

test("a role of another account joins the list by its ARN, and the policy for it is an output of the program's", () => {
  const { stack, key } = keyWith({ readers: [], encryptionKey: "customer-managed" });
  expect(key.grantRead({ arn: OTHER })).toBe(key.policy);
  new TerraformOutput(stack, "partner_policy", { value: key.readPolicyDocument });

  expect(statements(stack, "DenyEveryoneElse")).toMatchObject([{ condition: [{ values: [OTHER] }] }]);
  expect(synthesized(stack).output.partner_policy.value).toMatch(
    /^\$\{data\.aws_iam_policy_document\.key_read-policy_document_\w+\.json\}$/,
  );
  expect(resources(stack, "aws_iam_role_policy_attachment")).toEqual([]);
});

test("fails for an ARN where there is no list", () => {
  expect(() => keyWith().key.grantRead({ arn: OTHER })).toThrow("[own/key] grantRead with an ARN needs readers");
});

test("whoever may store gets a policy that can't read", () => {
  const { stack, key } = keyWith({ encryptionKey: "customer-managed", readers: [] });
  key.grantRead({ roleName: "app" });
  key.grantWrite({ roleName: "rotator" });
  key.grantWrite({ roleName: "rotator" });

  const keyArn = expect.stringMatching(/^\$\{aws_kms_key\./);
  const secretArn = expect.stringMatching(/^\$\{aws_secretsmanager_secret\./);
  const [document] = statements(stack, "StoreThisKeyOnly");
  expect(document).toEqual({
    sid: "StoreThisKeyOnly",
    effect: "Allow",
    actions: ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"],
    resources: [secretArn],
  });
  expect(statements(stack, "EncryptThisKeyOnly")).toMatchObject([{ actions: ["kms:GenerateDataKey"], resources: [keyArn] }]);
  expect(statements(stack, "CheckEncryption")).toMatchObject([
    { actions: ["kms:Decrypt"], condition: [{ values: [secretArn] }, { values: ["RequestToValidateKeyAccess"] }] },
  ]);
  expect(resources(stack, "aws_iam_role_policy_attachment").map(({ role }) => role)).toEqual(["app", "rotator"]);
  expect(listed(stack)).toEqual([expect.stringMatching(/lookup/)]); // the app alone
});

test("without a grant to store, there is no policy for it", () => {
  expect(resources(keyWith().stack, "aws_iam_policy")).toHaveLength(1);
});

test("one role gets ten policies, those of others included, and the eleventh fails with what to do", () => {
  const stack = new OwnStack();
  const role = new IamRole(stack, "app", trust);
  const secrets = Array.from({ length: 10 }, (_, index) => {
    const apiKey = new EphemeralVariable(stack, `key_${index}`);
    return new AiKeySecret(stack, `key-${index}`, { apiKey, name: `ai/${index}` });
  });
  for (const secret of secrets) {
    secret.grantRead(role);
    secret.grantRead({ roleName: "named" });
  }
  expect(() => synthesized(stack)).not.toThrow();

  const policyArn = new IamPolicy(stack, "other", { policy: "{}" }).arn;
  new IamRolePolicyAttachment(stack, "other-attachment", { role: role.name, policyArn });
  expect(() => synthesized(stack)).toThrow(
    /^role \$\{aws_iam_role\.app\.name\} has too many managed policies on a reader \(default quota\): 11 policies, and AWS takes 10 .*readStatements/,
  );
});

test("the statements of many keys make one policy: none has a Sid", () => {
  const { key } = keyWith({ encryptionKey: "customer-managed" });
  const [read, decrypt] = key.readStatements;
  expect(read).toMatchObject({ actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"] });
  expect(decrypt).toMatchObject({ actions: ["kms:Decrypt"] });
  expect([read, decrypt].filter((statement) => statement && "sid" in statement)).toEqual([]);
});

test("a grant to a role whose name a deploy knows, in another stack, is fine without readers", () => {
  const { application, key } = apart();
  const name = new TerraformVariable(application, "name", { type: "string" }).stringValue;
  key.grantRead(new IamRole(application, "role", { ...trust, name }));
  expect(resources(application, "aws_iam_role_policy_attachment")).toHaveLength(1);
});
