import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Fn, Lazy, Op } from "cdktf";
import { Construct } from "constructs";
import { accountRootOf } from "./arn";
import { checkPrincipals } from "./principals";

export interface AllowListProps {
  readonly secretArn: string;
  /** The ARNs of the roles and users that may read. */
  readonly readers: readonly string[];
  /** The ARNs of those that may read in an emergency. */
  readonly breakGlass: readonly string[];
  /** Whether the secret has a customer-managed key: with AWS's own key, another account can't read it. */
  readonly customerManagedKey: boolean;
}

/**
 * A secret's resource policy that denies reading to everyone who is not on the list, administrators and the account's root included. It
 * denies nothing else, so whoever deploys can still change it.
 *
 * To be on the list is not enough: a reader needs an identity policy too, such as the secret's read policy. An Allow that names a role
 * itself would need none, but breaks every later plan when the role is deleted.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export class AllowList extends Construct {
  /** In force once this is made. */
  public readonly policy: SecretsmanagerSecretPolicy;

  /** All on the list when the program is synthesized. */
  public readonly arns = Lazy.listValue({ produce: () => this.current() });

  /** The accounts of all on the list, as principals. */
  public readonly accountRoots = Lazy.listValue({ produce: () => [...new Set(this.principals.values())] });

  /** The account's root of each on the list. */
  private readonly principals = new Map<string, string>();

  constructor(scope: Construct, id: string, props: AllowListProps) {
    super(scope, id);
    checkPrincipals("AiKeySecret.readers", props.readers);
    checkPrincipals("AiKeySecret.breakGlass", props.breakGlass, props.readers);
    for (const arn of [...props.readers, ...props.breakGlass]) {
      this.add(arn);
    }
    this.node.addValidation({ validate: () => (this.principals.size > 0 ? [] : ["readers must name a principal, or grantRead one"]) });

    const document = new DataAwsIamPolicyDocument(this, "document", {
      statement: [
        {
          sid: "AllowReaders",
          effect: "Allow",
          principals: [{ type: "AWS", identifiers: this.accountRoots }],
          actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          resources: ["*"], // this secret and its replicas, which have the same policy
          condition: [{ test: "ArnLike", variable: "aws:PrincipalArn", values: this.arns }],
        },
        {
          sid: "DenyEveryoneElse",
          effect: "Deny",
          principals: [{ type: "*", identifiers: ["*"] }],
          actions: ["secretsmanager:GetSecretValue"],
          resources: ["*"],
          condition: [{ test: "ArnNotLike", variable: "aws:PrincipalArn", values: this.arns }],
        },
      ],
    });

    this.policy = new SecretsmanagerSecretPolicy(this, "policy", {
      secretArn: props.secretArn,
      policy: document.json,
      blockPublicPolicy: true,
      lifecycle: props.customerManagedKey ? undefined : { precondition: [this.oneAccountOnly()] },
    });
  }

  /** Puts a role or a user on the list. */
  public add(arn: string): void {
    this.principals.set(arn, this.principals.get(arn) ?? accountRootOf(arn));
  }

  /** All on the list so far: more may join until the program is synthesized. */
  public current(): string[] {
    return [...this.principals.keys()];
  }

  private oneAccountOnly() {
    const own = accountRootOf(new DataAwsCallerIdentity(this, "account").arn);
    const others = () => Fn.setsubtract([...new Set(this.principals.values())], [own]);
    return {
      condition: Lazy.anyValue({ produce: () => Op.lt(Fn.lengthOf(others()), 1) }), // cdktf loses a 0
      errorMessage:
        'AiKeySecret.readers has a principal of another account, and the secret is encrypted by the key that AWS manages, which no other account can use. Set encryptionKey: "customer-managed".',
    };
  }
}
