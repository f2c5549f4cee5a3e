import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { lt } from "semver";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { type AwsCall, signatureOf } from "./aws-call";
import { AwsClients, type Credentials } from "./aws-clients";
import { answerError, answerWith } from "./aws-fault";
import { type AwsProxy, type AwsRequest, type Intercept, startAwsProxy } from "./aws-proxy";
import { AwsRecords } from "./aws-records";
import { decoded } from "./identity-token";
import { impliedCalls } from "./implied-calls";
import type { Organization } from "./organization";
import { type Caller, type Judgement, PolicyEvaluator, tokenRefusal } from "./policy-evaluator";
import { ACCOUNT } from "./policy-matrix";
import { calledSince } from "./provider-facts";

/** A local AWS that refuses as AWS does. */
export interface Judge extends AwsProxy {
  /** All that was decided so far, on what AWS asks on behalf of a caller too. */
  readonly judgements: readonly Judgement[];
  /** A session of a role for a service that the role trusts, as Lambda has one for a function. */
  sessionFor(service: string, roleArn: string): Promise<Credentials>;
  /** Puts the policies of an organization in force for the calls that follow. */
  join(organization: Organization): void;
}

/** The account's root calls with these. */
export const ROOT_CREDENTIALS = { accessKeyId: "root", secretAccessKey: "test" };

const ADMINISTRATORS = {
  [DUMMY_CREDENTIALS.accessKeyId]: `arn:aws:iam::${ACCOUNT}:user/administrator`,
  [ROOT_CREDENTIALS.accessKeyId]: `arn:aws:iam::${ACCOUNT}:root`,
};

/** The provider's call for a write-only version, as newer providers and as older ones make it. */
const LIST_VERSIONS = "secretsmanager:ListSecretVersionIds";
const READ_VALUE = "secretsmanager:GetSecretValue";

/**
 * Starts a judge before a local AWS, which itself refuses nobody. Each call is evaluated by what the local AWS has at that moment, and
 * refused as AWS refuses.
 *
 * The access key tells who calls: what `sts:AssumeRole` or `iam:CreateAccessKey` gave through the judge is of that role or user, the dummy
 * credentials are of an administrator, `ROOT_CREDENTIALS` of the account's root. The judge evaluates the caller's own policies, those of
 * roles to be assumed, secrets, KMS keys and buckets, and what AWS asks KMS on behalf of the caller. It keeps the policies of buckets to
 * itself: moto would deny by them without a look at their conditions. What is changed in IAM past the judge counts from the next session
 * on.
 *
 * Of a token for `sts:AssumeRoleWithWebIdentity` the claims are evaluated, and nobody checks the signature. Refused as `NotJudged`, which no test can take for a denial: session
 * policies, boundaries, groups, AWS's own policies, access keys from elsewhere, conditions on what is not known here, and a
 * `BatchGetSecretValue` that is allowed, as AWS would go on to ask for each secret.
 *
 * An AWS provider older than 6.26 reads a secret's value to refresh its version. That call is judged as the one that newer providers make
 * in its place, and let through.
 *
 * @param target the local AWS
 * @param before sees each request before it is judged
 */
export async function startJudge(target: string, before: Intercept = () => undefined): Promise<Judge> {
  const records = new AwsRecords(target);
  const judging = new JudgingProxy(target, records);
  const { endpoint, close } = await startAwsProxy(
    target,
    async (...heard) => (await before(...heard)) ?? judging.hear(...heard),
    asAdministrator,
  );
  return {
    endpoint,
    judgements: judging.evaluator.judgements,
    sessionFor: (service, roleArn) => judging.sessionFor(service, roleArn),
    join: (organization) => {
      judging.evaluator.organization = organization;
    },
    close: async () => {
      await close();
      records.close();
    },
  };
}

class JudgingProxy {
  public readonly evaluator: PolicyEvaluator;
  private readonly callers = new Map<string, Caller>();

  constructor(
    private readonly target: string,
    private readonly records: AwsRecords,
  ) {
    this.evaluator = new PolicyEvaluator(records);
    for (const [accessKeyId, arn] of Object.entries(ADMINISTRATORS)) {
      this.callers.set(accessKeyId, { accessKeyId, arn, principalArn: arn, administrator: true });
    }
  }

  /** Answers what is refused, and what the local AWS must not answer itself. */
  public async hear(calls: readonly AwsCall[], response: ServerResponse, request: AwsRequest): Promise<"handled" | undefined> {
    const [call = NO_CALL] = calls;
    try {
      if (call.action === "sts:GetCallerIdentity") {
        return undefined; // needs no right
      }
      if (call.action.includes(":AssumeRole")) {
        return await this.assume(call, response, request);
      }
      const refusal = await this.refusal(calls, request);
      return refusal ? answerWith("denied", call, response, refusal) : await this.answer(call, response, request);
    } catch (error) {
      const message = `${call.action} can't be judged: ${error instanceof Error ? error.message : error}`;
      return answerError({ status: 400, code: "NotJudged", message }, call, response);
    }
  }

  private async refusal(calls: readonly AwsCall[], request: AwsRequest): Promise<string | undefined> {
    const caller = this.callerOf(request);
    for (const made of calls) {
      const call = asNewerProvider(made, request.headers);
      const refusal = await this.evaluator.refusal(caller, call);
      if (refusal) {
        return refusal;
      }
      if (call.action === "secretsmanager:BatchGetSecretValue") {
        throw new Error("AWS would go on to ask for each secret");
      }
      for (const implied of await impliedCalls(call, request, this.records)) {
        const denied = await this.evaluator.refusal(caller, implied);
        if (denied) {
          return implied.action.startsWith("kms:") ? `Access to KMS is not allowed. ${denied}` : denied;
        }
      }
    }
    return undefined;
  }

