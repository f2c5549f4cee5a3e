import { createHash } from "node:crypto";
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { RotatedKey, RotatorSettings } from "../lib/rotation/rotator-settings";
import { jsonIn, type Surroundings, textOf } from "./ask";
import { KEY_APIS, type KeyApi, type NewKey, type ProviderKey } from "./providers";

/** What Secrets Manager calls the function with: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
export interface RotationEvent {
  readonly Step?: string;
  readonly SecretId?: string;
  /** The id of the version that is being made. */
  readonly ClientRequestToken?: string;
  readonly RotationToken?: string;
}

/** Milliseconds. The longest that a known client keeps a key, which is AWS's own: https://github.com/aws/aws-secretsmanager-caching-python */
const CACHE_TIME = 3_600_000;

/** Milliseconds: longer than a call of this function can last. */
const CALL_TIME = 120_000;

/** Milliseconds for a provider to take a key that it has just made. */
const GRACE = 30_000;

/** A rotation of one secret. */
interface Rotation {
  readonly secrets: SecretsManagerClient;
  readonly surroundings: Surroundings;
  readonly secret: DescribeSecretCommandOutput;
  readonly arn: string;
  /** The id of the version that is being made. */
  readonly token: string;
  readonly rotationToken: string | undefined;
  readonly key: RotatedKey;
  readonly api: KeyApi;
  readonly adminKeyArn: string;
}

/**
 * The steps of a rotation. Each can be repeated, and cut off anywhere: the id of the version is the name of its key at the provider, so that
 * nothing about the key has to be remembered. Each step returns what it did.
 */
const STEPS = new Map<string, (rotation: Rotation) => Promise<string>>([
  ["createSecret", createSecret],
  ["setSecret", async () => "nothing to do: the provider has made the key"],
  ["testSecret", testSecret],
  ["finishSecret", finishSecret],
]);

/** @returns what was done, for the log: no key is in it */
export async function rotate(
  secrets: SecretsManagerClient,
  settings: RotatorSettings,
  surroundings: Surroundings,
  event: RotationEvent,
): Promise<string> {
  const { Step: step = "", SecretId: arn = "", ClientRequestToken: token = "", RotationToken: rotationToken } = event;
  const perform = STEPS.get(step);
  if (!perform || !arn || !token) {
    throw new Error("This function is called by Secrets Manager to rotate a key. Start a rotation with ai-key rotate.");
  }
  const secret = await secrets.send(new DescribeSecretCommand({ SecretId: arn }));
  const { Name: name = "", ARN = arn, VersionIdsToStages: versions = {}, RotationEnabled: enabled } = secret;
  const key = settings.keys[name];
  const adminKeyArn = key && settings.adminKeys[key.provider];
  if (!key || !adminKeyArn) {
    throw new Error(`${name} is none of the secrets that this function rotates: deploy the stack of the rotator again.`);
  }
  const stages = versions[token] ?? [];
  if (stages.includes("AWSCURRENT")) {
    return `${step} of ${name}: nothing to do, version ${token} is current`;
  }
  if (!enabled || !stages.includes("AWSPENDING")) {
    throw new Error(`${name} has no rotation that makes version ${token}. Start one with ai-key rotate.`);
  }
  const api = KEY_APIS[key.provider](key, surroundings);
  const done = await perform({ secrets, surroundings, secret, arn: ARN, token, rotationToken, key, api, adminKeyArn });
  return `${step} of ${name}: ${done}`;
}

/** Makes a key, and stores it as pending. Before, it deletes the provider's keys for this secret that nobody uses, so that there are two at most. */
async function createSecret(rotation: Rotation): Promise<string> {
  const { arn, token, rotationToken, secrets, key, api } = rotation;
  if ((await pendingValue(rotation)) !== undefined) {
    return "nothing to do: the key is stored";
  }
  const admin = await adminKey(rotation);
  const unused = unusedKeys(rotation, await api.list(admin));
  for (const { id } of unused) {
    await api.delete(admin, id);
  }
  const made = await api.create(admin, keyName(arn, token));
  const problem = expiryProblem(rotation, made);
  if (problem) {
    await api.delete(admin, made.id);
    throw new Error(problem);
  }
  if (versionWith(rotation.secret, "AWSCURRENT") === undefined) {
    await untilAccepted(rotation, made.value); // AWS makes the first version current at once
  }
  try {
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: arn,
        ClientRequestToken: token,
        SecretString: key.body ? JSON.stringify({ [keyNameOf(key)]: made.value, ...key.body }) : made.value,
        VersionStages: ["AWSPENDING"],
        ...(rotationToken === undefined ? {} : { RotationToken: rotationToken }),
      }),
    );
  } catch (error) {
    if (error instanceof ResourceExistsException) {
      await api.delete(admin, made.id); // another call has stored its key first
      return `another call has stored a key; deleted ${made.id}`;
    }
    throw error;
  }
  return [`made ${made.id}`, ...unused.map(({ id }) => `deleted ${id}`)].join(", ");
}

