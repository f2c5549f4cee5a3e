import { Annotations, S3Backend, type TerraformStack } from "cdktf";
import { checkBucketName } from "./bucket-name";
import { checkProp } from "./check-prop";
import { checkKmsKeyArn } from "./kms-key-arn";
import { checkRegion } from "./region";

/** Where a stack's Terraform state is kept for everyone: https://developer.hashicorp.com/terraform/language/backend/s3 */
export interface SharedState {
  /** The bucket, which has to be there, with versions: a state can be lost otherwise. */
  readonly bucket: string;
  /** The object's key, such as `ai-secret/terraform.tfstate`: another one for each stack. */
  readonly key: string;
  readonly region: string;
  /** The ARN of the KMS key that encrypts the state. */
  readonly kmsKeyArn: string;
}

/**
 * Keeps the stack's state in S3, encrypted, and locked by an object beside it while a command changes it. Without `state` a line in the
 * output of cdktf says that nobody else has it.
 *
 * @throws Error for a setting that is missing or that S3 would refuse
 */
export function shareState(stack: TerraformStack, prop: string, state: SharedState | undefined): void {
  if (!state) {
    const { id } = stack.node;
    Annotations.of(stack).addInfo(`The state of ${id} is a file on this machine, which nobody else has: see state in the README.`);
    return;
  }
  const { bucket, key, region, kmsKeyArn } = state;
  for (const [setting, value] of Object.entries({ bucket, key, region, kmsKeyArn })) {
    checkProp(`${prop}.${setting}`, typeof value === "string", "be set: all of bucket, key, region and kmsKeyArn, or no state", value);
  }
  checkBucketName(`${prop}.bucket`, bucket);
  checkProp(`${prop}.key`, /^[\w!.*'()-]+(\/[\w!.*'()-]+)*$/.test(key), "be an object's key such as ai-secret/terraform.tfstate", key);
  checkRegion(`${prop}.region`, region);
  checkKmsKeyArn(`${prop}.kmsKeyArn`, kmsKeyArn);

  new S3Backend(stack, { bucket, key, region, encrypt: true, kmsKeyId: kmsKeyArn });
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
