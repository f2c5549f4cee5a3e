import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Fn, TerraformSelf, Token } from "cdktf";
import { Construct } from "constructs";
import { accountOf, checkArn, functionNameOf } from "./arn";
import { oncePerStack } from "./once-per-stack";

/** A Lambda function of the user's that Secrets Manager may call: once in a stack, however many secrets it rotates. */
export class RotationFunction extends Construct {
  /** The ARN of the role that it reads and stores keys by. */
  public readonly roleArn: string;

  public readonly permission: LambdaPermission;

  /** The one of the stack around `scope`, made at the first call; of `scope` alone, when the ARN is known at deploy only. */
  public static of(scope: Construct, lambdaArn: string): RotationFunction {
    const example = "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key";
    checkArn("AiKeySecret.rotation.lambdaArn", lambdaArn, /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+$/, example);

    if (Token.isUnresolved(lambdaArn)) {
      return new RotationFunction(scope, "function", lambdaArn);
    }
    const id = `rotation-function-${lambdaArn.split(":").slice(3).join("-")}`;
    return oncePerStack(scope, id, RotationFunction, lambdaArn);
  }

  constructor(scope: Construct, id: string, lambdaArn: string) {
    super(scope, id);

    this.roleArn = new DataAwsLambdaFunction(this, "lambda", {
      functionName: functionNameOf(lambdaArn),
      lifecycle: {
        postcondition: [
          {
            condition: Fn.startswith(lambdaArn, TerraformSelf.getString("arn")), // else another role would be on the allow-list
            errorMessage: "AiKeySecret.rotation.lambdaArn must name a function of the secret's own account and region.",
          },
        ],
      },
    }).role;

    this.permission = new LambdaPermission(this, "permission", {
      action: "lambda:InvokeFunction",
      functionName: lambdaArn,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: accountOf(lambdaArn),
    });
  }
}
