import {
  createValidatedPolicy,
  type ValidationError,
  validateIdentityPolicy,
  validateResourcePolicy,
  validateTrustPolicy,
} from "@cloud-copilot/iam-policy";
import { type EvaluationResult, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { type AwsCall, isNamed } from "./aws-call";
import type { AwsRecords, PolicyDocument } from "./aws-records";
import { claimsInContext, type IdentityToken, providerArnOf, webIdentityKeys } from "./identity-token";
import { type Guards, NO_GUARDS, type Organization } from "./organization";
import { ACCOUNT } from "./policy-matrix";

/** Who calls. */
export interface Caller {
  readonly accessKeyId: string;
  /** As AWS names them: of a role, its session. */
  readonly arn: string;
  /** As in `aws:PrincipalArn`. */
  readonly principalArn: string;
  /** May do everything that no resource policy denies. */
  readonly administrator: boolean;
}

/** One decision. */
export interface Judgement {
  /** Who called, as AWS names them: of a role, its session. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly result: EvaluationResult;
}

/** What a call is on, and what is said there about it. */
interface Resource {
  readonly arn: string;
  readonly policy?: PolicyDocument;
  readonly tags?: Readonly<Record<string, string>>;
}

const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** What stands for the policy of a KMS key where there is no key: IAM decides. */
const NO_KEY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }],
};

/** The condition keys that are filled in. The tags are those of requests, and of KMS keys. */
const KNOWN_KEYS = [
  /^aws:(PrincipalArn|SecureTransport|ViaAWSMCPService)$/i, // nobody calls by an MCP server here
  /^aws:(RequestTag|ResourceTag)\/./i,
  /^iam:PolicyARN$/i,
  /^kms:(ViaService$|ScheduleKeyDeletionPendingWindowInDays$|EncryptionContext:.)/i,
  /^s3:(prefix|x-amz-server-side-encryption(-aws-kms-key-id|-customer-algorithm)?)$/i,
  /^lambda:Principal$/i,
  /^secretsmanager:(BlockPublicPolicy|ForceDeleteWithoutRecovery|ForceOverwriteReplicaSecret|ModifyRotationRules|RotationLambdaARN|VersionStage)$/i,
  /^events:TargetArn$/i,
];

/**
 * Evaluates a role's trust in the token of a job. The account has the OIDC provider of each issuer.
 *
 * @returns why the role can't be assumed, in AWS's words; undefined: it can
 * @throws Error for a condition on a claim that AWS does not know of any issuer
 */
export async function tokenRefusal(trust: PolicyDocument, roleArn: string, token: IdentityToken): Promise<string | undefined> {
  const provider = providerArnOf(token.iss);
  const caller = { accessKeyId: "", arn: provider, principalArn: provider, administrator: false };
  const context = await claimsInContext(token);
  const action = "sts:AssumeRoleWithWebIdentity";
  const knownKeys = await webIdentityKeys();
  const result = evaluate(caller, [], action, { arn: roleArn, policy: trust }, context, { knownKeys });
  return result === "Allowed" ? undefined : `Not authorized to perform ${action}`;
}

/** Evaluates calls by the policies that a local AWS has at that moment. */
export class PolicyEvaluator {
  public readonly judgements: Judgement[] = [];

  /** The policies of buckets, by the buckets' ARNs. */
  public readonly bucketPolicies = new Map<string, string>();

  /** What the account is in. */
  public organization?: Organization;

  constructor(private readonly records: AwsRecords) {}

  /**
   * Evaluates a call on all that it is on.
   *
   * @param trust the policy of the role that is to be assumed
   * @returns why the call is refused, in AWS's words; undefined: it is allowed
   * @throws Error for what can't be judged
   */
  public async refusal(caller: Caller, { action, resources, context }: AwsCall, trust?: PolicyDocument): Promise<string | undefined> {
    const policies = await this.policiesOf(caller);
    const about = trust
      ? resources.map((arn) => ({ arn, policy: trust }))
      : await Promise.all(resources.map((arn) => this.about(action, arn)));
    for (const resource of about.flat()) {
      const guards = this.organization?.guards(caller.principalArn);
      const result = evaluate(caller, policies, action, resource, context, { guards });
      this.judgements.push({ caller: caller.arn, action, resource: resource.arn, result });
      if (result !== "Allowed") {
        return refusalBy(caller, action, resource.arn, result);
      }
    }
    return undefined;
  }

