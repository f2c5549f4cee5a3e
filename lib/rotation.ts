import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { Fn, type ITerraformDependable, type Postcondition, TerraformSelf, Token } from "cdktf";
import { Construct } from "constructs";
import { accountOf, checkArn, functionNameOf } from "./arn";
import { checkProp } from "./check-prop";

/** A schedule by which a Lambda function of yours replaces the key. */
export interface RotationProps {
  /** The function: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
  readonly lambdaArn: string;
  /** 1 to 1,000 days. */
  readonly everyDays: number;
}

/** Lets Secrets Manager call the function, first when `everyDays` are over: until then the key that was deployed stays. */
export class Rotation extends Construct {
  /** The ARN of the role that the function reads and stores the key by. */
  public readonly roleArn: string;

  /** @param version what has to be stored before */
  constructor(scope: Construct, id: string, { lambdaArn, everyDays }: RotationProps, secretArn: string, version: ITerraformDependable) {
    super(scope, id);
    const example = "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key";
    checkArn("AiKeySecret.rotation.lambdaArn", lambdaArn, /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/, example);
    checkProp(
      "AiKeySecret.rotation.everyDays",
      Token.isUnresolved(everyDays) || (Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= 1_000),
      "be a whole number of days from 1 to 1000",
      everyDays,
    );

    this.roleArn = new DataAwsLambdaFunction(this, "lambda", {
      functionName: functionNameOf(lambdaArn),
      lifecycle: { postcondition: [sameFunction(lambdaArn)] },
    }).role;

    const permission = new LambdaPermission(this, "permission", {
      action: "lambda:InvokeFunction",
      functionName: lambdaArn,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: accountOf(secretArn),
    });

    new SecretsmanagerSecretRotation(this, "schedule", {
      secretId: secretArn,
      rotationLambdaArn: lambdaArn,
      rotationRules: { automaticallyAfterDays: everyDays },
      rotateImmediately: false,
      dependsOn: [permission, version],
    });
  }
}

/** A function of this name elsewhere would put another role on the allow-list. */
function sameFunction(lambdaArn: string): Postcondition {
  return {
    condition: Fn.startswith(lambdaArn, TerraformSelf.getString("arn")),
    errorMessage: "AiKeySecret.rotation.lambdaArn must name a function of the secret's own account and region.",
  };
}
