import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUserPolicyAttachment } from "@cdktf/provider-aws/lib/iam-user-policy-attachment";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { TerraformDataSource, TerraformResource, type TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { functionNameOf } from "./arn";
import { type EncryptedSecret, encryptionStatements } from "./encryption-access";
import { type Actions, type Kind, PROVIDER_CALLS } from "./provider-calls";

type Statement = DataAwsIamPolicyDocumentStatement;

/** Where a stack's resources are. */
export interface Home {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Tags of the stack's resources, which its KMS keys are known by: AWS chooses their ids. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A rotation by the function and the schedule that are set: a function of somebody else's could read the key. */
const AS_SET_UP = [
  { test: "Null", variable: "secretsmanager:RotationLambdaARN", values: ["true"] },
  { test: "BoolIfExists", variable: "secretsmanager:ModifyRotationRules", values: ["false"] },
];

/** The rights that the resources of one stack need, and no more: what a plan reads, and what a deploy changes. */
export class StackAccess {
  private readonly names = new Map<Kind, Set<string>>();
  private readonly types = new Set<string>();
  private readonly encrypted: EncryptedSecret[] = [];

  constructor(
    private readonly stack: TerraformStack,
    private readonly home: Home,
  ) {
    for (const element of stack.node.findAll()) {
      if (element instanceof TerraformResource) {
        this.types.add(element.terraformResourceType);
      } else if (element instanceof TerraformDataSource) {
        this.types.add(`data.${element.terraformResourceType}`);
      }
      this.take(element);
    }
  }

  /** What is wrong with the stack; rights can't be given then. */
  public problems(): string[] {
    const unknown = [...this.types].filter((type) => !PROVIDER_CALLS[type]);
    const tokens = [...this.names]
      .filter(([, names]) => [...names].some((name) => name === "" || Token.isUnresolved(name)))
      .map(([kind]) => kind);
    const prop = `BootstrapStack.stacks: ${this.stack.node.id}`;
    return [
      ...unknown.map((type) => `${prop} has a ${type}, whose rights are not known. Make it in another stack.`),
      ...tokens.map((kind) => `${prop} names a ${kind} that is known at deploy only. Write the name out, or make it in another stack.`),
    ];
  }

  /** What a plan reads. */
  public read(): Statement[] {
    return this.statements("Read", (type) => PROVIDER_CALLS[type]?.read ?? {});
  }

  /** What a deploy changes, and uses. */
  public change(): Statement[] {
    return [
      ...this.statements("Change", (type) => PROVIDER_CALLS[type]?.change ?? {}),
      ...this.replicate(),
      ...encryptionStatements(this.encrypted),
    ];
  }

  /** Who may read the keys, and a rotation out of turn where there is one. */
  public operate(): Statement[] {
    const rotates = this.types.has("aws_secretsmanager_secret_rotation");
    return [
      this.allow("SeeReaders", ["iam:ListEntitiesForPolicy", "iam:ListPolicyVersions"], this.arns("policy")),
      ...(rotates ? [{ ...this.allow("Rotate", ["secretsmanager:RotateSecret"], this.arns("secret")), condition: AS_SET_UP }] : []),
    ];
  }

  private take(element: IConstruct): void {
    const add = (kind: Kind, name = "") => this.names.set(kind, (this.names.get(kind) ?? new Set()).add(name));
    if (element instanceof SecretsmanagerSecret) {
      add("secret", element.nameInput);
      this.takeEncryption(element);
    } else if (element instanceof IamPolicy) {
      add("policy", patternOf(element));
    } else if (element instanceof CloudwatchEventRule) {
      add("rule", patternOf(element));
    } else if (element instanceof IamRolePolicyAttachment) {
      add("role", element.roleInput);
    } else if (element instanceof IamUserPolicyAttachment) {
      add("user", element.userInput);
    } else if (element instanceof KmsAlias) {
      add("alias", element.nameInput);
    } else if (element instanceof SsmParameter) {
      add("parameter", element.nameInput);
    } else if (element instanceof LambdaPermission) {
      add("function", functionNameOf(element.functionNameInput ?? ""));
    }
  }

  private takeEncryption(secret: SecretsmanagerSecret): void {
    const replicas = Array.isArray(secret.replicaInput) ? secret.replicaInput : [];
    const arns = [secret.kmsKeyIdInput, ...replicas.map(({ kmsKeyId }) => kmsKeyId)].filter((arn) => arn !== undefined);
    const regions = [this.home.region, ...replicas.map(({ region }) => region)];
    this.encrypted.push({
      regions,
      arns: regions.map((region) => this.secretArn(secret.nameInput ?? "", region)),
      keys: arns.map((arn) => (Token.isUnresolved(arn) ? this.arn("kms", "key/*") : arn)),
    });
  }

  /** One statement a kind: the actions of all types on it. */
  private statements(verb: string, actionsOf: (type: string) => Actions): Statement[] {
    const byKind = new Map<Kind, Set<string>>();
    for (const type of this.types) {
      for (const [kind, actions] of entries(actionsOf(type))) {
        byKind.set(kind, new Set([...(byKind.get(kind) ?? []), ...actions]));
      }
    }
    return [...byKind].map(([kind, actions]) => ({
      ...this.allow(`${verb}${kind[0]?.toUpperCase()}${kind.slice(1)}`, [...actions].sort(), this.arns(kind)),
      condition: this.conditions(verb, kind),
    }));
  }

  private conditions(verb: string, kind: Kind): Statement["condition"] {
    const tags = Object.entries(this.home.tags).filter(([, value]) => !Token.isUnresolved(value));
    const tagged = (test: string, of: string) => tags.map(([key, value]) => ({ test, variable: `aws:${of}Tag/${key}`, values: [value] }));
    if (kind === "key") {
      return tagged("StringEquals", "Resource");
    }
    if (kind === "newKey") {
      return [...tagged("StringEquals", "Request"), ...tagged("StringEqualsIfExists", "Resource")]; // a key of others keeps its tags
    }
    if (verb === "Change" && (kind === "role" || kind === "user")) {
      return [{ test: "ArnLike", variable: "iam:PolicyARN", values: this.arns("policy") }];
    }
    return undefined;
  }

  private replicate(): Statement[] {
    const actions = ["secretsmanager:RemoveRegionsFromReplication", "secretsmanager:ReplicateSecretToRegions"];
    const arns = this.encrypted.filter(({ regions }) => regions.length > 1).flatMap(({ arns: [primary = ""] }) => primary);
    return arns.length > 0 ? [this.allow("Replicate", actions, arns)] : [];
  }

  private allow(sid: string, actions: string[], resources: string[]): Statement {
    return { sid, effect: "Allow", actions, resources };
  }

  private arns(kind: Kind): string[] {
    const names = [...(this.names.get(kind) ?? [])];
    switch (kind) {
      case "any":
      case "newKey":
        return ["*"];
      case "key":
        return [this.arn("kms", "key/*")];
      case "secret":
        return names.map((name) => this.secretArn(name));
      case "policy":
        return names.map((name) => this.arn("iam", `policy/${name}`, ""));
      case "role":
      case "user": // with any path, which Terraform does not name
        return names.flatMap((name) => [this.arn("iam", `${kind}/${name}`, ""), this.arn("iam", `${kind}/*/${name}`, "")]);
      case "alias":
        return names.map((name) => this.arn("kms", name));
      case "rule":
        return names.map((name) => this.arn("events", `rule/${name}`));
      case "parameter":
        return names.map((name) => this.arn("ssm", `parameter${name}`));
      case "function":
        return names.map((name) => this.arn("lambda", `function:${name}`));
    }
  }

  private secretArn(name: string, region = this.home.region): string {
    return this.arn("secretsmanager", `secret:${name}-??????`, region);
  }

  private arn(service: string, resource: string, region = this.home.region): string {
    const { partition, account } = this.home;
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  }
}

/** A name, or what it begins with; "" when Terraform makes one up, which could be of anything. */
function patternOf({ nameInput, namePrefixInput }: IamPolicy | CloudwatchEventRule): string {
  return namePrefixInput ? `${namePrefixInput}*` : (nameInput ?? "");
}

function entries(actions: Actions): [Kind, readonly string[]][] {
  const kinds: Kind[] = ["secret", "policy", "role", "user", "key", "newKey", "alias", "rule", "parameter", "function", "any"];
  return kinds.flatMap((kind): [Kind, readonly string[]][] => (actions[kind] ? [[kind, actions[kind]]] : []));
}