  /** Answers what moto must not see, and notes what the judge has to know. */
  private async answer(
    { action, resources: [resource = ""] }: AwsCall,
    response: ServerResponse,
    request: AwsRequest,
  ): Promise<"handled" | undefined> {
    const policies = this.evaluator.bucketPolicies;
    const policy = policies.get(resource);
    switch (action) {
      case "s3:PutBucketPolicy":
        policies.set(resource, request.body);
        response.writeHead(204).end();
        return "handled";
      case "s3:DeleteBucketPolicy":
        policies.delete(resource);
        response.writeHead(204).end();
        return "handled";
      case "s3:GetBucketPolicy":
        response.writeHead(policy ? 200 : 404).end(policy ?? "<Error><Code>NoSuchBucketPolicy</Code></Error>");
        return "handled";
      default:
        return CHANGES_IAM.test(action) ? this.changeIam(response, request) : undefined;
    }
  }

  private async changeIam(response: ServerResponse, request: AwsRequest): Promise<"handled"> {
    const { text, send } = await this.forward(request);
    this.records.forgetIdentities();
    const accessKeyId = inXml(text, "AccessKeyId");
    if (accessKeyId) {
      const all = await this.records.identities(DUMMY_CREDENTIALS.accessKeyId);
      const arn = all.find((identity) => identity.arn.endsWith(`:user/${inXml(text, "UserName")}`))?.arn;
      this.note(accessKeyId, arn, arn);
    }
    return send(response);
  }

  /** Has the local AWS make a session, by which it then finds the role, and gives the session to those whom the role trusts. */
  private async assume(call: AwsCall, response: ServerResponse, request: AwsRequest): Promise<"handled"> {
    const form = new URLSearchParams(request.body);
    const roleArn = form.get("RoleArn") ?? "";
    if ([...form.keys()].some((name) => name.startsWith("Policy"))) {
      throw new Error("it has a session policy");
    }
    const { text, send } = await this.forward(request);
    const accessKeyId = inXml(text, "AccessKeyId");
    this.records.forgetIdentities();
    const role = (await this.records.identities(accessKeyId)).find(({ arn }) => arn === roleArn);
    if (!role?.trust) {
      throw new Error(`there is no role ${roleArn}`);
    }

    const refusal = call.action.endsWith("WithWebIdentity")
      ? await tokenRefusal(role.trust, roleArn, decoded(form.get("WebIdentityToken") ?? ""))
      : await this.evaluator.refusal(this.callerOf(request), { ...call, resources: [roleArn] }, role.trust);
    if (refusal) {
      return answerWith("denied", call, response, refusal);
    }
    this.note(accessKeyId, inXml(text, "Arn"), roleArn);
    return send(response);
  }

  /** @throws Error when the role does not trust the service */
  public async sessionFor(service: string, roleArn: string): Promise<Credentials> {
    const clients = new AwsClients(this.target);
    const credentials = await clients.assume(roleArn, service);
    clients.close();
    this.records.forgetIdentities();
    const role = (await this.records.identities(credentials.accessKeyId)).find(({ arn }) => arn === roleArn);
    const caller = { accessKeyId: "", arn: service, principalArn: service, administrator: true }; // of nobody's policies
    const refusal = await this.evaluator.refusal(caller, { action: "sts:AssumeRole", resources: [roleArn], context: {} }, role?.trust);
    if (refusal || !role?.trust) {
      throw new Error(refusal ?? `there is no role ${roleArn}`);
    }
    this.note(credentials.accessKeyId, `${roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${service}`, roleArn);
    return credentials;
  }

  private note(accessKeyId: string, arn = "", principalArn = ""): void {
    this.callers.set(accessKeyId, { accessKeyId, arn, principalArn, administrator: false });
  }

  private callerOf({ headers }: AwsRequest): Caller {
    const { accessKeyId } = signatureOf(headers);
    const caller = this.callers.get(accessKeyId);
    if (!caller) {
      throw new Error(`the access key ${accessKeyId} is from elsewhere`);
    }
    return caller;
  }

  /** Has the local AWS answer, and keeps the answer back. */
  private async forward({ method, url, headers, body }: AwsRequest) {
    const { authorization = "", "content-type": type = "" } = asAdministrator(headers);
    const answer = await fetch(new URL(url, this.target), { method, headers: { authorization, "content-type": type }, body });
    const text = await answer.text();
    const send = (response: ServerResponse) => {
      response.writeHead(answer.status, { "content-type": "text/xml" }).end(text);
      return "handled" as const;
    };
    return { text, send };
  }
}

const CHANGES_IAM = /^iam:(?!Get|List)/;

const NO_CALL: AwsCall = { action: "", resources: [], context: {} };

/** What judges a call of the caller's own account is the judge: the local AWS gets it from the account that all is in. */
function asAdministrator(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { "x-amz-security-token": _, authorization = "", ...others } = headers;
  const { accessKeyId } = DUMMY_CREDENTIALS;
  return signatureOf(headers).service === "sts"
    ? headers
    : { ...others, authorization: authorization.replace(/Credential=[^/]+/, `Credential=${accessKeyId}`) };
}

function asNewerProvider(call: AwsCall, { "user-agent": agent = "" }: IncomingHttpHeaders): AwsCall {
  const [, provider] = agent.match(/terraform-provider-aws\/(\d+\.\d+\.\d+)/) ?? [];
  const older = provider !== undefined && lt(provider, calledSince(LIST_VERSIONS));
  return older && call.action === READ_VALUE ? { ...call, action: LIST_VERSIONS } : call;
}

function inXml(text: string, element: string): string {
  return text.match(new RegExp(`<${element}>(.*?)</${element}>`))?.[1] ?? "";
}
