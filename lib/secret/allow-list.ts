import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Aspects, Fn, Lazy, Op, type Precondition, TerraformResource, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { accountRootOf } from "../arn";
import { settingsOf } from "../check-limits";
import { checkPrincipals, PERMISSION_SET_ROLE } from "../checks";
import { LIMITS } from "../limits";
import { oncePerStack } from "../once-per-stack";
import { pathOf, propOf } from "../prop-of";
import { refuseAll } from "../refuse";
import { checkPolicyStatements, type DenyStatement } from "./policy-statements";

export interface AllowListProps {
  /** The ARNs of the roles and users that may read. */
  readonly readers: readonly string[];
  /** The ARNs of those that may read in an emergency. */
  readonly breakGlass: readonly string[];
  /** Whether they may read through an MCP server of AWS's. */
  readonly mcpServers?: boolean;
  /** The user's own, which deny besides. */
  readonly statements?: readonly DenyStatement[];
}

/** The names of the list's own statements. */
const SIDS = { allow: "AllowReaders", deny: "DenyEveryoneElse", mcpServers: "DenyMcpServers" };

/**
 * A secret's resource policy that denies reading to everyone who is not on the list, administrators and the account's root included. It
 * denies nothing else but what the user's own statements say, so whoever deploys can still change it.
 *
 * To be on the list is not enough: a reader needs an identity policy too, such as the secret's read policy. An Allow that names a role
 * itself would need none, but breaks every later plan when the role is deleted.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export class AllowList extends Construct {
  /** All on the list when the program is synthesized. */
  public readonly arns = Lazy.listValue({ produce: () => [...this.principals.keys()] });

  /** The accounts of all on the list, as principals. */
  public readonly accountRoots = Lazy.listValue({ produce: () => [...new Set(this.principals.values())] });

  /** The account's root of each on the list. */
  private readonly principals = new Map<string, string>();

  private readonly breakGlass: ReadonlySet<string>;

  private readonly secretPath: string;

  private readonly mcpServers: boolean;

  private readonly statements: readonly DenyStatement[];

  constructor(scope: Construct, id: string, { readers, breakGlass, mcpServers = false, statements = [] }: AllowListProps) {
    super(scope, id);
    this.secretPath = pathOf(scope);
    checkPrincipals(propOf(scope, "readers"), readers, [], PERMISSION_SET_ROLE);
    checkPrincipals(propOf(scope, "breakGlass"), breakGlass, readers, PERMISSION_SET_ROLE);
    checkPolicyStatements(propOf(scope, "policyStatements"), statements, Object.values(SIDS));
    for (const arn of [...readers, ...breakGlass]) {
      this.add(arn);
    }
    this.breakGlass = new Set(breakGlass);
    this.mcpServers = mcpServers;
    this.statements = statements;
    this.node.addValidation({
      validate: () => refuseAll(this.principals.size > 0 ? [] : [`${propOf(scope, "readers")} must name a principal, or grantRead one`]),
    });
  }

  /**
   * Puts the list in force.
   *
   * @param customerManagedKeys whether other accounts can use the keys of the secret and of all its replicas
   */
  public protect(secretArn: string, customerManagedKeys: boolean): SecretsmanagerSecretPolicy {
    const everyoneElse: DenyStatement = {
      sid: SIDS.deny,
      effect: "Deny",
      actions: ["secretsmanager:GetSecretValue"],
      condition: [{ test: "ArnNotLike", variable: "aws:PrincipalArn", values: this.arns }],
    };
    const document = new DataAwsIamPolicyDocument(this, "document", {
      statement: [
        {
          sid: SIDS.allow,
          effect: "Allow",
          principals: [{ type: "AWS", identifiers: this.accountRoots }],
          actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          resources: ["*"], // this secret and its replicas, which have the same policy
          condition: [{ test: "ArnLike", variable: "aws:PrincipalArn", values: this.arns }],
        },
        ...[everyoneElse, ...(this.mcpServers ? [] : [DENY_MCP_SERVERS]), ...this.statements].map(denial),
      ],
    });

    const policy = new SecretsmanagerSecretPolicy(this, "policy", {
      secretArn,
      policy: document.json,
      blockPublicPolicy: true,
      lifecycle: { precondition: [...(customerManagedKeys ? [] : [this.oneAccountOnly()]), this.fits(document.json)] },
    });
    const others = otherPolicies(this);
    this.node.addValidation({ validate: () => refuseAll(this.inPlaceOf(policy, [...others])) });
    return policy;
  }

  /**
   * Puts a role or a user on the list.
   *
   * @param root the ARN of its account
   */
  public add(arn: string, root = accountRootOf(arn)): void {
    this.principals.set(arn, this.principals.get(arn) ?? root);
  }

  /**
   * Whose reads are nothing unusual, so far: more may join until the program is synthesized. A permission set's role is not among them: an
   * event pattern has no question mark.
   */
  public regularReaders(): string[] {
    return [...this.principals.keys()].filter((arn) => !this.breakGlass.has(arn) && !PERMISSION_SET_ROLE.test(arn));
  }

  /** A secret has one resource policy: of two, each deploy would leave the one that Terraform has come to last. */
  private inPlaceOf(policy: SecretsmanagerSecretPolicy, others: readonly TerraformResource[]): string[] {
    const secretOf = (one: TerraformResource) => String(settingsOf(one, "resource").secret_arn).replace(/\.id\}$/, ".arn}");
    return others
      .filter((one) => secretOf(one) === secretOf(policy))
      .map(
        ({ node }) =>
          `${node.path} must not be a resource policy of the secret ${this.secretPath}, which has readers and so has one: it would take the list's place. Say what it denies by policyStatements, and take it out; or take out readers.`,
      );
  }

  private oneAccountOnly() {
    const own = accountRootOf(oncePerStack(this, "ai-key-account", DataAwsCallerIdentity, {}).arn);
    const others = () => Fn.setsubtract([...new Set(this.principals.values())], [own]);
    return {
      condition: Lazy.anyValue({ produce: () => Op.lt(Fn.lengthOf(others()), 1) }), // cdktf loses a 0
      errorMessage: `${this.secretPath}: readers has a principal of another account, and the secret or a replica of it is encrypted by the key that AWS manages, which no other account can use. Set encryptionKey: "customer-managed", and the encryptionKey of each replica.`,
    };
  }

  /** Synth counts the ARNs that it knows; a plan counts all. The provider sends a policy in the form that jsonencode has. */
  private fits(policy: string): Precondition {
    const { what, most, unit, remedy, source } = LIMITS.resourcePolicy;
    return {
      condition: Op.lte(Fn.lengthOf(Fn.jsonencode(Fn.jsondecode(policy))), most),
      errorMessage: `${this.secretPath}: readers has too many principals, or policyStatements too many statements: ${what} has at most ${most} ${unit} (${source}). ${remedy}`,
    };
  }
}

