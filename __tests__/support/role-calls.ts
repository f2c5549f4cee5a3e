import { AttachRolePolicyCommand, CreatePolicyVersionCommand, CreateRoleCommand, DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  BatchGetSecretValueCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import type { RightTargets } from "../../lab/team-rights";
import { functionNameOf } from "../../lib/arn";
import { KEY_TAG } from "../../lib/secret/encryption-key";
import type { AwsClients } from "./aws-clients";

/** What AWS asks KMS on behalf of a caller: nobody makes these calls. "store a key", "read the key" and "read the state" lead to them. */
export const CALLED_BY_AWS = ["decrypt the key", "encrypt a key", "decrypt the state through S3"];

const EMPTY = '{"Version":"2012-10-17","Statement":[]}';

/** What the calls are about, and what is known of it besides the ARNs. */
export interface CalledTargets extends RightTargets {
  /** The KMS key of another environment. */
  readonly foreignEncryptionKey: string;
}

/**
 * The calls that the rows of `TEAM_RIGHTS` are about, by the rows' titles. What an allowed one would destroy is wrong besides: AWS asks
 * for rights first.
 *
 * @param direct the local AWS itself, where what the calls need is made
 * @returns the calls of whoever has these clients; about another environment's stack, where one is given
 */
export async function prepareRoleCalls(targets: CalledTargets, direct: AwsClients) {
  const { secret: SecretId, anotherSecret, readPolicy, stateKey } = targets;
  const [RoleName, anotherRole] = [targets.grantedRole, targets.anotherRole].map((arn) => arn.split("/").at(-1));
  await direct.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: readPolicy })); // for the call to attach it again
  const { KeyMetadata: { KeyId: untagged } = {} } = await direct.kms.send(new CreateKeyCommand({}));
  const { CiphertextBlob } = await direct.kms.send(new EncryptCommand({ KeyId: stateKey, Plaintext: Buffer.from("a state") }));
  const { ResourcePolicy = EMPTY } = await direct.secrets.send(new GetResourcePolicyCommand({ SecretId }));

  const wrongToken = { ClientRequestToken: "too short" };
  const attach = (role: string | undefined, PolicyArn: string) => new AttachRolePolicyCommand({ RoleName: role, PolicyArn });
  const schedule = (KeyId: string | undefined, PendingWindowInDays = 31) => new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays });
  const usual = { Environment: targets.environment, ManagedBy: "cdktf" };
  const tagged = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const policyOf = async (KeyId: string) => (await direct.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }))).Policy;
  const policies = new Map(
    await Promise.all([targets.encryptionKey, targets.foreignKey, stateKey].map(async (arn) => [arn, await policyOf(arn)] as const)),
  );
  const putPolicy = (KeyId: string) => new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: policies.get(KeyId) });

  return (clients: AwsClients, others: Partial<CalledTargets> = {}): Readonly<Record<string, () => Promise<unknown>>> => {
    const { secrets, kms, iam } = clients;
    const { foreignSecret, foreignReadPolicy, foreignState, foreignEncryptionKey } = { ...targets, ...others };
    const object = (arn: string) => objectAt(clients, arn);
    const functionName = functionNameOf(targets.rotationFunction);
    const permit = (Principal: string) =>
      clients.lambda("POST", `${functionName}/policy`, { StatementId: `${Date.now()}`, Action: "lambda:InvokeFunction", Principal });
    return {
      "read the key": () => secrets.send(new GetSecretValueCommand({ SecretId })),
      "read many keys at once": () => secrets.send(new BatchGetSecretValueCommand({ SecretIdList: [SecretId] })),
      "store a key": () => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "never stored", ...wrongToken })),
      "see the secret and who may read it": () => secrets.send(new GetResourcePolicyCommand({ SecretId })),
      "list the versions of the key": () => secrets.send(new ListSecretVersionIdsCommand({ SecretId })),
      "change who may read it": () => secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true })),
      "let everyone read it, past AWS's check of public policies": () =>
        secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: false })),
      "have the rotation function replace the key": () => secrets.send(new RotateSecretCommand({ SecretId, ...wrongToken })),
      "have another function replace the key": () =>
        secrets.send(new RotateSecretCommand({ SecretId, RotationLambdaARN: targets.anotherFunction, ...wrongToken })),
      "call the rotation function": () => clients.lambda("POST", `${functionName}/invocations`, {}),
      "let Secrets Manager call the rotation function": () => permit("secretsmanager.amazonaws.com"),
      "let somebody else call or change the rotation function": () => permit(targets.anotherRole),
      "change the code of the rotation function": () => clients.lambda("PUT", `${functionName}/code`, {}),
      "delete the secret": () => secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 1 })),
      "delete the secret without recovery": () =>
        secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 1 })),
      "see another secret": () => secrets.send(new DescribeSecretCommand({ SecretId: anotherSecret })),
      "store a key in another secret": () => secrets.send(new PutSecretValueCommand({ SecretId: anotherSecret, SecretString: "a key" })),
      "read the state": () => object(targets.state).read(),
      "change the state": () => object(targets.state).put(),
      "delete the state": () => object(targets.state).delete(),
      "lock and unlock the state": async () => {
        await object(`${targets.state}.tflock`).put();
        await object(`${targets.state}.tflock`).delete();
      },
      "decrypt the state otherwise": () => kms.send(new DecryptCommand({ KeyId: stateKey, CiphertextBlob })),
      "read the administrator's state": () => object(targets.administratorsState).read(),
      "change the read policy": () => iam.send(new CreatePolicyVersionCommand({ PolicyArn: readPolicy, PolicyDocument: "no policy" })),
      "attach the read policy to a granted role": () => iam.send(attach(RoleName, readPolicy)),
      "attach another policy to it": () => iam.send(attach(RoleName, "arn:aws:iam::aws:policy/AdministratorAccess")),
      "attach the read policy to another role": () => iam.send(attach(anotherRole, readPolicy)),
      "make a role": () => iam.send(new CreateRoleCommand({ RoleName: anotherRole, AssumeRolePolicyDocument: EMPTY })),
      "schedule the deletion of the secret's encryption key": () => kms.send(schedule(targets.encryptionKey.split("/").at(-1))),
      "schedule it for sooner than in 30 days": () => kms.send(schedule(targets.encryptionKey, 7)),
      "change the policy of the secret's encryption key": () => kms.send(putPolicy(targets.encryptionKey)),
      "make a KMS key": () => kms.send(new CreateKeyCommand({ Tags: tagged({ ...usual, [KEY_TAG]: targets.secretName }) })),
      "schedule the deletion of an encryption key without tags": () => kms.send(schedule(untagged)),
      "give a KMS key without tags those of the secret's": () =>
        kms.send(new TagResourceCommand({ KeyId: untagged, Tags: tagged({ ...usual, [KEY_TAG]: targets.secretName }) })),
      "schedule the deletion of another program's KMS key with the usual tags": () => kms.send(schedule(targets.foreignKey)),
      "change the policy of that key": () => kms.send(putPolicy(targets.foreignKey)),
      "tag that key": () =>
        kms.send(new TagResourceCommand({ KeyId: targets.foreignKey, Tags: tagged({ [KEY_TAG]: targets.secretName }) })),
      "change the policy of the state's key": () => kms.send(putPolicy(stateKey)),
      "tag the state's key": () => kms.send(new TagResourceCommand({ KeyId: stateKey, Tags: tagged({ [KEY_TAG]: targets.secretName }) })),
      "schedule the deletion of the state's key": () => kms.send(schedule(stateKey)),
      "read another environment's key": () => secrets.send(new GetSecretValueCommand({ SecretId: foreignSecret })),
      "see another environment's secret": () => secrets.send(new DescribeSecretCommand({ SecretId: foreignSecret })),
      "store a key in another environment's secret": () =>
        secrets.send(new PutSecretValueCommand({ SecretId: foreignSecret, SecretString: "never stored", ...wrongToken })),
      "change who may read another environment's secret": () =>
        secrets.send(new PutResourcePolicyCommand({ SecretId: foreignSecret, ResourcePolicy: EMPTY, BlockPublicPolicy: true })),
      "delete another environment's secret": () =>
        secrets.send(new DeleteSecretCommand({ SecretId: foreignSecret, RecoveryWindowInDays: 1 })),
      "read another environment's state": () => object(foreignState).read(),
      "change another environment's state": () => object(foreignState).put(),
      "lock another environment's state": async () => {
        await object(`${foreignState}.tflock`).put();
        await object(`${foreignState}.tflock`).delete();
      },
      "change another environment's read policy": () =>
        iam.send(new CreatePolicyVersionCommand({ PolicyArn: foreignReadPolicy, PolicyDocument: "no policy" })),
      "schedule the deletion of another environment's encryption key": () => kms.send(schedule(foreignEncryptionKey.split("/").at(-1))),
    };
  };
}

/** What is done with an object in S3. One that is there is not replaced. */
function objectAt({ s3 }: AwsClients, arn: string) {
  const [Bucket, ...path] = arn.split(":").at(-1)?.split("/") ?? [];
  const Key = path.join("/");
  return {
    // To its end: a state that is cut off when the client closes fails whatever test runs then.
    read: async () => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray(),
    put: () => s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}", IfNoneMatch: "*" })),
    delete: () => s3.send(new DeleteObjectCommand({ Bucket, Key })),
  };
}
