import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Fn, Lazy } from "cdktf";
import { Construct } from "constructs";
import { keyIdOf, withoutSuffix } from "../arn";
import { refuseTooLongText } from "../check-limits";
import { checkTopicArn } from "../checks";
import { LIMITS } from "../limits";
import { namePrefix } from "../name-prefix";
import { propOf } from "../prop-of";
import type { AllowList } from "./allow-list";

export interface ReadAlarmProps {
  /** The SNS topic to notify. Its own policy has to let `events.amazonaws.com` publish. */
  readonly topicArn: string;
  readonly secretArn: string;
  readonly secretName: string;
  /** The ARN of a KMS key of the account; without it, AWS's own key encrypts the secret. */
  readonly encryptionKeyArn?: string;
  /** Who may read without an alarm; without a list, no read is unexpected. */
  readonly allowList?: AllowList;
}

/** What a notification says: who, what, when, from where. A path that an event lacks leaves its place empty. */
const MESSAGE = {
  inputPaths: {
    what: "$.detail.eventName",
    who: "$.detail.userIdentity.arn",
    account: "$.detail.userIdentity.accountId",
    when: "$.detail.eventTime",
    where: "$.detail.sourceIPAddress",
    error: "$.detail.errorCode",
  },
  template: '"<what> on the secret SECRET by <who> (account <account>) at <when> from <where>. <error>"',
};

/**
 * Notifies of reads by anyone who is no regular reader, denied ones and those of break-glass principals too, of changes to the secret's
 * resource policy, KMS key and rotation and to that key's own policy, of new replicas, and of its deletion and restoration, in the secret's
 * own region. It needs a CloudTrail trail that logs management events, reads included.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
 */
export class ReadAlarm extends Construct {
  constructor(scope: Construct, id: string, { topicArn, secretArn, secretName, encryptionKeyArn, allowList }: ReadAlarmProps) {
    super(scope, id);
    checkTopicArn(propOf(scope, "alarmTopicArn"), topicArn);

    const secretIds = [secretArn, withoutSuffix(secretArn), secretName]; // as a caller may write it
    const keyIds = encryptionKeyArn === undefined ? [] : [encryptionKeyArn, keyIdOf(encryptionKeyArn)];
    // Nobody but AWS has events of these sources.
    const pattern = () => ({
      source: keyIds.length > 0 ? ["aws.secretsmanager", "aws.kms"] : ["aws.secretsmanager"],
      detail: anyOf([
        { requestParameters: { secretId: secretIds }, ...anyOf(allowList ? [CHANGE, unusualRead(allowList)] : [CHANGE]) },
        ...(keyIds.length > 0 ? [{ eventName: ["PutKeyPolicy"], requestParameters: { keyId: keyIds } }] : []),
        ...(allowList ? [deniedRead(secretIds)] : []),
      ]),
    });
    refuseTooLongText(this, LIMITS.eventPattern, () => JSON.stringify(pattern()));

    const rule = new CloudwatchEventRule(this, "rule", {
      namePrefix: namePrefix(secretName, "-alarm-", LIMITS.ruleName).replaceAll(/[^\w.-]/g, "-"),
      description: `Unexpected use of the secret ${secretName}`.slice(0, 512),
      state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", // with ENABLED, reads do not arrive
      eventPattern: Lazy.stringValue({ produce: () => Fn.jsonencode(pattern()) }),
    });

    new CloudwatchEventTarget(this, "target", {
      rule: rule.name,
      arn: topicArn,
      inputTransformer: { inputPaths: MESSAGE.inputPaths, inputTemplate: MESSAGE.template.replace("SECRET", secretName) },
    });
  }
}

/**
 * What could let somebody else read: by another policy, KMS key (UpdateSecret) or rotation function, or by none, as a restored secret has none.
 * A copy in another region would be out of this rule's sight.
 */
const CHANGE = {
  eventName: [
    "DeleteResourcePolicy",
    "DeleteSecret",
    "PutResourcePolicy",
    "ReplicateSecretToRegions",
    "RestoreSecret",
    "RotateSecret",
    "UpdateSecret",
  ],
};

const READ = { eventName: ["GetSecretValue"] };

/** Roles are known by the issuer of their session, users by their own ARN, and principals of other accounts, without one, by an error. */
function unusualRead(allowList: AllowList): object {
  const regular = allowList.regularReaders();
  const roles = otherThan(regular.filter((arn) => !arn.includes(":user/")));
  const users = otherThan(regular.filter((arn) => !arn.includes(":role/")));
  const missing = [{ exists: false }];

  return {
    ...READ,
    ...anyOf([
      { userIdentity: { sessionContext: { sessionIssuer: { arn: roles } } } },
      { userIdentity: { sessionContext: { sessionIssuer: { arn: missing } }, arn: users } },
      { userIdentity: { arn: missing }, errorCode: [{ exists: true }] },
    ]),
  };
}

/** A denial's record can be without the request: https://github.com/aws-samples/aws-health-aware/issues/19 */
function deniedRead(secretIds: readonly string[]): object {
  return { ...READ, errorMessage: secretIds.map((id) => ({ wildcard: `*: ${id} *` })) };
}

function otherThan(arns: readonly string[]): object[] {
  return arns.length > 0 ? [{ "anything-but": arns }] : [{ exists: true }];
}

/** EventBridge takes $or for an ordinary field where it has less than two: https://github.com/aws/event-ruler#the-or-primitive */
function anyOf(alternatives: readonly object[]): object {
  const [only = {}, ...others] = alternatives;
  return others.length > 0 ? { $or: alternatives } : only;
}