const found = new WeakMap<TerraformStack, Set<TerraformResource>>();

/**
 * The resource policies of secrets that the program has made itself in a stack, besides the lists of readers: known once cdktf has gone through
 * the stack, before it validates and writes it. It does so once, however many secrets ask.
 */
export function otherPolicies(scope: Construct): ReadonlySet<TerraformResource> {
  const stack = TerraformStack.of(scope);
  const policies = found.get(stack) ?? new Set();
  if (!found.has(stack)) {
    found.set(stack, policies);
    Aspects.of(stack).add({
      visit: (element) => {
        const isPolicy =
          TerraformResource.isTerraformResource(element) && element.terraformResourceType === "aws_secretsmanager_secret_policy";
        if (isPolicy && !(element.node.scope instanceof AllowList)) {
          policies.add(element);
        }
      },
    });
  }
  return policies;
}

/**
 * An agent calls by an MCP server of AWS's with the credentials of whoever runs it, and what it reads is in its context. AWS says of such a
 * call alone that it is one: https://docs.aws.amazon.com/agent-toolkit/latest/userguide/security_iam_service-with-iam.html
 */
const DENY_MCP_SERVERS: DenyStatement = {
  sid: SIDS.mcpServers,
  effect: "Deny",
  actions: ["secretsmanager:GetSecretValue"],
  condition: [{ test: "Bool", variable: "aws:ViaAWSMCPService", values: ["true"] }],
};

function denial({ sid, effect, actions, condition }: DenyStatement): DataAwsIamPolicyDocumentStatement {
  return {
    sid,
    effect,
    principals: [{ type: "*", identifiers: ["*"] }],
    actions: [...actions],
    resources: ["*"],
    condition: condition.map(({ test, variable, values }) => ({ test, variable, values: [...values] })),
  };
}
