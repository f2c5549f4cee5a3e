import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { App, TerraformVariable } from "cdktf";
import { AiKeyStack, BootstrapStack } from "../../../lib";
import { keyWith, OwnStack, synthesized } from "../../support/access";

/** As IAM Identity Center names the role of a permission set. */
const person = (index: number) =>
  `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Read_${String(index).padStart(16, "0")}`;

const application = (index: number) => `arn:aws:iam::111122223333:role/app-${String(index).padStart(3, "0")}`;

const list = (of: (index: number) => string, count: number) => Array.from({ length: count }, (_, index) => of(index));

const readBy = (readers: string[]) => () => synthesized(keyWith({ readers, encryptionKey: "customer-managed" }).stack);

test("as many readers as docs/limits.md says fit into a resource policy, and one more fails with the number", () => {
  expect(readBy(list(person, 87))).not.toThrow();
  expect(readBy(list(person, 88))).toThrow(
    /own\/key\/allow-list\/policy is the resource policy of a secret: \d+ characters, and AWS takes 20480 \(https:.*Name fewer readers/,
  );
  expect(readBy(list(application, 242))).not.toThrow();
  expect(readBy(list(application, 243))).toThrow("and AWS takes 20480");
});

test("as many readers as docs/limits.md says fit into the rule of an alarm, and one more fails with the number", () => {
  const alarmTopicArn = "arn:aws:sns:eu-central-1:111122223333:security";
  const watched = (readers: string[]) => () => synthesized(keyWith({ readers, encryptionKey: "customer-managed", alarmTopicArn }).stack);
  expect(watched(list(application, 26))).not.toThrow();
  expect(watched(list(person, 9))).not.toThrow();
  for (const readers of [list(application, 27), list(person, 10)]) {
    expect(watched(readers)).toThrow(
      /own\/key\/alarm is the event pattern of an EventBridge rule \(default quota\): \d+ characters, and AWS takes 2048 .*Name fewer readers/,
    );
  }
});

test("as many people as docs/limits.md says fit into the ops role's trust policy, and one more fails with the number", () => {
  const opsOf = (ops: string[]) => () => {
    const app = new App({ outdir: "never-written" });
    const stack = new AiKeyStack(app, "ai-secret", { region: "eu-central-1" });
    const props = {
      region: "eu-central-1",
      bucket: "acme-states",
      stacks: [stack],
      github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
    };
    return synthesized(new BootstrapStack(app, "bootstrap", { ...props, ops }));
  };
  expect(opsOf(list(application, 45))).not.toThrow();
  expect(opsOf(list(person, 16))).not.toThrow();
  expect(opsOf(list(person, 17))).toThrow(
    /bootstrap\/roles\/ops is the trust policy of a role \(default quota\): \d+ characters, and AWS takes 2048 .* Name a role that these people assume/,
  );
});

test("a principal that only a deploy knows counts as the shortest ARN, and Terraform counts what it is when it plans", () => {
  const stack = new OwnStack();
  const { stack: own } = keyWith({ readers: list((index) => new TerraformVariable(stack, `reader-${index}`, {}).stringValue, 300) });
  expect(() => synthesized(own)).not.toThrow();

  const { stack: made, key } = keyWith({ readers: [] });
  for (let index = 0; index < 300; index++) {
    key.grantRead(new IamRole(made, `role-${index}`, { assumeRolePolicy: "{}" }));
  }
  expect(() => synthesized(made)).toThrow("and AWS takes 20480");

  const { lifecycle } = Object.values<{ lifecycle: { precondition: { condition: string; error_message: string }[] } }>(
    synthesized(keyWith({ readers: [application(1)], encryptionKey: "customer-managed" }).stack).resource.aws_secretsmanager_secret_policy,
  )[0] ?? { lifecycle: { precondition: [] } };
  expect(lifecycle.precondition).toEqual([
    {
      condition: expect.stringMatching(
        /^\$\{\(length\(jsonencode\(jsondecode\(data\.aws_iam_policy_document\.\S+\.json\)\)\) <= 20480\)\}$/,
      ),
      error_message: expect.stringContaining("readers has too many principals"),
    },
  ]);
});

test("a read policy for more replicas with keys of their own than fit fails", () => {
  const keyIn = (region: string) => `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const readPolicyFor = (count: number) => () => {
    const regions = list((index) => `${"abcdef"[Math.floor(index / 10)]}a-central-${index % 10}`, count);
    return synthesized(keyWith({ replicas: regions.map((region) => ({ region, encryptionKey: keyIn(region) })) }).stack);
  };
  expect(readPolicyFor(20)).not.toThrow();
  expect(readPolicyFor(40)).toThrow(/own\/key\/read-policy\/policy is a managed policy: \d+ characters, and AWS takes 6144/);
});

test("a description that Secrets Manager does not take, and too many tags, fail", () => {
  expect(() => keyWith({ description: "d".repeat(2_049) })).toThrow('description must have at most 2048 characters; got "2049 characters"');
  expect(() => keyWith({ description: "d".repeat(2_048) })).not.toThrow();
  const tags = Object.fromEntries(list((index) => `tag-${index}`, 49).map((key) => [key, "x"]));
  expect(() => new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { tags })).toThrow("tags must be 50 at most");
});
