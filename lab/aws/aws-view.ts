import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { DUMMY_CREDENTIALS } from "../process/child-environment";

export interface PolicyDocument {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

/** What a local AWS holds, read through the AWS SDK, independently of Terraform. */
export class AwsView {
  private readonly secrets: SecretsManagerClient;
  private readonly iam: IAMClient;

  /** @param endpoint on a loopback address */
  constructor(
    public readonly endpoint: string,
    public readonly region: string,
  ) {
    const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true }; // milliseconds
    const config = { endpoint, region, credentials: DUMMY_CREDENTIALS, maxAttempts: 2, requestHandler };
    this.secrets = new SecretsManagerClient(config);
    this.iam = new IAMClient(config);
  }

  /** The value of a version, by its staging label. */
  public async secretValue(secretId: string, stage: "AWSCURRENT" | "AWSPREVIOUS" = "AWSCURRENT"): Promise<string | undefined> {
    const { SecretString } = await this.secrets.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
    return SecretString;
  }

  /** Undefined when there is no such secret. */
  public async describeSecret(secretId: string): Promise<DescribeSecretCommandOutput | undefined> {
    try {
      return await this.secrets.send(new DescribeSecretCommand({ SecretId: secretId }));
    } catch (error) {
      return undefinedForError(error, "ResourceNotFoundException");
    }
  }

  public async makeSecret(name: string, value: string): Promise<void> {
    await this.secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
  }

  /** The ids of a secret's versions that have a staging label. */
  public async versionIds(secretId: string): Promise<string[]> {
    return Object.keys((await this.describeSecret(secretId))?.VersionIdsToStages ?? {}).sort();
  }

  public async secretNames(): Promise<string[]> {
    const { SecretList = [] } = await this.secrets.send(new ListSecretsCommand({ MaxResults: 100 }));
    return SecretList.map(({ Name = "" }) => Name).sort();
  }

  /** The ARNs of the policies whose names begin so. */
  public async policyArns(prefix: string): Promise<string[]> {
    const { Policies = [] } = await this.iam.send(new ListPoliciesCommand({ Scope: "Local", MaxItems: 1_000 }));
    return Policies.filter(({ PolicyName }) => PolicyName?.startsWith(prefix)).map(({ Arn = "" }) => Arn);
  }

  /** Deletes a secret, without a recovery window. One that is gone already is no error. */
  public async deleteSecret(name: string): Promise<void> {
    const command = new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true });
    await this.secrets.send(command).catch((error) => undefinedForError(error, "ResourceNotFoundException"));
  }

  /** Deletes a policy, after it is detached from whoever has it. */
  public async deletePolicy(arn: string): Promise<void> {
    const { PolicyRoles = [], PolicyUsers = [] } = await this.iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn }));
    for (const { RoleName } of PolicyRoles) {
      await this.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: arn }));
    }
    for (const { UserName } of PolicyUsers) {
      await this.iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: arn }));
    }
    await this.iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
  }

  /** A policy's current document; undefined when there is no such policy. */
  public async policyDocument(arn: string): Promise<PolicyDocument | undefined> {
    try {
      const { Policy } = await this.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
      const { PolicyVersion } = await this.iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy?.DefaultVersionId }));
      return JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""));
    } catch (error) {
      return undefinedForError(error, "NoSuchEntityException");
    }
  }

  /** All that a role's policies say, its own and those that are attached, as one document. */
  public async rightsOf(RoleName: string): Promise<PolicyDocument> {
    const { PolicyNames = [] } = await this.iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { AttachedPolicies = [] } = await this.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const documents = await Promise.all([
      ...PolicyNames.map((PolicyName) => this.inlinePolicy(RoleName, PolicyName)),
      ...AttachedPolicies.map(({ PolicyArn = "" }) => this.policyDocument(PolicyArn)),
    ]);
    return { Statement: documents.flatMap((document) => document?.Statement ?? []) };
  }

  private async inlinePolicy(RoleName: string, PolicyName: string): Promise<PolicyDocument> {
    const { PolicyDocument = "" } = await this.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return JSON.parse(decodeURIComponent(PolicyDocument));
  }

  /** Attaches a policy to a new role, as a team would, and gives the ARNs of what the role then has; the role is gone afterwards. */
  public async policiesOfRoleWith(policyArn: string, roleName: string): Promise<string[]> {
    await this.makeRole(roleName);
    try {
      await this.iam.send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: policyArn }));
      const { AttachedPolicies = [] } = await this.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName }));
      await this.iam.send(new DetachRolePolicyCommand({ RoleName: roleName, PolicyArn: policyArn }));
      return AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn);
    } finally {
      await this.deleteRole(roleName);
    }
  }

  /** Makes a role that can do nothing. False when there is one of this name. */
  public async makeRole(name: string): Promise<boolean> {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    const command = new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
    return this.iam.send(command).then(
      () => true,
      (error) => undefinedForError(error, "EntityAlreadyExistsException") ?? false,
    );
  }

  public async deleteRole(name: string): Promise<void> {
    await this.iam.send(new DeleteRoleCommand({ RoleName: name }));
  }

  /** Makes a user that can do nothing. False when there is one of this name. */
  public async makeUser(name: string): Promise<boolean> {
    return this.iam.send(new CreateUserCommand({ UserName: name })).then(
      () => true,
      (error) => undefinedForError(error, "EntityAlreadyExistsException") ?? false,
    );
  }

  public async deleteUser(name: string): Promise<void> {
    await this.iam.send(new DeleteUserCommand({ UserName: name }));
  }

  public close(): void {
    this.secrets.destroy();
    this.iam.destroy();
  }
}

/** Turns the error of this name into undefined; throws any other. */
export function undefinedForError(error: unknown, name: string): undefined {
  if (error instanceof Error && error.name === name) {
    return undefined;
  }
  throw error;
}
