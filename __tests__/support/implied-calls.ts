import { type AwsCall, signatureOf } from "./aws-call";
import type { AwsRequest } from "./aws-proxy";
import type { AwsRecords } from "./aws-records";

/** The version that does not exist, with which Secrets Manager checks whether the caller could decrypt. */
const CHECK = "RequestToValidateKeyAccess";

/** What a request to Secrets Manager has that says which version, and which key, it is about. */
interface SecretRequest {
  readonly KmsKeyId?: string;
  readonly SecretString?: string;
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly ClientRequestToken?: string;
  readonly RotationLambdaARN?: string;
}

/**
 * What AWS asks for on behalf of whoever calls: of KMS, where a customer-managed key encrypts, and of Lambda, where a function rotates. Not known here: the keys of replicas, which moto
 * forgets, and `kms:Encrypt`, without which Secrets Manager leaves old versions to the old key when a secret changes to another one.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export async function impliedCalls(call: AwsCall, request: AwsRequest, records: AwsRecords): Promise<AwsCall[]> {
  const [service] = call.action.split(":");
  if (service === "secretsmanager") {
    return callsForSecret(call, JSON.parse(request.body || "{}"), records);
  }
  return service === "s3" ? callsForObject(call, request, records) : [];
}

async function callsForSecret({ action, resources: [arn = ""] }: AwsCall, body: SecretRequest, records: AwsRecords): Promise<AwsCall[]> {
  if (action === "secretsmanager:RotateSecret") {
    const functionArn = body.RotationLambdaARN ?? (await records.secret(arn))?.RotationLambdaARN;
    return functionArn ? [{ action: "lambda:InvokeFunction", resources: [functionArn], context: {} }] : [];
  }
  const reads = ["GetSecretValue", "ReplicateSecretToRegions"].includes(action.split(":")[1] ?? "");
  const stores = ["CreateSecret", "PutSecretValue", "UpdateSecret"].includes(action.split(":")[1] ?? "");
  if (!reads && !(stores && (body.KmsKeyId || body.SecretString))) {
    return [];
  }
  const secret = await records.secret(arn);
  const ask = (name: string, SecretVersionId: string) =>
    throughService(name, body.KmsKeyId ?? secret?.KmsKeyId, "secretsmanager", { SecretARN: secret?.ARN ?? arn, SecretVersionId });
  if (stores) {
    return [...ask("GenerateDataKey", body.ClientRequestToken ?? ""), ...ask("Decrypt", CHECK)];
  }
  const { VersionId, VersionStage = "AWSCURRENT" } = body;
  const [labelled] = Object.entries(secret?.VersionIdsToStages ?? {}).find(([, labels]) => labels.includes(VersionStage)) ?? [];
  return ask("Decrypt", VersionId ?? labelled ?? "");
}

async function callsForObject(
  { action, resources: [arn = ""], context }: AwsCall,
  request: AwsRequest,
  records: AwsRecords,
): Promise<AwsCall[]> {
  const { region } = signatureOf(request.headers);
  if (action.startsWith("s3:GetObject") && request.method === "GET") {
    return throughService("Decrypt", await records.keyOfObject(arn, region), "s3", { "aws:s3:arn": arn });
  }
  if (action === "s3:PutObject") {
    const [given] = [context["s3:x-amz-server-side-encryption-aws-kms-key-id"]].flat();
    const [bucket = ""] = arn.split("/");
    return throughService("GenerateDataKey", given ?? (await records.keyOfBucket(bucket, region)), "s3", { "aws:s3:arn": arn });
  }
  return [];
}

/** None where AWS's own key encrypts: it is for everyone in the account. */
function throughService(
  name: string,
  keyArn: string | undefined,
  service: string,
  encryption: Readonly<Record<string, string>>,
): AwsCall[] {
  const context = Object.entries(encryption).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]);
  const through = { "kms:ViaService": `${service}.${keyArn?.split(":")[3]}.amazonaws.com`, ...Object.fromEntries(context) };
  return keyArn ? [{ action: `kms:${name}`, resources: [keyArn], context: through }] : [];
}
