import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Fn, Lazy, Op, Token } from "cdktf";
import { Construct } from "constructs";
import { ownIdentity } from "../account";
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

/** A secret that a function rotates. */
export interface RotatedSecret {
  readonly arn: string;
  readonly name: string;
}

/**
 * The permission for Secrets Manager to call a function. A stack has one for each function, for all secrets that the function rotates: a
 * function's policy has at most 20 KB.
 */
export class RotationFunction extends Construct {
  public readonly permission: LambdaPermission;

  private readonly secrets: RotatedSecret[] = [];

  /**
   * The one of the stack around `scope`, made at the first call; of `scope` alone, when the ARN is known at deploy only.
   *
   * @param prop how an error names it
   */
  public static of(scope: Construct, prop: string, props: RotationFunctionProps): RotationFunction {
    checkKnownProps(prop, props, FUNCTION);
    const { lambdaArn, roleArn } = props;
    checkArn(
      `${prop}.lambdaArn`,
      lambdaArn,
      /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+$/,
      "arn:aws:lambda:eu-central-1:111122223333:function:rotate-key",
    );
    checkArn(
      `${prop}.roleArn`,
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

    const { accountId: ownAccount } = ownIdentity(this);
    this.permission = new LambdaPermission(this, "permission", {
      action: "lambda:InvokeFunction",
      functionName: lambdaArn,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: accountOf(lambdaArn),
      sourceArn: Lazy.stringValue({ produce: () => arnOfAll(this.secrets) }),
      lifecycle: {
        createBeforeDestroy: true, // another secret makes another permission
        precondition: [
          {
            condition: Op.and(Op.eq(regionOf(lambdaArn), ownRegion(this)), Op.eq(accountOf(lambdaArn), ownAccount)),
            errorMessage: "rotation.function.lambdaArn must name a function of the secret's own account and region.",
          },
        ],
      },
    });
  }

  /** Secrets Manager may call the function for this secret. */
  public rotate(secret: RotatedSecret): void {
    this.secrets.push(secret);
  }
}

/**
 * The ARN of the only secret, or a pattern for the ARNs of several, by what their names begin with. Lambda takes patterns:
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html#lambda-AddPermission-request-SourceArn
 */
function arnOfAll(secrets: readonly RotatedSecret[]): string {
  const [first = { arn: "", name: "" }, ...others] = secrets;
  if (others.length === 0) {
    return first.arn;
  }
  const names = secrets.map(({ name }) => name);
  const length = [...first.name].findIndex((letter, place) => names.some((name) => name[place] !== letter));
  const beginning = names.some((name) => Token.isUnresolved(name)) ? "" : first.name.slice(0, length === -1 ? undefined : length);
  return Fn.replace(first.arn, "/:secret:.*$/", `:secret:${beginning}*`);
}
