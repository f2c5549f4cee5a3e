import { Annotations, Aspects, type IAspect, S3Backend, TerraformBackend, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
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
 * Puts the stack's state into S3. S3 encrypts it, and an object beside it locks it while a command changes it. Without `state`, the program may
 * have a backend of its own for the stack; cdktf prints what is then not known of the state.
 *
 * @throws Error for a missing setting, or one that S3 would refuse
 */
export function shareState(stack: TerraformStack, prop: string, state: SharedState | undefined): void {
  if (!state) {
    Aspects.of(stack).add(new WhereStateIs(stack));
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

/** The backend that the program has made for the stack itself, such as `cloud` or `azurerm`; undefined where the state is a file. */
function ownBackend(stack: TerraformStack): string | undefined {
  const { cloud, backend = {} } = stack.node.children.find(TerraformBackend.isBackend)?.toTerraform().terraform ?? {};
  const [type] = cloud ? ["cloud"] : Object.keys(backend);
  return type === "local" ? undefined : type;
}

/** Whether the program has made a backend for the stack, in place of `state`. */
export function hasOwnBackend(stack: TerraformStack & { readonly state: SharedState | undefined }): boolean {
  return stack.state === undefined && ownBackend(stack) !== undefined;
}

/** Says what is known of a state without `state`, once the whole program has said where it is. */
class WhereStateIs implements IAspect {
  private said = false;

  constructor(private readonly stack: TerraformStack) {}

  public visit(node: IConstruct): void {
    if (node === this.stack && !this.said) {
      this.said = true;
      const { id } = this.stack.node;
      const backend = ownBackend(this.stack);
      Annotations.of(this.stack).addInfo(
        backend === undefined
          ? `The state of ${id} is a file that only this machine has. docs/setup.md says how to share it.`
          : `The state of ${id} is in a backend of yours, ${backend}: that it is encrypted, locked and kept in versions is not proven here, the roles of a BootstrapStack have no rights to it, and ai-key restore does not know it.`,
      );
    }
  }
}
