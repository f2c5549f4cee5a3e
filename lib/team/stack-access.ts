import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { TerraformDataSource, TerraformResource, type TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { functionNameOf } from "../arn";
import { type EncryptedSecret, encryptionStatements } from "./encryption-access";
import { type Actions, ARNS, KINDS, type Kind, PROVIDER_CALLS } from "./provider-calls";

type Statement = DataAwsIamPolicyDocumentStatement;

/** Where a stack's resources are. */
export interface StackLocation {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Tags of the stack's resources, which its KMS keys are known by: AWS chooses their ids. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A rotation by the declared function and schedule: a function of somebody else's could read the key. */
const ONLY_AS_DECLARED = [
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
    private readonly location: StackLocation,
  ) {
    for (const { type, settings } of stack.node.findAll().flatMap(declared)) {
      this.types.add(type);
      this.addName(type, settings);
      if (type === "aws_secretsmanager_secret") {
        this.addEncryption(settings);
      }
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
      ...(rotates ? [{ ...this.allow("Rotate", ["secretsmanager:RotateSecret"], this.arns("secret")), condition: ONLY_AS_DECLARED }] : []),
    ];
  }

  private addName(type: string, settings: Settings): void {
    const [kind, argument] = PROVIDER_CALLS[type]?.named ?? [];
    if (kind && argument) {
      const prefix = settings[`${argument}_prefix`];
      const name = String(prefix ? `${prefix}*` : (settings[argument] ?? ""));
      const names = this.names.get(kind) ?? new Set();
      this.names.set(kind, names.add(kind === "function" ? functionNameOf(name) : name));
    }
  }

  private addEncryption({ name, kms_key_id, replica }: Settings): void {
    const replicas: { region: string; kms_key_id?: string }[] = Array.isArray(replica) ? replica : [];
    const keys = [kms_key_id, ...replicas.map((copy) => copy.kms_key_id)].filter((arn) => arn !== undefined).map(String);
    const regions = [this.location.region, ...replicas.map(({ region }) => region)];
    this.encrypted.push({
      regions,
      arns: regions.flatMap((region) => ARNS.secret(this.arnIn(region), [String(name)])),
      keys: keys.flatMap((arn) => (Token.isUnresolved(arn) ? this.arns("key") : arn)),
    });
  }

  /** One statement a kind: the actions of all types on it. */
  private statements(verb: string, actionsOf: (type: string) => Actions): Statement[] {
    return KINDS.map((kind) => ({ kind, actions: new Set([...this.types].flatMap((type) => actionsOf(type)[kind] ?? [])) }))
      .filter(({ actions }) => actions.size > 0)
      .map(({ kind, actions }) => ({
        ...this.allow(`${verb}${kind[0]?.toUpperCase()}${kind.slice(1)}`, [...actions].sort(), this.arns(kind)),
        condition: this.conditions(verb, kind),
      }));
  }

  private conditions(verb: string, kind: Kind): Statement["condition"] {
    const tags = Object.entries(this.location.tags).filter(([, value]) => !Token.isUnresolved(value));
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
    return ARNS[kind](this.arnIn(this.location.region), [...(this.names.get(kind) ?? [])]);
  }

  private arnIn(region: string) {
    const { partition, account } = this.location;
    return (service: string, resource: string) => `arn:${partition}:${service}:${service === "iam" ? "" : region}:${account}:${resource}`;
  }
}

/** The arguments of a resource, as Terraform has them; known at deploy only, they are tokens. */
type Settings = Readonly<Record<string, unknown>>;

/** The resource or the data source that a construct is, whichever bindings made it. */
function declared(element: IConstruct): { type: string; settings: Settings }[] {
  if (TerraformResource.isTerraformResource(element)) {
    const type = element.terraformResourceType;
    return [{ type, settings: element.toTerraform().resource[type][element.friendlyUniqueId] }];
  }
  if (TerraformDataSource.isTerraformDataSource(element)) {
    const type = element.terraformResourceType;
    return [{ type: `data.${type}`, settings: element.toTerraform().data[type][element.friendlyUniqueId] }];
  }
  return [];
}
