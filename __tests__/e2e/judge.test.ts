import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, PutKeyPolicyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { AwsClients, type Credentials } from "../support/aws-clients";
import { providerArnOf } from "../support/identity-token";
import { type Judge, startJudge } from "../support/judge";
import { describeWithAws, emptyAws } from "../support/lab";
import { ACCOUNT } from "../support/policy-matrix";

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const TRUSTS_ACCOUNT = policy({ Principal: { AWS: ROOT }, Action: "sts:AssumeRole" });

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })) });
}

const read = (secretArn: string) => policy({ Action: "secretsmanager:GetSecretValue", Resource: secretArn });

describeWithAws("the judge before the local AWS", () => {
  let judge: Judge;
  /** Past the judge. */
  let direct = "";
  const clients: AwsClients[] = [];
  let roles = 0;

  beforeAll(async () => {
    const aws = await emptyAws();
    aws.close();
    direct = aws.endpoint;
    judge = await startJudge(direct);
  });
  afterAll(async () => {
    for (const client of clients) {
      client.close();
    }
    await judge?.close();
  });

  function as(credentials?: Credentials, endpoint = judge.endpoint, userAgent?: string): AwsClients {
    const made = new AwsClients(endpoint, credentials, userAgent);
    clients.push(made);
    return made;
  }
  const administrator = () => as();

  async function makeRole(document?: string, trust = TRUSTS_ACCOUNT, path = "/"): Promise<string> {
    const RoleName = `role-${++roles}`;
    const { iam } = as(undefined, direct);
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, Path: path, AssumeRolePolicyDocument: trust }));
    if (document) {
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: document }));
    }
    return Role?.Arn ?? "";
  }

  async function assume(roleArn: string, userAgent?: string) {
    return as(await administrator().assume(roleArn), judge.endpoint, userAgent);
  }

  async function makeSecret(KmsKeyId?: string): Promise<string> {
    const { ARN = "" } = await as(undefined, direct).secrets.send(
      new CreateSecretCommand({ Name: `secret-${++roles}`, SecretString: "value", KmsKeyId }),
    );
    return ARN;
  }

  const valueFor = async ({ secrets }: AwsClients, SecretId: string) =>
    (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;

  test("a role does what its own policy allows, and what an attached one does", async () => {
    const secretArn = await makeSecret();
    const inline = await makeRole(read(secretArn), TRUSTS_ACCOUNT, "/team/");
    const attached = await makeRole();
    const { iam } = as(undefined, direct);
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "read", PolicyDocument: read(secretArn) }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: attached.split("/").at(-1), PolicyArn: Policy?.Arn }));

    expect(await valueFor(await assume(inline), secretArn)).toBe("value");
    expect(await valueFor(await assume(attached), secretArn)).toBe("value");
  });

  test("a role is refused what nothing allows, in AWS's words", async () => {
    const secretArn = await makeSecret();
    const nothing = await makeRole();
    const another = await makeRole(read(await makeSecret()));

    await expect(valueFor(await assume(nothing), secretArn)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/${nothing.split("/").at(-1)}/test is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secretArn} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    });
    await expect(valueFor(await assume(another), secretArn)).rejects.toThrow("is not authorized");
  });

  test("a policy that is taken away counts no longer", async () => {
    const secretArn = await makeSecret();
    const roleArn = await makeRole(read(secretArn));
    const session = await assume(roleArn);
    expect(await valueFor(session, secretArn)).toBe("value");

    await administrator().iam.send(
      new PutRolePolicyCommand({
        RoleName: roleArn.split("/").at(-1),
        PolicyName: "own",
        PolicyDocument: read("arn:aws:secretsmanager:*:*:secret:other"),
      }),
    );
    await expect(valueFor(session, secretArn)).rejects.toThrow("is not authorized");
  });

  test("a secret's own policy denies an administrator, by its condition, and the one whom it spares reads", async () => {
    const secretArn = await makeSecret();
    const roleArn = await makeRole(read(secretArn));
    expect(await valueFor(administrator(), secretArn)).toBe("value");
    const ResourcePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "secretsmanager:GetSecretValue",
          Resource: "*",
          Condition: { ArnNotLike: { "aws:PrincipalArn": roleArn } },
        },
      ],
    });
    await as(undefined, direct).secrets.send(new PutResourcePolicyCommand({ SecretId: secretArn, ResourcePolicy }));

    await expect(valueFor(administrator(), secretArn)).rejects.toThrow("with an explicit deny");
    await expect(valueFor(administrator(), secretArn.split(":").at(-1)?.slice(0, -7) ?? "")).rejects.toThrow("with an explicit deny");
    expect(await valueFor(await assume(roleArn), secretArn)).toBe("value");
  });

  test("a secret with a key of one's own is read and stored by those alone who may use the key, through Secrets Manager", async () => {
    const { kms } = as(undefined, direct);
    const { KeyMetadata: { Arn: keyArn = "" } = {} } = await kms.send(new CreateKeyCommand({}));
    const secretArn = await makeSecret(keyArn);
    const use = { Action: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"], Resource: secretArn };
    const through = { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com", "kms:EncryptionContext:SecretARN": secretArn };
    const check = { ...through, "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess" };
    const decrypt = (context: object) => ({ Action: "kms:Decrypt", Resource: keyArn, Condition: { StringEquals: context } });
    const encrypt = { Action: "kms:GenerateDataKey", Resource: keyArn, Condition: { StringEquals: through } };

    const without = await assume(await makeRole(policy(use)));
    const reader = await assume(await makeRole(policy(use, decrypt(through))));
    const storer = await assume(await makeRole(policy(use, decrypt(check), encrypt)));
    const blind = await assume(await makeRole(policy(use, encrypt)));
    const store = ({ secrets }: AwsClients) => secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: "value" }));

    await expect(valueFor(without, secretArn)).rejects.toThrow("Access to KMS is not allowed");
    await expect(store(without)).rejects.toThrow("kms:GenerateDataKey");
    expect(await valueFor(reader, secretArn)).toBe("value");
    await expect(store(reader)).rejects.toThrow("kms:GenerateDataKey");
    await expect(valueFor(storer, secretArn)).rejects.toThrow("Access to KMS is not allowed");
    await expect(store(blind)).rejects.toThrow("kms:Decrypt");
    await store(storer);

    const Policy = policy({ Principal: { AWS: ROOT }, Action: "kms:GenerateDataKey", Resource: "*" });
    await kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default", Policy }));
    await expect(valueFor(reader, secretArn)).rejects.toThrow("Access to KMS is not allowed");
    await expect(valueFor(administrator(), secretArn)).rejects.toThrow("Access to KMS is not allowed");
  });

  test("a KMS key is known by its tags", async () => {
    const { kms } = as(undefined, direct);
    const keys = await Promise.all(
      ["ours", "theirs"].map(async (TagValue) => {
        const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Tags: [{ TagKey: "Owner", TagValue }] }));
        return KeyMetadata?.KeyId;
      }),
    );
    const ours = { StringEquals: { "aws:ResourceTag/Owner": "ours" } };
    const session = await assume(await makeRole(policy({ Action: "kms:ScheduleKeyDeletion", Resource: "*", Condition: ours })));

    await session.kms.send(new ScheduleKeyDeletionCommand({ KeyId: keys[0] }));
    await expect(session.kms.send(new ScheduleKeyDeletionCommand({ KeyId: keys[1] }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("a bucket's policy is judged by its conditions, and moto never has it", async () => {
    const Bucket = "states";
    const { kms } = as(undefined, direct);
    const { KeyMetadata: { Arn: keyArn = "" } = {} } = await kms.send(new CreateKeyCommand({}));
    const { s3 } = administrator();
    await s3.send(new CreateBucketCommand({ Bucket }));
    const otherKey = { StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn } };
    const Policy = policy({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
      Condition: otherKey,
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));

    const put = (client: S3Client, SSEKMSKeyId: string | undefined) =>
      client.send(new PutObjectCommand({ Bucket, Key: "state", Body: "{}", ServerSideEncryption: "aws:kms", SSEKMSKeyId }));
    await expect(put(s3, undefined)).rejects.toMatchObject({ name: "AccessDenied" });
    await put(s3, keyArn);
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    await expect(as(undefined, direct).s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: "NoSuchBucketPolicy",
    });

    const get = new GetObjectCommand({ Bucket, Key: "state" });
    const use = { Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/state` };
    const decrypt = {
      Action: "kms:Decrypt",
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
    };
    await expect((await assume(await makeRole(policy(use)))).s3.send(get)).rejects.toThrow("kms:Decrypt");
    expect(await (await (await assume(await makeRole(policy(use, decrypt)))).s3.send(get)).Body?.transformToString()).toBe("{}");
  });

  test("a role is assumed by those alone whom it trusts", async () => {
    const service = policy({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" });
    await expect(assume(await makeRole(undefined, service))).rejects.toMatchObject({ name: "AccessDenied" });
    const nobody = await assume(await makeRole());
    const roleArn = await makeRole();
    await expect(nobody.assume(roleArn)).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });

  test("a service has a session of a role that trusts it, and of no other", async () => {
    const secretArn = await makeSecret();
    const roleArn = await makeRole(read(secretArn), policy({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }));
    const ofFunction = as(await judge.sessionFor("lambda.amazonaws.com", roleArn));
    expect(await valueFor(ofFunction, secretArn)).toBe("value");
    await expect(valueFor(ofFunction, await makeSecret())).rejects.toThrow("is not authorized");
    await expect(judge.sessionFor("states.amazonaws.com", roleArn)).rejects.toThrow("states.amazonaws.com is not authorized");
  });

  test("a read is judged by the label that it asks for", async () => {
    const secretArn = await makeSecret();
    const condition = { StringEquals: { "secretsmanager:VersionStage": ["AWSCURRENT"] } };
    const one = await assume(
      await makeRole(policy({ Action: "secretsmanager:GetSecretValue", Resource: secretArn, Condition: condition })),
    );
    const asking = (VersionStage?: string) => one.secrets.send(new GetSecretValueCommand({ SecretId: secretArn, VersionStage }));
    expect((await asking("AWSCURRENT")).SecretString).toBe("value");
    await expect(asking("AWSPREVIOUS")).rejects.toThrow("is not authorized");
    await expect(asking()).rejects.toThrow("is not authorized");
  });

  test("a job assumes a role by a token whose claims the role trusts, and by no other", async () => {
    const token = { iss: "https://gitlab.com", aud: "sts.amazonaws.com", sub: "project_path:acme/keys:ref_type:branch:ref:main" };
    const trust = policy({
      Principal: { Federated: providerArnOf(token.iss) },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { "gitlab.com:aud": token.aud, "gitlab.com:sub": token.sub } },
    });
    const secretArn = await makeSecret();
    const roleArn = await makeRole(read(secretArn), trust);
    const session = as(await administrator().assumeByToken(roleArn, token));
    expect(await valueFor(session, secretArn)).toBe("value");
    await expect(valueFor(session, await makeSecret())).rejects.toThrow("is not authorized");

    const denied = { name: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithWebIdentity" };
    for (const other of [
      { ...token, sub: `${token.sub}2` },
      { ...token, iss: "https://gitlab.example.com" },
    ]) {
      await expect(administrator().assumeByToken(roleArn, other)).rejects.toMatchObject(denied);
    }
    await expect(administrator().assumeByToken(await makeRole(read(secretArn)), token)).rejects.toMatchObject(denied);
  });

  test("a user calls by an access key", async () => {
    const { iam } = administrator();
    const secretArn = await makeSecret();
    await iam.send(new CreateUserCommand({ UserName: "bot" }));
    await iam.send(new PutUserPolicyCommand({ UserName: "bot", PolicyName: "own", PolicyDocument: read(secretArn) }));
    const { AccessKey: { AccessKeyId = "", SecretAccessKey = "" } = {} } = await iam.send(new CreateAccessKeyCommand({ UserName: "bot" }));
    const bot = as({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey });

    expect(await valueFor(bot, secretArn)).toBe("value");
    await expect(valueFor(bot, await makeSecret())).rejects.toThrow(`User: arn:aws:iam::${ACCOUNT}:user/bot is not authorized`);
  });

  test("only the provider that reads a value to refresh it may, where it may list versions", async () => {
    const secretArn = await makeSecret();
    const lists = await makeRole(policy({ Action: "secretsmanager:ListSecretVersionIds", Resource: secretArn }));
    const nothing = await makeRole();

    expect(await valueFor(await assume(lists, "terraform-provider-aws/5.100.0"), secretArn)).toBe("value");
    await expect(valueFor(await assume(lists, "terraform-provider-aws/6.50.0"), secretArn)).rejects.toThrow("GetSecretValue");
    await expect(valueFor(await assume(lists), secretArn)).rejects.toThrow("GetSecretValue");
    await expect(valueFor(await assume(nothing, "terraform-provider-aws/5.100.0"), secretArn)).rejects.toThrow("ListSecretVersionIds");
  });

  test("what can't be judged is refused by another name than a denial", async () => {
    const notJudged = { name: "NotJudged" };
    const { iam, sts } = administrator();
    const secretArn = await makeSecret();
    const many = { Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"], Resource: "*" };
    const onTuesdays = { ...many, Condition: { DateLessThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } } };
    const bounded = await makeRole(read(secretArn));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "boundary", PolicyDocument: read("*") }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: bounded.split("/").at(-1), PermissionsBoundary: Policy?.Arn }));

    await expect(valueFor(as({ accessKeyId: "AKIAELSEWHERE", secretAccessKey: "x" }), secretArn)).rejects.toMatchObject(notJudged);
    await expect(valueFor(await assume(bounded), secretArn)).rejects.toMatchObject(notJudged);
    await expect(valueFor(await assume(await makeRole(policy(onTuesdays))), secretArn)).rejects.toMatchObject(notJudged);
    const session = { RoleArn: await makeRole(read(secretArn)), RoleSessionName: "less", Policy: read("*") };
    await expect(sts.send(new AssumeRoleCommand(session))).rejects.toMatchObject(notJudged);
    const batch = new BatchGetSecretValueCommand({ SecretIdList: [secretArn] });
    await expect((await assume(await makeRole(policy(many)))).secrets.send(batch)).rejects.toMatchObject(notJudged);
    await expect((await assume(await makeRole(read(secretArn)))).secrets.send(batch)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});
