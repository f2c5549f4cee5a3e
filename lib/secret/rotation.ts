import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { checkProp } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { RotationFunction, type RotationFunctionProps } from "./rotation-function";

/** The schedule by which a Lambda function of yours replaces the key. */
export interface RotationProps {
  /** The function, and its role. */
  readonly function: RotationFunctionProps;
  /** The days from one rotation to the next: 1 to 1,000. */
  readonly everyDays: number;
}

const ROTATION: PropsOf<RotationProps> = { function: "object!", everyDays: "number!" };

export interface SecretRotationProps {
  readonly rotation: RotationProps;
  readonly secretArn: string;
  readonly secretName: string;
  /** The version of the secret that must exist before. */
  readonly version: ITerraformDependable;
}

/**
 * Secrets Manager calls the function. The first rotation is when `everyDays` are over; until then, the deployed key stays. The deploy has AWS
 * call the function's step `testSecret`: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export class Rotation extends Construct {
  constructor(scope: Construct, id: string, { rotation, secretArn, secretName, version }: SecretRotationProps) {
    super(scope, id);
    checkKnownProps("AiKeySecret.rotation", rotation, ROTATION);
    const { function: rotationFunction, everyDays } = rotation;
    checkProp(
      "AiKeySecret.rotation.everyDays",
      Token.isUnresolved(everyDays) || (Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= 1_000),
      "be a whole number of days from 1 to 1000",
      everyDays,
    );
    const declared = RotationFunction.of(this, rotationFunction);
    declared.rotate({ arn: secretArn, name: secretName });

    new SecretsmanagerSecretRotation(this, "schedule", {
      secretId: secretArn,
      rotationLambdaArn: rotationFunction.lambdaArn,
      rotationRules: { automaticallyAfterDays: everyDays },
      rotateImmediately: false,
      dependsOn: [declared.permission, version],
    });
  }
}
