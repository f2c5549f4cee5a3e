import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { randomKey } from "../../lab/random-key";
import type { Sandbox } from "../../lab/sandbox/sandbox";
import { outputsOf } from "./outputs-of";

/** What a program refers to by ARN. */
export interface Account {
  readonly lambdaArn: string;
  /** The ARN of the function's role. */
  readonly lambdaRoleArn: string;
  readonly topicArn: string;
  /** In eu-west-1. */
  readonly replicaKeyArn: string;
  /** A secret that was made by hand, with the value `OLD_VALUE`. */
  readonly secretArn: string;
}

export const OLD_VALUE = "the-value-that-was-put-there-by-hand";

/** What the rotation function has in its environment, such as an AI provider's admin key: nobody but the function needs it. */
export const FUNCTION_SECRET = randomKey();

/** Makes what an account has before our stack comes: roles, a rotation function, a topic, a key elsewhere, a secret. */
export async function furnishAccount(sandbox: Sandbox): Promise<Account> {
  const folder = join(sandbox.folder, "account");
  mkdirSync(folder);
  writeFileSync(join(folder, "function.zip"), zipSync({ "index.py": Buffer.from("def handler(event, context): pass\n") }));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(CONFIG));
  await sandbox.terraform(["init"], {}, folder);
  await sandbox.terraform(["apply", "-auto-approve"], {}, folder);

  const { lambda = "", lambda_role = "", topic = "", replica_key = "", secret = "" } = await outputsOf(sandbox, folder);
  await setEnvironment(sandbox.endpoint, "rotate-key", { ADMIN_KEY: FUNCTION_SECRET });
  return { lambdaArn: lambda, lambdaRoleArn: lambda_role, topicArn: topic, replicaKeyArn: replica_key, secretArn: secret };
}

/** By Lambda's API, as Terraform would put it into the account's own state. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
async function setEnvironment(endpoint: string, functionName: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(`${endpoint}/2015-03-31/functions/${functionName}/configuration`, {
    method: "PUT",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0" },
    body: JSON.stringify({ Environment: { Variables: variables } }),
  });
  if (!answer.ok) {
    throw new Error(`The function's environment could not be set: ${answer.status} ${await answer.text()}`);
  }
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
    lambda_role: { value: "${aws_iam_role.rotate.arn}" },
    topic: { value: "${aws_sns_topic.security.arn}" },
    replica_key: { value: "${aws_kms_key.replica.arn}" },
    secret: { value: "${aws_secretsmanager_secret.by_hand.arn}" },
  },
};
