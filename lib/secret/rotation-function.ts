import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Op, Token } from "cdktf";
import { Construct } from "constructs";
import { accountOf, regionOf } from "../arn";
import { checkArn } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { oncePerStack } from "../once-per-stack";
import { ownRegion } from "../region";

/**
 * A Lambda function of yours that replaces the key. Terraform does not look it up, because that would put the function's environment
 * variables into plan and state. https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export interface RotationFunctionProps {
  /** The function's ARN. The function is in the secret's account and region. */
  readonly lambdaArn: string;
  /** The ARN of the function's role, which the list of readers includes. `aws lambda get-function-configuration --query Role` prints it. */
  readonly roleArn: string;
}

const FUNCTION: PropsOf<RotationFunctionProps> = { lambdaArn: "text!", roleArn: "text!" };

/** The permission for Secrets Manager to call a function. A stack has one for each function, for all secrets that the function rotates. */
export class RotationFunction extends Construct {
  public readonly permission: LambdaPermission;

  /** The one of the stack around `scope`, made at the first call; of `scope` alone, when the ARN is known at deploy only. */
  public static of(scope: Construct, props: RotationFunctionProps): RotationFunction {
    checkKnownProps("AiKeySecret.rotation.function", props, FUNCTION);
    const { lambdaArn, roleArn } = props;
    checkArn(
      "AiKeySecret.rotation.function.lambdaArn",
      lambdaArn,
      /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+$/,
      "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key",
    );
    checkArn(
      "AiKeySecret.rotation.function.roleArn",
      roleArn,
      /^arn:aws[a-z-]*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
      "arn:aws:iam::111122223333:role/rotate-key",
    );

    if (Token.isUnresolved(lambdaArn)) {
      return new RotationFunction(scope, "function", props);
    }
    const id = `rotation-function-${lambdaArn.split(":").slice(3).join("-")}`;
    return oncePerStack(scope, id, RotationFunction, props);
  }

  constructor(scope: Construct, id: string, { lambdaArn }: RotationFunctionProps) {
    super(scope, id);

    const { accountId: ownAccount } = oncePerStack(this, "ai-key-account", DataAwsCallerIdentity, {});
    this.permission = new LambdaPermission(this, "permission", {
      action: "lambda:InvokeFunction",
      functionName: lambdaArn,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: accountOf(lambdaArn),
      lifecycle: {
        precondition: [
          {
            condition: Op.and(Op.eq(regionOf(lambdaArn), ownRegion(this)), Op.eq(accountOf(lambdaArn), ownAccount)),
            errorMessage: "AiKeySecret.rotation.function.lambdaArn must name a function of the secret's own account and region.",
          },
        ],
      },
    });
  }
}
