import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { DataAwsIamUser } from "@cdktf/provider-aws/lib/data-aws-iam-user";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUserPolicyAttachment } from "@cdktf/provider-aws/lib/iam-user-policy-attachment";
import { type ITerraformDependable, TerraformDataSource, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { ownIdentity } from "../account";
import { principalArn } from "../arn";
import { refuseTooManyPolicies } from "../check-limits";
import { checkProp } from "../checks";
import { shown } from "../key/may-be-key";
import { propOf } from "../prop-of";
import { refuse } from "../refuse";
import { ReadPolicy, type SecretAndKeys } from "./read-policy";
import { type Grantee, granteeOf, type IamPrincipal, type Principal, type Reader } from "./reader";
import { WritePolicy } from "./write-policy";

/** The list of those who may read, which a secret may have. */
export interface Readers {
  add(arn: string): void;
  /** The policy with the list. */
  readonly policy: ITerraformDependable;
}

/** Who may read and store a secret. */
export class Grants {
  private readonly made = new Map<string, ITerraformDependable>();
  private policy: ReadPolicy | undefined;
  private writePolicy: WritePolicy | undefined;

  constructor(
    private readonly owner: Construct,
    private readonly secret: SecretAndKeys,
    private readonly readers: Readers | undefined,
  ) {}

  /** The policy that allows reading, made at the first call. */
  public readPolicy(): ReadPolicy {
    this.policy ??= new ReadPolicy(this.owner, "read-policy", this.secret);
    return this.policy;
  }

  public read(reader: Reader): ITerraformDependable {
    const prop = propOf(this.owner, "grantRead");
    const grantee = granteeOf(prop, reader);
    if (typeof grantee === "string") {
      this.readers?.add(grantee);
      return this.readers?.policy ?? refuse(`${prop} with an ARN needs readers, the list that it adds to: readers: [] begins an empty one`);
    }
    return this.once(grantee.label, () => {
      this.readers?.add(listedArn(prop, this.owner, grantee));
      return attach(this.owner, grantee, { verb: "", policyArn: this.readPolicy().arn, after: this.readers?.policy });
    });
  }

  public write(writer: Principal): ITerraformDependable {
    const prop = propOf(this.owner, "grantWrite");
    const grantee = granteeOf(prop, writer);
    if (typeof grantee === "string") {
      return refuse(`${prop} must get a role or a user of this account; got ${shown(grantee)}`);
    }
    return this.once(`write-${grantee.label}`, () => {
      this.writePolicy ??= new WritePolicy(this.owner, "write-policy", this.secret);
      return attach(this.owner, grantee, { verb: "write", policyArn: this.writePolicy.arn });
    });
  }

  private once(id: string, make: () => ITerraformDependable): ITerraformDependable {
    const made = this.made.get(id) ?? make();
    this.made.set(id, made);
    return made;
  }
}

interface Attachment {
  /** A part of the ids; nothing for reading. */
  readonly verb: "" | "write";
  readonly policyArn: string;
  /** What has to be in force before. */
  readonly after?: ITerraformDependable | undefined;
}

/**
 * Attaches a policy of a secret. The attachment is in the stack of the role or the user, so that the secret does not depend on an application,
 * which may depend on the secret.
 */
function attach(owner: Construct, grantee: Grantee, { verb, policyArn, after }: Attachment): ITerraformDependable {
  const { kind, name, label, construct } = grantee;
  const elsewhere = construct && isElsewhere(construct, owner) ? construct : undefined;
  const scope = elsewhere ?? owner;
  const id = elsewhere ? `${verb || "read"}-${owner.node.path}` : `${verb && `${verb}-`}${label}`;
  const dependsOn = after && !elsewhere ? [after] : undefined; // a stack is deployed after those that it takes something from

  const attachment =
    kind === "role"
      ? new IamRolePolicyAttachment(scope, id, { role: name, policyArn, dependsOn })
      : new IamUserPolicyAttachment(scope, id, { user: name, policyArn, dependsOn });
  refuseTooManyPolicies(attachment);
  return attachment;
}

/**
 * A grantee's ARN with its path, for a list of readers. A reference into another stack would make the secret depend on an application: the ARN
 * of one that is made there is put together of what the program says, and that of one that exists is looked up.
 *
 * @param prop the call, as an error names it
 * @throws Error for a name in another stack that a deploy alone knows
 */
function listedArn(prop: string, owner: Construct, { kind, literalName, label, construct }: Grantee): string {
  if (construct && !isElsewhere(construct, owner)) {
    return construct.arn;
  }
  const name = literalName ?? "";
  const path = construct?.pathInput ?? "/";
  checkProp(
    prop,
    name !== "" && !Token.isUnresolved(path),
    "get a role or a user whose name and path the program says itself (name, not namePrefix), as the secret has readers, and must not depend on the stack of an application",
    construct?.node.path,
  );
  if (construct && !TerraformDataSource.isTerraformDataSource(construct)) {
    return principalArn(ownIdentity(owner).arn, `${kind}${path}${name}`);
  }
  return kind === "role"
    ? new DataAwsIamRole(owner, `${label}-lookup`, { name }).arn
    : new DataAwsIamUser(owner, `${label}-lookup`, { userName: name }).arn;
}

function isElsewhere(construct: IamPrincipal, owner: Construct): boolean {
  return TerraformStack.of(construct) !== TerraformStack.of(owner);
}