/**
 * A schedule without an immediate rotation has AWS call this step alone, with a version that holds nothing:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html#SecretsManager-RotateSecret-request-RotateImmediately
 *
 * @throws Error when the provider does not take the key: the current one stays
 */
async function testSecret(rotation: Rotation): Promise<string> {
  const stored = await pendingValue(rotation);
  if (stored === undefined) {
    return "nothing to test: no key is stored yet";
  }
  await untilAccepted(rotation, rotation.key.body ? textOf(jsonIn(stored), keyNameOf(rotation.key)) : stored);
  return `${rotation.api.name} takes the new key`;
}

/** A provider may take some seconds to know a key that it has made. */
async function untilAccepted({ api, arn, token, surroundings }: Rotation, value: string): Promise<void> {
  const end = surroundings.now() + GRACE;
  for (let pause = 1_000; !(await api.accepts(value)); pause *= 2) {
    if (surroundings.now() + pause > end) {
      throw new Error(
        `${api.name} does not take the new key, and the current one stays. If this repeats, have another key made: aws secretsmanager update-secret-version-stage --secret-id ${arn} --version-stage AWSPENDING --remove-from-version-id ${token}, then ai-key rotate.`,
      );
    }
    await surroundings.sleep(pause);
  }
}

/** Makes the pending key the current one. The old key works on, until the next rotation deletes it. */
async function finishSecret(rotation: Rotation): Promise<string> {
  const { secrets, secret, arn, token } = rotation;
  if ((await pendingValue(rotation)) === undefined) {
    throw new Error(`version ${token} holds no key: Secrets Manager begins again with createSecret.`);
  }
  const current = versionWith(secret, "AWSCURRENT");
  try {
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: "AWSCURRENT",
        MoveToVersionId: token,
        ...(current === undefined ? {} : { RemoveFromVersionId: current }),
      }),
    );
  } catch (error) {
    if (versionWith(await secrets.send(new DescribeSecretCommand({ SecretId: arn })), "AWSCURRENT") !== token) {
      throw error; // else another call was faster
    }
  }
  return `version ${token} is current`;
}

/** What of the keys at the provider is of this secret, and used by nobody. */
function unusedKeys({ arn, token, secret, api, surroundings }: Rotation, keys: readonly ProviderKey[]): ProviderKey[] {
  const current = versionWith(secret, "AWSCURRENT");
  const previous = versionWith(secret, "AWSPREVIOUS");
  const unused = keys.filter(({ name }) => name.startsWith(keyName(arn, "")) && name !== (current && keyName(arn, current)));

  const own = unused.find(({ name, created }) => name === keyName(arn, token) && created + CALL_TIME > surroundings.now());
  if (own) {
    throw new Error(
      `${api.name} has made ${own.id} for this rotation less than two minutes ago, and another call may be about to store it.`,
    );
  }
  const cached = (secret.LastRotatedDate?.getTime() ?? 0) + CACHE_TIME;
  if (cached > surroundings.now() && unused.some(({ name }) => previous !== undefined && name === keyName(arn, previous))) {
    const time = new Date(cached).toISOString();
    throw new Error(
      `the key before the current one may be in use until ${time}, as applications keep a key for up to an hour, and ${api.name} must not have three: rotate after that. If a key has leaked, delete it at ${api.name}.`,
    );
  }
  return unused;
}

/** A key must outlive two rotations: as the current one, and as the one before it. The program has checked that of an expiry that it asks for. */
function expiryProblem({ key, api }: Rotation, made: NewKey): string | undefined {
  return made.expires && key.expiresInDays === undefined
    ? `${api.name} gives its keys an expiry, as the organization or the project demands: set expiresInDays beside the project, so that keys are replaced well before it.`
    : undefined;
}

/** The value of the version that is being made; undefined as long as it has none. */
async function pendingValue({ secrets, arn, token }: Rotation): Promise<string | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: arn, VersionId: token, VersionStage: "AWSPENDING" });
    return (await secrets.send(command)).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

async function adminKey({ secrets, adminKeyArn, api }: Rotation): Promise<string> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId: adminKeyArn }))).SecretString ?? "";
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      throw new Error(`the admin key of ${api.name} is not stored: deploy the stack of the rotator with it.`);
    }
    throw error;
  }
}

/** The name of the key's field in a JSON body. */
function keyNameOf({ keyName = "apiKey" }: RotatedKey): string {
  return keyName;
}

function versionWith({ VersionIdsToStages: versions = {} }: DescribeSecretCommandOutput, stage: string): string | undefined {
  return Object.keys(versions).find((id) => versions[id]?.includes(stage));
}

/**
 * The name of a version's key at the provider. The hash of the secret's ARN keeps the keys of two secrets apart, of two accounts too.
 *
 * @param version empty for what the names of all keys of the secret begin with
 */
export function keyName(secretArn: string, version: string): string {
  return `ai-key-${createHash("sha256").update(secretArn).digest("hex").slice(0, 16)}-${version}`;
}
