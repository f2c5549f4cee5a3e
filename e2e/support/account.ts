import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { Sandbox } from "../../cli/rehearsal/sandbox";

/** What a program refers to by ARN. */
export interface Account {
  readonly lambdaArn: string;
  readonly topicArn: string;
  /** In eu-west-1. */
  readonly replicaKeyArn: string;
  /** A secret that was made by hand, with the value `OLD_VALUE`. */
  readonly secretArn: string;
}

export const OLD_VALUE = "the-value-that-was-put-there-by-hand";

/** Makes what an account has before our stack comes: roles, a rotation function, a topic, a key elsewhere, a secret. */
export async function furnishAccount(sandbox: Sandbox): Promise<Account> {
  const folder = join(sandbox.folder, "account");
  mkdirSync(folder);
  writeFileSync(join(folder, "function.zip"), zipSync({ "index.py": Buffer.from("def handler(event, context): pass\n") }));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(CONFIG));
  await sandbox.terraform(["init"], {}, folder);
  await sandbox.terraform(["apply", "-auto-approve"], {}, folder);

  const { lambda = "", topic = "", replica_key = "", secret = "" } = await sandbox.outputsOf(folder);
  return { lambdaArn: lambda, topicArn: topic, replicaKeyArn: replica_key, secretArn: secret };
}

const trust = (Service: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }] });

const CONFIG = {
  provider: { aws: [{ region: "us-east-1" }, { alias: "ireland", region: "eu-west-1" }] },
  resource: {
    aws_iam_role: {
      rotate: { name: "rotate-key", assume_role_policy: trust("lambda.amazonaws.com") },
      named: { name: "named", path: "/team/", assume_role_policy: trust("ec2.amazonaws.com") },
    },
    aws_lambda_function: {
      rotate: {
        function_name: "rotate-key",
        role: "${aws_iam_role.rotate.arn}",
        runtime: "python3.12",
        handler: "index.handler",
        filename: "${path.module}/function.zip",
      },
    },
    aws_sns_topic: { security: { name: "security" } },
    aws_kms_key: { replica: { provider: "aws.ireland" } },
    aws_secretsmanager_secret: { by_hand: { name: "by-hand", description: "made by hand", tags: { Owner: "somebody" } } },
    aws_secretsmanager_secret_version: {
      by_hand: { secret_id: "${aws_secretsmanager_secret.by_hand.id}", secret_string: OLD_VALUE },
    },
  },
  output: {
    lambda: { value: "${aws_lambda_function.rotate.arn}" },
    topic: { value: "${aws_sns_topic.security.arn}" },
    replica_key: { value: "${aws_kms_key.replica.arn}" },
    secret: { value: "${aws_secretsmanager_secret.by_hand.arn}" },
  },
};
