import { Annotations, S3Backend, type TerraformStack } from "cdktf";
import { checkBucketName, checkKmsKeyArn, checkProp, checkRegion } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";

/** The place of a Terraform state that several people share: https://developer.hashicorp.com/terraform/language/backend/s3 */
export interface SharedState {
  /** The bucket. It must exist and keep versions, because a state can be lost otherwise. */
  readonly bucket: string;
  /** The object's key, such as `ai-secret/terraform.tfstate`. Each stack has its own. */
  readonly key: string;
  /** The AWS region of the bucket, such as `eu-central-1`. */
  readonly region: string;
  /** The ARN of the KMS key that encrypts the state. */
  readonly kmsKeyArn: string;
}

const STATE: PropsOf<SharedState> = { bucket: "text!", key: "text!", region: "text!", kmsKeyArn: "text!" };

/**
 * Puts the stack's state into S3. S3 encrypts it, and an object beside it locks it while a command changes it. Without `state`, cdktf prints
 * that only this machine has the state.
 *
 * @throws Error for a missing setting, or one that S3 would refuse
 */
export function shareState(stack: TerraformStack, prop: string, state: SharedState | undefined): void {
  if (!state) {
    const { id } = stack.node;
    Annotations.of(stack).addInfo(`The state of ${id} is a file that only this machine has. docs/setup.md says how to share it.`);
    return;
  }
  checkKnownProps(prop, state, STATE);
  const { bucket, key, region, kmsKeyArn } = state;
  checkBucketName(`${prop}.bucket`, bucket);
  // No asterisk, which S3 takes: in the rights of a role, it would stand for the states of others.
  checkProp(`${prop}.key`, /^[\w!.'()-]+(\/[\w!.'()-]+)*$/.test(key), "be an object's key such as ai-secret/terraform.tfstate", key);
  checkRegion(`${prop}.region`, region);
  checkKmsKeyArn(`${prop}.kmsKeyArn`, kmsKeyArn);

  new S3Backend(stack, { bucket, key, region, encrypt: true, kmsKeyId: kmsKeyArn });
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
