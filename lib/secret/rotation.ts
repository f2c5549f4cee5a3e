import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { accountRootOf } from "../arn";
import { checkProp } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { propOf } from "../prop-of";
import { PROVIDER_ROTATIONS, type ProviderRotations, providerIn, refuseProviders, rotatedKey } from "../rotation/provider-rotation";
import { placeOf, rotatorArn, rotatorRoleArn } from "../rotation/rotator-names";
import type { RotatedKey } from "../rotation/rotator-settings";
import type { SecretBody } from "./body";
import { RotationFunction, type RotationFunctionProps } from "./rotation-function";
import { intervalOf, ROTATION_SCHEDULE, type RotationSchedule, rotationRules } from "./rotation-schedule";

/** Who replaces the key, and when: one of `function`, `openai` and `openrouter`, with a schedule or without one. */
export interface RotationProps extends ProviderRotations, RotationSchedule {
  /** A function of yours, and its role. The first key comes from the variable. */
  readonly function?: RotationFunctionProps | undefined;
}

const ROTATION: PropsOf<RotationProps> = { function: "object", ...PROVIDER_ROTATIONS, ...ROTATION_SCHEDULE };

/** @throws Error for a rotation by nobody, by two, or by a provider that makes no keys */
export function checkRotation(prop: string, rotation: RotationProps): void {
  refuseProviders(prop, rotation);
  checkKnownProps(prop, rotation, ROTATION);
  const { function: own, openai, openrouter } = rotation;
  const by = Object.entries({ function: own, openai, openrouter }).flatMap(([name, value]) => (value === undefined ? [] : name));
  checkProp(prop, by.length === 1, "have one of function, openai and openrouter", by);
}

export interface SecretRotationProps {
  readonly rotation: RotationProps;
  readonly secretArn: string;
  readonly secretName: string;
  /** What must exist before: of a key that a variable brings, its version. */
  readonly after: readonly ITerraformDependable[];
  readonly body: SecretBody | undefined;
  /** Whether a customer-managed KMS key encrypts the secret. */
  readonly encrypted: boolean;
}

/**
 * Secrets Manager calls a function, which replaces the key: a function of the user's, or the rotator of the administrator's stack. With the
 * first, the deployed key stays until the scheduled time, and the deploy has AWS call the function's step `testSecret`:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export class Rotation extends Construct {
  /** The ARN of the function's role, which reads and stores. */
  public readonly roleArn: string;

  /** The ARN of the role's account. */
  public readonly accountRoot: string;

  public readonly secretName: string;

  public readonly encrypted: boolean;

  /** What the rotator makes; undefined where a function of the user's does. */
  public readonly key: RotatedKey | undefined;

  constructor(scope: Construct, id: string, { rotation, secretArn, secretName, after, body, encrypted }: SecretRotationProps) {
    super(scope, id);
    this.secretName = secretName;
    this.encrypted = encrypted;
    const prop = propOf(scope, "rotation");
    const rules = rotationRules(prop, rotation);
    const own = rotation.function;
    const declared = own && RotationFunction.of(this, `${prop}.function`, own);
    declared?.rotate({ arn: secretArn, name: secretName });
    this.key = providerIn(rotation) && rotatedKey(prop, rotation, intervalOf(rotation), body);
    const place = placeOf(this);
    this.roleArn = own?.roleArn ?? rotatorRoleArn(place);
    this.accountRoot = own ? accountRootOf(own.roleArn) : place.accountRoot;

    new SecretsmanagerSecretRotation(this, "schedule", {
      secretId: secretArn,
      rotationLambdaArn: own?.lambdaArn ?? rotatorArn(place),
      rotationRules: rules,
      rotateImmediately: rotation.rotateImmediately ?? own === undefined,
      dependsOn: [...(declared ? [declared.permission] : []), ...after],
    });
  }
}
