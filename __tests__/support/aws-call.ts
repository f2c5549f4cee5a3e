import type { IncomingHttpHeaders } from "node:http";
import { ACCOUNT } from "./policy-matrix";

/** A request to AWS, in the terms of IAM. */
export interface AwsCall {
  /** Such as `secretsmanager:PutSecretValue`. */
  readonly action: string;
  readonly resources: readonly string[];
  /** Condition keys and their values. */
  readonly context: Readonly<Record<string, string | string[]>>;
}

/** The members of a request's body that say what it is about. */
interface Body {
  readonly [name: string]: unknown;
  readonly Tags?: readonly { readonly Key?: string; readonly TagKey?: string; readonly Value?: string; readonly TagValue?: string }[];
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly Targets?: readonly { readonly Arn?: string }[];
}

/**
 * What a request asks for, all that IAM would be asked about it: tags and replicas that come with a new resource are actions of their own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function callsOf(method: string, url: string, headers: IncomingHttpHeaders, text: string): AwsCall[] {
  const { region, service } = signatureOf(headers);
  const { pathname, searchParams } = new URL(url, "http://aws");
  const path = decodeURIComponent(pathname);
  if (service === "s3") {
    return [s3Call(method, path, searchParams, headers)];
  }
  if (service === "lambda") {
    return [lambdaCall(method, path, region, text)];
  }

  const target = headers["x-amz-target"];
  const form = new URLSearchParams(text);
  const name = typeof target === "string" ? (target.split(".")[1] ?? "") : (form.get("Action") ?? "");
  const body: Body = typeof target === "string" ? JSON.parse(text || "{}") : Object.fromEntries(form);
  const call = {
    action: `${service}:${name}`,
    resources: resourcesOf(service, name, body, region),
    context: contextOf(service, name, body),
  };
  const tagging = body.Tags || form.has("Tags.member.1.Key") ? TAGGING[call.action] : undefined;
  const replicating = name === "CreateSecret" && body.AddReplicaRegions ? "secretsmanager:ReplicateSecretToRegions" : undefined;
  return [call.action, tagging, replicating].flatMap((action) => (action ? [{ ...call, action }] : []));
}

/** What stands for the six characters of a secret's ARN in a request that has its name alone. */
const UNKNOWN = "-a1B2c3";

/** Whether the ARN is made of a secret's name. */
export function isNamed(secretArn: string): boolean {
  return secretArn.endsWith(UNKNOWN);
}

