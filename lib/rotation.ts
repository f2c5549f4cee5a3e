import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { checkProp } from "./check-prop";
import { RotationFunction, type RotationFunctionProps } from "./rotation-function";

/** A schedule by which a Lambda function of yours replaces the key. */
export interface RotationProps {
  readonly function: RotationFunctionProps;
  /** 1 to 1,000 days. */
  readonly everyDays: number;
}

/** Has the function called, first when `everyDays` are over: until then the key that was deployed stays. */
export class Rotation extends Construct {
  /** @param version what has to be stored before */
  constructor(
    scope: Construct,
    id: string,
    { function: rotationFunction, everyDays }: RotationProps,
    secretArn: string,
    version: ITerraformDependable,
  ) {
    super(scope, id);
    checkProp(
      "AiKeySecret.rotation.everyDays",
      Token.isUnresolved(everyDays) || (Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= 1_000),
      "be a whole number of days from 1 to 1000",
      everyDays,
    );
    const { permission } = RotationFunction.of(this, rotationFunction);

    new SecretsmanagerSecretRotation(this, "schedule", {
      secretId: secretArn,
      rotationLambdaArn: rotationFunction.lambdaArn,
      rotationRules: { automaticallyAfterDays: everyDays },
      rotateImmediately: false,
      dependsOn: [permission, version],
    });
  }
}
