import { keyWith, ROLE, resources } from "./access";

const alarmTopicArn = "arn:aws:sns:eu-central-1:111122223333:security";
const rules = (props: Parameters<typeof keyWith>[0]) => resources(keyWith(props).stack, "aws_cloudwatch_event_rule");

test("without a topic there are no rules", () => {
  expect(rules({ readers: [ROLE] })).toEqual([]);
});

test("a read by anyone who is not on the list, and a denied one, is notified of", () => {
  const read = rules({ readers: [ROLE], alarmTopicArn }).find(({ event_pattern }) => event_pattern.includes("GetSecretValue"));
  expect(read.state).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
  expect(read.event_pattern).toContain(`"anything-but" = ["${ROLE}"]`);
  expect(read.event_pattern).toContain('"errorCode" = [{"exists" = true}]');
});

test("a change of the resource policy and a deletion are notified of, with a list or without", () => {
  const [change, ...others] = rules({ alarmTopicArn });
  expect(change.event_pattern).toContain('"eventName" = ["DeleteResourcePolicy", "DeleteSecret", "PutResourcePolicy"]');
  expect(others).toEqual([]);
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
  expect(() => keyWith({ alarmTopicArn: "security" })).toThrow("AiKeySecret.alarmTopicArn must be an ARN such as arn:aws:sns:");
});