/** Who has signed a request, for which region and service; empty texts where nobody has. */
export function signatureOf({ authorization = "" }: IncomingHttpHeaders): Readonly<Record<"accessKeyId" | "region" | "service", string>> {
  const [, accessKeyId = "", region = "", service = ""] = authorization.match(/Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//) ?? [];
  return { accessKeyId, region, service };
}

/** What IAM asks besides, when a new resource has tags. */
const TAGGING: Readonly<Record<string, string>> = {
  "secretsmanager:CreateSecret": "secretsmanager:TagResource",
  "iam:CreatePolicy": "iam:TagPolicy",
  "kms:CreateKey": "kms:TagResource",
  "events:PutRule": "events:TagResource",
  "ssm:PutParameter": "ssm:AddTagsToResource",
};

/** Headers that are condition keys too. */
const S3_CONDITIONS = [
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-customer-algorithm",
];

function s3Call(method: string, path: string, query: URLSearchParams, headers: IncomingHttpHeaders): AwsCall {
  const [, bucket = "", ...key] = path.split("/");
  const object = key.join("/");
  const verb = { GET: "Get", HEAD: "Get", PUT: "Put", DELETE: "Delete" }[method] ?? method;
  if (object === "") {
    const resources = [`arn:aws:s3:::${bucket}`];
    const [setting] = query.has("list-type") ? [] : query.keys(); // such as policy
    return setting
      ? { action: `s3:${verb}Bucket${setting[0]?.toUpperCase()}${setting.slice(1)}`, resources, context: {} }
      : { action: "s3:ListBucket", resources, context: { "s3:prefix": query.get("prefix") ?? "" } };
  }
  const context = S3_CONDITIONS.flatMap((name) => (typeof headers[name] === "string" ? [[`s3:${name}`, headers[name]]] : []));
  return {
    action: `s3:${verb}Object${query.has("versionId") ? "Version" : ""}`,
    resources: [`arn:aws:s3:::${bucket}/${object}`],
    context: Object.fromEntries(context),
  };
}

function lambdaCall(method: string, path: string, region: string, text: string): AwsCall {
  const [name = "", part = ""] = path.split("/functions/")[1]?.split("/") ?? [];
  const { Principal }: Body = method === "POST" && part === "policy" ? JSON.parse(text) : {};
  const context: AwsCall["context"] = typeof Principal === "string" ? { "lambda:Principal": Principal } : {};
  const actions: Record<string, string> = {
    "GET policy": "GetPolicy",
    "POST policy": "AddPermission",
    "DELETE policy": "RemovePermission",
    "POST invocations": "InvokeFunction",
    "PUT code": "UpdateFunctionCode",
    "GET configuration": "GetFunctionConfiguration",
    "PUT configuration": "UpdateFunctionConfiguration",
  };
  const arn = name.startsWith("arn:") ? name : `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`;
  return { action: `lambda:${actions[`${method} ${part}`] ?? `${method} ${part}`}`, resources: [arn], context };
}

function resourcesOf(service: string, name: string, body: Body, region: string): string[] {
  const text = (member: string) => (typeof body[member] === "string" ? body[member] : "");
  const arn = (resource: string, place = region) => `arn:aws:${service}:${place}:${ACCOUNT}:${resource}`;
  const full = (value: string, otherwise: string) => (value.startsWith("arn:") ? value : otherwise);

  switch (service) {
    case "secretsmanager": {
      const secret = text("SecretId") || text("Name");
      return [secret ? full(secret, arn(`secret:${secret}${UNKNOWN}`)) : "*"];
    }
    case "kms": {
      const key = text("KeyId") || text("TargetKeyId");
      const alias = text("AliasName");
      const resources = [...(key ? [full(key, arn(key.startsWith("alias/") ? key : `key/${key}`))] : []), ...(alias ? [arn(alias)] : [])];
      return resources.length > 0 ? resources : ["*"];
    }
    case "events": {
      const rule = text("ResourceARN") || text("Rule") || text("Name");
      return [full(rule, arn(`rule/${rule}`))];
    }
    case "ssm": {
      const parameter = text("Name") || text("ResourceId");
      return [parameter ? arn(`parameter${parameter}`) : "*"];
    }
    case "iam": {
      const user = text("UserName");
      const role = text("RoleName");
      const policy = text("PolicyName");
      if (role || user) {
        return [arn(role ? `role/${role}` : `user/${user}`, "")];
      }
      return [text("PolicyArn") || (policy ? arn(`policy/${policy}`, "") : "*")];
    }
    default:
      return [name === "GetCallerIdentity" ? "*" : `${service} is not known here`];
  }
}

function contextOf(service: string, name: string, body: Body): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  for (const [key, value] of Object.entries(body.EncryptionContext ?? {})) {
    context[`kms:EncryptionContext:${key}`] = value;
  }
  if (name === "RotateSecret") {
    context["secretsmanager:ModifyRotationRules"] = String(body.RotationRules !== undefined);
    if (typeof body.RotationLambdaARN === "string") {
      context["secretsmanager:RotationLambdaARN"] = body.RotationLambdaARN;
    }
  }
  for (const member of ["BlockPublicPolicy", "ForceDeleteWithoutRecovery", "ForceOverwriteReplicaSecret"]) {
    if (service === "secretsmanager" && body[member] !== undefined) {
      context[`secretsmanager:${member}`] = String(body[member]);
    }
  }
  if (name === "GetSecretValue" && typeof body.VersionStage === "string") {
    context["secretsmanager:VersionStage"] = body.VersionStage;
  }
  if (name === "PutTargets") {
    context["events:TargetArn"] = (body.Targets ?? []).map(({ Arn = "" }) => Arn);
  }
  if (name === "ScheduleKeyDeletion" && body.PendingWindowInDays !== undefined) {
    context["kms:ScheduleKeyDeletionPendingWindowInDays"] = String(body.PendingWindowInDays);
  }
  for (const { Key, TagKey, Value, TagValue } of body.Tags ?? []) {
    context[`aws:RequestTag/${Key ?? TagKey}`] = Value ?? TagValue ?? "";
  }
  if (service === "iam" && typeof body.PolicyArn === "string" && (body.RoleName || body.UserName)) {
    context["iam:PolicyARN"] = body.PolicyArn;
  }
  return context;
}