  private async policiesOf({ accessKeyId, principalArn, administrator }: Caller): Promise<readonly PolicyDocument[]> {
    if (administrator) {
      return [EVERYTHING];
    }
    const identity = (await this.records.identities(accessKeyId)).find(({ arn }) => arn === principalArn);
    if (!identity) {
      throw new Error(`${principalArn} is gone`);
    }
    if (identity.besides.length > 0) {
      throw new Error(`${principalArn} has ${identity.besides.join(", ")}`);
    }
    return identity.policies;
  }

  private async about(action: string, arn: string): Promise<Resource[]> {
    switch (action.split(":")[0]) {
      case "secretsmanager": {
        const found = isNamed(arn) ? ((await this.records.secret(arn))?.ARN ?? arn) : arn;
        return [{ arn: found, policy: found === "*" ? undefined : await this.records.secretPolicy(found) }];
      }
      case "kms":
        return this.aboutKey(action, arn);
      case "iam":
        return [{ arn: await this.withPath(arn) }];
      case "s3": {
        const policy = this.bucketPolicies.get(arn.split("/")[0] ?? "");
        return [{ arn, policy: policy ? JSON.parse(policy) : undefined }];
      }
      default:
        return [{ arn }];
    }
  }

  /** An alias is a resource for what is done to it, and then its key is one too; else it stands for the key. */
  private async aboutKey(action: string, arn: string): Promise<Resource[]> {
    const isAlias = arn.includes(":alias/");
    const alias = isAlias && action.endsWith("Alias") ? [{ arn }] : [];
    const keyArn = isAlias ? await this.records.keyOfAlias(arn) : arn;
    if (keyArn === undefined || keyArn === "*") {
      return alias.length > 0 ? alias : [{ arn, policy: NO_KEY }];
    }
    const [policy, tags] = await Promise.all([this.records.keyPolicy(keyArn), this.records.keyTags(keyArn)]);
    return [...alias, { arn: keyArn, policy: policy ?? NO_KEY, tags }];
  }

  /** The ARN of a role or a user that a request names without its path. */
  private async withPath(arn: string): Promise<string> {
    const [kind, name] = arn.match(/:(role|user)\/([^/]+)$/)?.slice(1) ?? [];
    if (!kind || !name) {
      return arn;
    }
    const all = await this.records.identities(DUMMY_CREDENTIALS.accessKeyId);
    return all.find((identity) => identity.arn.includes(`:${kind}/`) && identity.arn.endsWith(`/${name}`))?.arn ?? arn;
  }
}

function evaluate(
  { arn, principalArn, administrator }: Caller,
  policies: readonly PolicyDocument[],
  action: string,
  resource: Resource,
  context: AwsCall["context"],
  { knownKeys = KNOWN_KEYS, guards }: { readonly knownKeys?: RegExp[]; readonly guards?: Guards },
): EvaluationResult {
  if (administrator && !resource.policy && !guards) {
    return "Allowed"; // of services that are not known here, too
  }
  const validateOwn = action.startsWith("sts:AssumeRole") ? validateTrustPolicy : validateResourcePolicy;
  const { context: known, ...policiesOfOrganization } = guards ?? NO_GUARDS;
  const tags = Object.entries(resource.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return runUnsafeSimulation(
    {
      request: {
        principal: arn,
        action,
        resource: { resource: resource.arn, accountId: ACCOUNT },
        contextVariables: {
          "aws:PrincipalArn": principalArn,
          "aws:SecureTransport": "true", // AWS itself is called by HTTPS
          ...known,
          ...context,
          ...Object.fromEntries(tags),
        },
      },
      identityPolicies: policies.map((policy) => ({ name: "identity", policy: checked(policy, validateIdentityPolicy) })),
      ...policiesOfOrganization,
      resourcePolicy: resource.policy && checked(resource.policy, validateOwn, knownKeys),
    },
    {},
  );
}

/** @throws Error for a policy that AWS would not take, and for a condition on what is not filled in: it would be decided by chance */
function checked(policy: PolicyDocument, validate: (policy: object) => ValidationError[], knownKeys = KNOWN_KEYS) {
  const valid = createValidatedPolicy(policy, validate, { name: "policy" });
  const keys = [policy.Statement].flat().flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((tests) => Object.keys(tests)));
  const unknown = keys.filter((key) => !knownKeys.some((known) => known.test(key)));
  if (valid.errors.length > 0 || unknown.length > 0) {
    const what =
      valid.errors.length > 0
        ? `is invalid: ${JSON.stringify(valid.errors)}`
        : `has a condition on ${unknown.join(", ")}, which is not known here`;
    throw new Error(`a policy ${what}`);
  }
  return valid;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function refusalBy({ arn }: Caller, action: string, resource: string, result: EvaluationResult): string {
  const why = result === "ExplicitlyDenied" ? "with an explicit deny" : `because no identity-based policy allows the ${action} action`;
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}
