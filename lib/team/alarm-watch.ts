import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Fn, TerraformResource, type TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { argumentsOf } from "../declared";

/** Rules whose names have so many characters together fit into a pattern of 2,048, twice. */
const ROOM = 600;

/** An alarm: what the name of its rule begins with, and the topic that it tells. */
interface Alarm {
  readonly prefix: string;
  readonly topic: string;
}

/**
 * Tells the topics of alarms of each change of these alarms' own rules, such as one that switches an alarm off. These rules are the
 * administrator's: whoever deploys can't change them.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class AlarmWatch extends Construct {
  constructor(scope: Construct, id: string, stacks: readonly TerraformStack[]) {
    super(scope, id);
    const alarms = stacks.flatMap(alarmsOf);
    for (const [place, { topic, prefixes }] of grouped(alarms).entries()) {
      const names = prefixes.map((prefix) => ({ prefix }));
      const rule = new CloudwatchEventRule(this, `rule-${place + 1}`, {
        namePrefix: "ai-key-watch-",
        description: "Changes of the rules that tell of unexpected use of AI keys",
        eventPattern: Fn.jsonencode({
          source: ["aws.events"],
          detail: {
            eventSource: ["events.amazonaws.com"],
            eventName: ["DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"],
            $or: [{ requestParameters: { name: names } }, { requestParameters: { rule: names } }],
          },
        }),
      });
      new CloudwatchEventTarget(this, `target-${place + 1}`, {
        rule: rule.name,
        arn: topic,
        inputTransformer: {
          inputPaths: { what: "$.detail.eventName", who: "$.detail.userIdentity.arn", when: "$.detail.eventTime" },
          inputTemplate: '"<what> on the alarm of an AI key by <who> at <when>."',
        },
      });
    }
  }
}

/** Those whose topic is written out: another stack can't know any other one. */
function alarmsOf(stack: TerraformStack): Alarm[] {
  return stack.node
    .findAll()
    .filter(TerraformResource.isTerraformResource)
    .filter(({ terraformResourceType }) => terraformResourceType === "aws_cloudwatch_event_target")
    .flatMap((target) => {
      const rule = target.node.scope?.node.children
        .filter(TerraformResource.isTerraformResource)
        .find(({ terraformResourceType }) => terraformResourceType === "aws_cloudwatch_event_rule");
      const prefix = rule && argumentsOf(rule).name_prefix;
      const { arn: topic } = argumentsOf(target);
      return typeof prefix === "string" && typeof topic === "string" && !Token.isUnresolved(topic) ? [{ prefix, topic }] : [];
    });
}

/** As many alarms of one topic as fit into one pattern. */
function grouped(alarms: readonly Alarm[]): { topic: string; prefixes: string[] }[] {
  const groups: { topic: string; prefixes: string[] }[] = [];
  for (const { topic, prefix } of alarms) {
    const group = groups.filter((one) => one.topic === topic).at(-1);
    if (group && group.prefixes.join().length + prefix.length < ROOM) {
      group.prefixes.push(prefix);
    } else {
      groups.push({ topic, prefixes: [prefix] });
    }
  }
  return groups;
}
