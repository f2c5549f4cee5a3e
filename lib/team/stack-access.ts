import { type TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { functionNameOf } from "../arn";
import { declared, type Settings } from "../declared";
import type { Condition } from "../policy-document";
import { propOf } from "../prop-of";
import { ROTATOR } from "../rotation/rotator-names";
import { KEY_TAG } from "../secret/encryption-key";
import { AWS_READ_POLICIES } from "./aws-read-policies";
import { type EncryptedSecret, encryptionStatements } from "./encryption-access";
import { type Actions, ARNS, KINDS, type Kind, PROVIDER_CALLS } from "./provider-calls";
import type { Statement } from "./statements";

/** Where a stack's resources are. */
export interface StackLocation {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Tags of the stack's resources, by which a plan finds its KMS keys: AWS chooses their ids. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What belongs to one stack alone, and is known by its name. */
const OWNED: readonly Kind[] = ["secret", "policy", "alias", "rule", "parameter"];

/** What limits the calls of one stack. */
interface Own {
  readonly functions: string[];
  /** Whom the stack's rules tell: a topic that only a deploy knows is any of the account and the region. */
  readonly topics: string[];
}

/**
 * What a call may ask for, by its action: what the stack declares, and no more. Each condition is on a key that the action alone has, and holds
 * for a call without the key: a rotation is then by the function that the secret has, and a KMS key goes in 30 days. So the conditions of
 * several actions stand in one statement.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
const DECLARED: Readonly<Record<string, (own: Own) => Condition>> = {
  "secretsmanager:DeleteSecret": () => ({
    test: "BoolIfExists",
    variable: "secretsmanager:ForceDeleteWithoutRecovery",
    values: ["false"],
  }),
  "secretsmanager:CreateSecret": () => ({
    test: "BoolIfExists",
    variable: "secretsmanager:ForceOverwriteReplicaSecret", // ReplicateSecretToRegions has it too, under the same conditions
    values: ["false"],
  }),
  "secretsmanager:RotateSecret": ({ functions }) => ({
    test: "ArnEqualsIfExists",
    variable: "secretsmanager:RotationLambdaARN",
    values: functions,
  }),
  "kms:ScheduleKeyDeletion": () => ({
    test: "NumericGreaterThanEqualsIfExists",
    variable: "kms:ScheduleKeyDeletionPendingWindowInDays",
    values: ["30"],
  }),
  // Anyone else who may call or change the function reads as its role.
  "lambda:AddPermission": () => ({ test: "StringEqualsIfExists", variable: "lambda:Principal", values: ["secretsmanager.amazonaws.com"] }),
  "events:PutTargets": ({ topics }) => ({ test: "ForAllValues:ArnLike", variable: "events:TargetArn", values: topics }),
};

/** What the deploy role must say in a call; what AWS does without is more than any stack declares. */
const SAID: readonly Statement[] = [
  {
    sid: "BlockPublicPolicies",
    effect: "Deny",
    actions: ["secretsmanager:PutResourcePolicy"],
    resources: ["*"],
    condition: [{ test: "BoolIfExists", variable: "secretsmanager:BlockPublicPolicy", values: ["false"] }],
  },
  {
    sid: "NameTargets",
    effect: "Deny",
    actions: ["events:PutTargets"],
    resources: ["*"],
    condition: [{ test: "Null", variable: "events:TargetArn", values: ["true"] }],
  },
];

/** A rotation by the function and the schedule that the secret has: a function of somebody else's could read the key. */
const AS_IT_IS: readonly Condition[] = [
  { test: "Null", variable: "secretsmanager:RotationLambdaARN", values: ["true"] },
  { test: "BoolIfExists", variable: "secretsmanager:ModifyRotationRules", values: ["false"] },
];

/** The rights that the resources of one stack need, and no more: what a plan reads, and what a deploy changes. */
export class StackAccess {
  private readonly names = new Map<Kind, Set<string>>();
  private readonly types = new Set<string>();
  private readonly encrypted: EncryptedSecret[] = [];
  private readonly grants: Grant[] = [];
  private readonly topics = new Set<string>();
  /** The names of the secrets that are deleted at once and for ever. */
  private readonly unrecoverable: string[] = [];
  /** The names of the secrets whose copies take the place of others. */
  private readonly overwriting: string[] = [];

  constructor(
    private readonly stack: TerraformStack,
    private readonly location: StackLocation,
  ) {
    for (const { type, settings, element } of stack.node.findAll().flatMap(declared)) {
      this.types.add(type);
      this.addName(type, settings);
      this.addGrant(type, settings, element);
      if (type === "aws_secretsmanager_secret") {
        this.addEncryption(settings);
        this.unrecoverable.push(...(settings.recovery_window_in_days === 0 ? [String(settings.name)] : []));
        this.overwriting.push(...(settings.force_overwrite_replica_secret === true ? [String(settings.name)] : []));
      }
      if (type === "aws_cloudwatch_event_target") {
        this.topics.add(Token.isUnresolved(settings.arn) ? this.arnHere("sns", "*") : String(settings.arn));
      }
    }
  }

  /** What is wrong with the stack; rights can't be given then. */
  public problems(): string[] {
    const unknown = [...this.types].filter((type) => !PROVIDER_CALLS[type]);
    const tokens = [...this.names]
      .filter(([, names]) => [...names].some((name) => name === "" || Token.isUnresolved(name)))
      .map(([kind]) => kind);
    const prop = propOf(this.stack);
    const vague = this.types.has("aws_kms_key")
      ? Object.keys(this.location.tags).filter((tag) => Token.isUnresolved(this.location.tags[tag]))
      : [];
    return [
      ...vague.map(
        (tag) => `${prop} has a tag ${tag} that is known at deploy only, and a KMS key, which roles know by it. Write the tag out.`,
      ),
      ...unknown.map((type) => `${prop} has a ${type}, whose rights are not known. Make it in another stack.`),
      ...tokens.map((kind) => `${prop} names a ${kind} that is known at deploy only. Write the name out, or make it in another stack.`),
    ];
  }

  /** What is wrong with this stack beside one of another environment: the role of one would have rights to what is the other's. */
  public overlapsWith(other: StackAccess): string[] {
    const prop = `${propOf(this.stack)} and ${propOf(other.stack)}, of two environments, must`;
    const kinds = OWNED.filter((kind) => kind === "policy" || this.location.region === other.location.region);
    return kinds.flatMap((kind) => {
      const [name] = this.namesOf(kind).filter((own) => other.namesOf(kind).some((theirs) => overlap(own, theirs)));
      return name
        ? [`${prop} not both name a ${kind} ${name}: the role of one could change the other's. Give one of the keys another secretName.`]
        : [];
    });
  }

  /** What a plan reads. */
  public read(): Statement[] {
    return this.statements("Read", KINDS, readOf);
  }

  /** What a deploy reads, changes and uses. */
  public deploy(): Statement[] {
    const isApart = (kind: Kind) => isPrincipal(kind) || kind === "key";
    const owned = this.statements(
      "Deploy",
      KINDS.filter((kind) => !isApart(kind)),
      (type, kind) => ({ [kind]: [...(readOf(type)[kind] ?? []), ...(changeOf(type)[kind] ?? [])] }),
    ).map((statement) => this.limited(statement));
    // The stack's own keys: nobody but an administrator can give their tag to another key.
    const ownKeys = { test: "StringEquals", variable: `aws:ResourceTag/${KEY_TAG}`, values: this.namesOf("key") };
    return [
      ...SAID,
      ...owned,
      ...this.statements("Deploy", ["key"], changeOf).map((statement) => this.limited({ ...statement, condition: [ownKeys] })),
      ...this.statements("Read", KINDS.filter(isApart), readOf),
      ...this.grant(),
      ...this.replicate(owned),
      ...this.loseForEver(),
      ...encryptionStatements(this.encrypted),
    ];
  }

  /** Who may read the keys, and a rotation out of turn where there is one. */
  public operate(): Statement[] {
    const rotates = this.types.has("aws_secretsmanager_secret_rotation");
    return [
      this.allow("SeeReaders", ["iam:ListEntitiesForPolicy", "iam:ListPolicyVersions"], this.arns("policy")),
      this.allow(
        "SeeReadersByAwsPolicies",
        ["iam:ListEntitiesForPolicy"],
        AWS_READ_POLICIES.map((name) => `arn:${this.location.partition}:iam::aws:policy/${name}`),
      ),
      ...(rotates
        ? [
            { ...this.allow("Rotate", ["secretsmanager:RotateSecret"], this.arns("secret")), condition: AS_IT_IS },
            this.allow("CallToRotate", ["lambda:InvokeFunction"], [...this.arns("function"), ...this.arns("rotator")]),
          ]
        : []),
    ];
  }

  private addName(type: string, settings: Settings): void {
    const [kind] = PROVIDER_CALLS[type]?.named ?? [];
    if (kind) {
      this.note(kind, nameIn(type, settings));
    }
    if (type === "aws_kms_key") {
      this.note("key", keyTagIn(settings));
    }
    if (type === "aws_secretsmanager_secret_rotation" && String(settings.rotation_lambda_arn).endsWith(`:${ROTATOR}`)) {
      this.note("rotator", ROTATOR);
    }
  }

  private note(kind: Kind, name: string): void {
    this.names.set(kind, (this.names.get(kind) ?? new Set()).add(name));
  }

  /** A policy is attached by the construct that has made it. */
  private addGrant(type: string, settings: Settings, { node }: IConstruct): void {
    const [kind] = PROVIDER_CALLS[type]?.named ?? [];
    if (kind && isPrincipal(kind) && changeOf(type)[kind]) {
      const declaredThere = node.scope?.node.findAll().flatMap(declared) ?? [];
      const policies = declaredThere.filter((one) => one.type === "aws_iam_policy").map((one) => nameIn(one.type, one.settings));
      this.grants.push({ type, kind, name: nameIn(type, settings), policies });
    }
  }

  private addEncryption({ name, kms_key_id, replica }: Settings): void {
    const replicas: { region: string; kms_key_id?: string }[] = Array.isArray(replica) ? replica : [];
    const keys = [kms_key_id, ...replicas.map((copy) => copy.kms_key_id)].filter((arn) => arn !== undefined).map(String);
    this.encrypted.push({
      regions: [this.location.region, ...replicas.map(({ region }) => region)],
      arnIn: (region) => ARNS.secret(this.arnIn(region), [String(name)]).join(),
      keys: [...new Set(keys.flatMap((arn) => (Token.isUnresolved(arn) ? this.arns("key") : arn)))],
    });
  }

  /** One statement a kind: the actions of all types on it. */
  private statements(verb: string, kinds: readonly Kind[], actionsOf: (type: string, kind: Kind) => Actions): Statement[] {
    return kinds.flatMap((kind) => {
      const arns = this.arns(kind);
      const actions = [...new Set([...this.types].flatMap((type) => actionsOf(type, kind)[kind] ?? []))].sort();
      const sid = `${verb}${kind[0]?.toUpperCase()}${kind.slice(1)}`;
      return arns.length > 0 && actions.length > 0 ? [{ ...this.allow(sid, actions, arns), condition: this.conditions(kind) }] : [];
    });
  }

  private conditions(kind: Kind): Statement["condition"] {
    const tags = Object.entries(this.location.tags);
    return kind === "key"
      ? tags.map(([key, value]) => ({ test: "StringEquals", variable: `aws:ResourceTag/${key}`, values: [value] }))
      : undefined;
  }

  private limited(statement: Statement): Statement {
    const own = { functions: this.arns("function"), topics: [...this.topics] };
    const limits = statement.actions.flatMap((action) => DECLARED[action]?.(own) ?? []);
    return limits.length > 0 ? { ...statement, condition: [...(statement.condition ?? []), ...limits] } : statement;
  }

  /** To give a role or a user the policies that the program gives them, and no other ones. */
  private grant(): Statement[] {
    return this.grants.map(({ type, kind, name, policies }) => ({
      ...this.allow("Grant", [...(changeOf(type)[kind] ?? [])], ARNS[kind](this.arnHere, [name])),
      condition: [{ test: "ArnLike", variable: "iam:PolicyARN", values: ARNS.policy(this.arnHere, policies) }],
    }));
  }

  private replicate(owned: readonly Statement[]): Statement[] {
    const actions = ["secretsmanager:RemoveRegionsFromReplication", "secretsmanager:ReplicateSecretToRegions"];
    const arns = this.encrypted.filter(({ regions }) => regions.length > 1).map(({ arnIn }) => arnIn(this.location.region));
    const condition = owned.find(({ sid }) => sid === "DeploySecret")?.condition; // no limit of these calls: so the two become one statement
    return arns.length > 0 ? [{ ...this.allow("Replicate", actions, arns), condition }] : [];
  }

  /** What only a secret that says so may lose. */
  private loseForEver(): Statement[] {
    const deleted = ARNS.secret(this.arnHere, this.unrecoverable);
    const overwriting = ARNS.secret(this.arnHere, this.overwriting);
    const actions = ["secretsmanager:CreateSecret", "secretsmanager:ReplicateSecretToRegions"];
    return [
      ...(deleted.length > 0 ? [this.allow("DeleteForEver", ["secretsmanager:DeleteSecret"], deleted)] : []),
      ...(overwriting.length > 0 ? [this.allow("OverwriteCopies", actions, overwriting)] : []),
    ];
  }

  private allow(sid: string, actions: string[], resources: string[]): Statement {
    return { sid, effect: "Allow", actions, resources };
  }

  private arns(kind: Kind): string[] {
    return ARNS[kind](this.arnHere, this.namesOf(kind));
  }

  private namesOf(kind: Kind): string[] {
    return [...(this.names.get(kind) ?? [])];
  }

  private readonly arnHere = (service: string, resource: string) => this.arnIn(this.location.region)(service, resource);

  private arnIn(region: string) {
    const { partition, account } = this.location;
    return (service: string, resource: string) => `arn:${partition}:${service}:${service === "iam" ? "" : region}:${account}:${resource}`;
  }
}

/** A role or a user that gets policies of the stack. */
interface Grant {
  /** Of the attachment. */
  readonly type: string;
  readonly kind: Kind;
  readonly name: string;
  readonly policies: readonly string[];
}

/** The name of a resource, or a pattern for it; empty where Terraform makes up all of it. */
function nameIn(type: string, settings: Settings): string {
  const [kind, argument = ""] = PROVIDER_CALLS[type]?.named ?? [];
  const prefix = settings[`${argument}_prefix`];
  const name = String(prefix ? `${prefix}*` : (settings[argument] ?? ""));
  return kind === "function" ? functionNameOf(name) : name;
}

/** The tag that names a key; empty for a key that this library has not made. */
function keyTagIn({ tags }: Settings): string {
  const found = Object.entries(tags ?? {}).find(([tag]) => tag === KEY_TAG);
  return String(found?.[1] ?? "");
}

/** Whether two names can be one. A name that Terraform makes up is a pattern with an asterisk at its end. */
function overlap(one: string, another: string): boolean {
  const begins = (name: string, pattern: string) => pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1));
  return one === another || begins(one, another) || begins(another, one);
}

function readOf(type: string): Actions {
  return PROVIDER_CALLS[type]?.read ?? {};
}

function changeOf(type: string): Actions {
  return PROVIDER_CALLS[type]?.change ?? {};
}

function isPrincipal(kind: Kind): boolean {
  return kind === "role" || kind === "user";
}
