import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { checkProp } from "./check-prop";
import { RotationFunction } from "./rotation-function";

/** A schedule by which a Lambda function of yours replaces the key. */
export interface RotationProps {
  /** The function, of the secret's account and region: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
  readonly lambdaArn: string;
  /** 1 to 1,000 days. */
  readonly everyDays: number;
}

/** Has the function called, first when `everyDays` are over: until then the key that was deployed stays. */
export class Rotation extends Construct {
  /** The ARN of the role that the function reads and stores the key by. */
  public readonly roleArn: string;

  /** @param version what has to be stored before */
  constructor(scope: Construct, id: string, { lambdaArn, everyDays }: RotationProps, secretArn: string, version: ITerraformDependable) {
    super(scope, id);
    checkProp(
      "AiKeySecret.rotation.everyDays",
      Token.isUnresolved(everyDays) || (Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= 1_000),
      "be a whole number of days from 1 to 1000",
      everyDays,
    );
    const { roleArn, permission } = RotationFunction.of(this, lambdaArn);
    this.roleArn = roleArn;

    new SecretsmanagerSecretRotation(this, "schedule", {
      secretId: secretArn,
      rotationLambdaArn: lambdaArn,
      rotationRules: { automaticallyAfterDays: everyDays },
      rotateImmediately: false,
      dependsOn: [permission, version],
    });
  }
}
