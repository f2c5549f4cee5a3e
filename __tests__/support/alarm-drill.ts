import {
  CreateEventBusCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** An event, as EventBridge gets it. */
export interface Event {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** The event of a call that CloudTrail has logged. */
export function loggedCall(detail: { readonly eventSource: string }): Event {
  const Source = `aws.${detail.eventSource.split(".")[0]}`;
  return { Source, DetailType: "AWS API Call via CloudTrail", Detail: JSON.stringify(detail) };
}

/**
 * What a deployed rule would send for events: the same pattern and the same message, on an event bus of the drill's own and to a queue, as
 * moto can't send events to a topic or to a state machine.
 */
export async function drill(
  events: EventBridgeClient,
  sqs: SQSClient,
  ruleName: string | undefined,
  entries: readonly Event[],
): Promise<string[]> {
  const EventBusName = "drill";
  const { EventPattern } = await events.send(new DescribeRuleCommand({ Name: ruleName }));
  const { Targets: [target] = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: ruleName }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "drill" }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));

  await events.send(new CreateEventBusCommand({ Name: EventBusName }));
  await events.send(new PutRuleCommand({ Name: "drill", EventBusName, EventPattern }));
  const { InputTransformer } = target ?? {};
  const Targets = [{ Id: "queue", Arn: Attributes?.QueueArn, InputTransformer }];
  await events.send(new PutTargetsCommand({ Rule: "drill", EventBusName, Targets }));

  for (const entry of entries) {
    await events.send(new PutEventsCommand({ Entries: [{ EventBusName, ...entry }] }));
  }

  const messages: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) {
      return messages;
    }
    messages.push(...Messages.map(({ Body = "" }) => Body));
  }
}
