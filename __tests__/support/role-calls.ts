import { AttachRolePolicyCommand, CreatePolicyVersionCommand, CreateRoleCommand, DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import type { AwsClients } from "./aws-clients";
import type { RoleTargets } from "./role-matrix";

/** What AWS asks KMS on behalf of a caller: nobody makes these calls. "store a key", "read the key" and "read the state" lead to them. */
export const CALLED_BY_AWS = ["decrypt the key", "encrypt a key", "decrypt the state through S3"];

const ANOTHER = "ai/another/api-key";
const EMPTY = '{"Version":"2012-10-17","Statement":[]}';

/**
 * The calls that the rows of `ROLE_MATRIX` are about, by the rows' titles. What an allowed one would destroy is wrong besides: AWS asks
 * for rights first.
 *
 * @param direct the local AWS itself, where what the calls need is made
 * @returns the calls of whoever has these clients
 */
export async function prepareRoleCalls(targets: RoleTargets, direct: AwsClients) {
  const { secretArn, readPolicyArn, grantedRole, bucketArn, stateKey, stateKmsKeyArn } = targets;
  const Bucket = bucketArn.split(":").at(-1);
  const RoleName = grantedRole.split("/").at(-1);
  const Key = stateKey;
  await direct.secrets.send(new CreateSecretCommand({ Name: ANOTHER, SecretString: "a value" }));
  await direct.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: readPolicyArn })); // for the call to attach it again
  const { KmsKeyId = "" } = await direct.secrets.send(new DescribeSecretCommand({ SecretId: secretArn }));
  const { KeyMetadata: { KeyId: untagged } = {} } = await direct.kms.send(new CreateKeyCommand({}));
  const { CiphertextBlob } = await direct.kms.send(new EncryptCommand({ KeyId: stateKmsKeyArn, Plaintext: Buffer.from("a state") }));
  const { ResourcePolicy = EMPTY } = await direct.secrets.send(new GetResourcePolicyCommand({ SecretId: secretArn }));

  const SecretId = secretArn;
  const wrongToken = { ClientRequestToken: "too short" };
  const attach = (role: string | undefined, PolicyArn: string) => new AttachRolePolicyCommand({ RoleName: role, PolicyArn });
  const schedule = (KeyId: string | undefined) => new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 1 });

  return ({ secrets, s3, kms, iam }: AwsClients): Readonly<Record<string, () => Promise<unknown>>> => ({
    "read the key": () => secrets.send(new GetSecretValueCommand({ SecretId })),
    "read many keys at once": () => secrets.send(new BatchGetSecretValueCommand({ SecretIdList: [SecretId] })),
    "store a key": () => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "never stored", ...wrongToken })),
    "see the secret and who may read it": () => secrets.send(new GetResourcePolicyCommand({ SecretId })),
    "list the versions of the key": () => secrets.send(new ListSecretVersionIdsCommand({ SecretId })),
    "change who may read it": () => secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy })),
    "have the rotation function replace the key": () => secrets.send(new RotateSecretCommand({ SecretId, ...wrongToken })),
    "delete the secret": () => secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 1 })),
    "see another secret": () => secrets.send(new DescribeSecretCommand({ SecretId: ANOTHER })),
    "store a key in another secret": () => secrets.send(new PutSecretValueCommand({ SecretId: ANOTHER, SecretString: "a key" })),
    "read the state": () => s3.send(new GetObjectCommand({ Bucket, Key })),
    "change the state": () => s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}", IfNoneMatch: "*" })),
    "delete the state": () => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    "lock and unlock the state": async () => {
      await s3.send(new PutObjectCommand({ Bucket, Key: `${Key}.tflock`, Body: "{}", IfNoneMatch: "*" }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: `${Key}.tflock` }));
    },
    "decrypt the state otherwise": () => kms.send(new DecryptCommand({ KeyId: stateKmsKeyArn, CiphertextBlob })),
    "read the administrator's state": () => s3.send(new GetObjectCommand({ Bucket, Key: "bootstrap/terraform.tfstate" })),
    "change the read policy": () => iam.send(new CreatePolicyVersionCommand({ PolicyArn: readPolicyArn, PolicyDocument: "no policy" })),
    "attach the read policy to a granted role": () => iam.send(attach(RoleName, readPolicyArn)),
    "attach another policy to it": () => iam.send(attach(RoleName, "arn:aws:iam::aws:policy/AdministratorAccess")),
    "attach the read policy to another role": () => iam.send(attach("another", readPolicyArn)),
    "make a role": () => iam.send(new CreateRoleCommand({ RoleName: "another", AssumeRolePolicyDocument: EMPTY })),
    "schedule the deletion of the secret's encryption key": () => kms.send(schedule(KmsKeyId.split("/").at(-1))),
    "schedule the deletion of an encryption key without tags": () => kms.send(schedule(untagged)),
  });
}
