import { keyWith, ROLE, resources } from "../../../support/access";

const alarmTopicArn = "arn:aws:sns:eu-central-1:111122223333:security";
const rules = (props: Parameters<typeof keyWith>[0]) => resources(keyWith(props).stack, "aws_cloudwatch_event_rule");

test("without a topic there are no rules", () => {
  expect(rules({ readers: [ROLE] })).toEqual([]);
});

test("a read by anyone who is not on the list, and a denied one, is notified of", () => {
  const [rule] = rules({ readers: [ROLE], alarmTopicArn });
  expect(rule.state).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
  expect(rule.event_pattern).toContain(`"eventName" = ["GetSecretValue"], "$or" = [{"userIdentity"`);
  expect(rule.event_pattern).toContain(`"anything-but" = ["${ROLE}"]`);
  expect(rule.event_pattern).toContain('{"userIdentity" = {"arn" = [{"exists" = false}]}, "errorCode" = [{"exists" = true}]}');
});

test("a denied read is known by its message too, as its record may lack the request", () => {
  const [rule] = rules({ readers: [ROLE], alarmTopicArn });
  expect(rule.event_pattern).toContain(
    '"eventName" = ["GetSecretValue"], "errorMessage" = [{"wildcard" = "*: ${aws_secretsmanager_secret.',
  );
  expect(rule.event_pattern).toContain('{"wildcard" = "*: ai/test/api-key *"}]');
});

test("a change of the policy of the secret's own KMS key is notified of, by each way to name the key", () => {
  const given = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const [byArn] = rules({ encryptionKey: given, alarmTopicArn });
  expect(byArn.event_pattern).toContain(
    `{"eventName" = ["PutKeyPolicy"], "requestParameters" = {"keyId" = ["${given}", "1234abcd-12ab-34cd-56ef-1234567890ab"]}}`,
  );
  const [made] = rules({ encryptionKey: "customer-managed", alarmTopicArn });
  expect(made.event_pattern).toMatch(/"keyId" = \[aws_kms_key\.\S+\.arn, replace\(aws_kms_key\.\S+\.arn, /);
  expect(made.event_pattern).not.toContain("\\/"); // HCL has no such escape
  expect(rules({ readers: [ROLE], alarmTopicArn })[0].event_pattern).not.toContain("aws.kms");
});

test("a pattern with one alternative has no $or, which EventBridge would take for a field", () => {
  expect(rules({ alarmTopicArn })[0].event_pattern).not.toContain("$or");
});

test("a change of the resource policy, the KMS key or the rotation, a deletion and a restoration are notified of, with a list or without", () => {
  const changes =
    '"eventName" = ["DeleteResourcePolicy", "DeleteSecret", "PutResourcePolicy", "ReplicateSecretToRegions", "RestoreSecret", "RotateSecret", "UpdateSecret"]';
  expect(rules({ alarmTopicArn })).toMatchObject([{ event_pattern: expect.stringContaining(changes) }]);
  expect(rules({ readers: [ROLE], alarmTopicArn })).toMatchObject([{ event_pattern: expect.stringContaining(changes) }]);
});

test("a read in an emergency is notified of, though it is allowed", () => {
  const onCall = "arn:aws:iam::111122223333:role/on-call";
  const [rule] = rules({ readers: [ROLE], breakGlass: [onCall], alarmTopicArn });
  expect(rule.event_pattern).not.toContain(onCall);
});

test("users and roles are told apart, each once in the pattern, which AWS keeps short", () => {
  const user = "arn:aws:iam::111122223333:user/bot";
  const [rule] = rules({ readers: [ROLE, user], alarmTopicArn });
  expect(rule.event_pattern.split(ROLE)).toHaveLength(2);
  expect(rule.event_pattern.split(user)).toHaveLength(2);
});

test("without users, every user's read is notified of", () => {
  expect(rules({ readers: [ROLE], alarmTopicArn })[0].event_pattern).toContain('"arn" = [{"exists" = true}]');
});

test("without a list, no read is unexpected", () => {
  expect(rules({ alarmTopicArn })[0].event_pattern).not.toContain("GetSecretValue");
});

test("only this secret is watched, by each way to write its name", () => {
  for (const { event_pattern } of rules({ readers: [ROLE], alarmTopicArn })) {
    expect(event_pattern).toMatch(
      /"secretId" = \[aws_secretsmanager_secret\.\S+\.arn, replace\(.*\), (aws_secretsmanager_secret\.\S+\.name|"ai\/test\/api-key")\]/,
    );
  }
});

test("the message says who, what, when and from where", () => {
  const targets = resources(keyWith({ alarmTopicArn }).stack, "aws_cloudwatch_event_target");
  expect(targets).toMatchObject([
    {
      arn: alarmTopicArn,
      input_transformer: {
        input_template: '"<what> on the secret ai/test/api-key by <who> (account <account>) at <when> from <where>. <error>"',
      },
    },
  ]);
});

test("fails for what is no topic", () => {
  for (const bad of ["security", `${alarmTopicArn}.fifo`]) {
    expect(() => keyWith({ alarmTopicArn: bad })).toThrow("alarmTopicArn must be an ARN such as arn:aws:sns:");
  }
});
