import { AttachRolePolicyCommand, CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { functionNameOf } from "../../lib/arn";
import { asked } from "./asked";
import { AwsClients } from "./aws-clients";
import type { Judge } from "./judge";
import { ACCOUNT } from "./policy-matrix";
import { ROTATOR_ROLES, type RotatorRole, rotatorPolicies, TARGETS } from "./rotator-matrix";

/** What the judge can't judge: to pass a role is no call of its own, and what CloudWatch's logs are asked is not known to it. */
export const EVALUATED = ["give the function's role to another function", "write the function's log"];

type Targets = Readonly<Record<keyof typeof TARGETS, string>>;

/** What a deploy of the key and its rotator has left. */
export interface DeployedRotator {
  readonly judge: Judge;
  /** Past the judge. */
  readonly direct: AwsClients;
  readonly keyArn: string;
  readonly adminKeyArn: string;
  readonly readPolicyArn: string;
}

/**
 * Has everyone of the table in docs/rotation.md make the calls of its rows: the rotator and the application by the deployed policies, the
 * roles of CI and ops by those that a `BootstrapStack` gives them. What an allowed call would change is wrong besides, or changes nothing.
 *
 * @returns the cells, by who and what
 */
export async function callByRotatorRoles({
  judge,
  direct,
  keyArn,
  adminKeyArn,
  readPolicyArn,
}: DeployedRotator): Promise<Map<string, string>> {
  const { secrets } = direct;
  const make = new CreateSecretCommand({ Name: "ai/test/another-api-key", SecretString: "a value" });
  const anotherKey = (await secrets.send(make)).ARN ?? "";
  for (const SecretId of [keyArn, anotherKey]) {
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "being made", VersionStages: ["AWSPENDING"] }));
  }
  const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: keyArn }));
  const targets = { ...TARGETS, key: keyArn, anotherKey, adminKey: adminKeyArn };

  const called = new Map<string, string>();
  for (const role of ROTATOR_ROLES) {
    const clients = new AwsClients(judge.endpoint, await sessionOf(role, { judge, direct, readPolicyArn }));
    for (const [what, call] of Object.entries(callsOf(clients, targets, ResourcePolicy))) {
      called.set(`${role}: ${what}`, await asked(call()));
    }
    clients.close();
  }
  return called;
}

async function sessionOf(role: RotatorRole, { judge, direct, readPolicyArn }: Pick<DeployedRotator, "judge" | "direct" | "readPolicyArn">) {
  if (role === "rotator") {
    return judge.sessionFor("lambda.amazonaws.com", TARGETS.role);
  }
  await makeRole(direct.iam, role, role === "application" ? [] : rotatorPolicies().identity[role]);
  if (role === "application") {
    await direct.iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: readPolicyArn }));
  }
  const administrator = new AwsClients(judge.endpoint);
  const session = await administrator.assume(`arn:aws:iam::${ACCOUNT}:role/${role}`);
  administrator.close();
  return session;
}

async function makeRole(iam: IAMClient, RoleName: string, policies: readonly object[]): Promise<void> {
  const Statement = [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  for (const [index, policy] of policies.entries()) {
    const PolicyDocument = JSON.stringify(policy);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: `of-the-table-${index}`, PolicyDocument }));
  }
}

/** The calls of the rows, by their titles. */
function callsOf(
  clients: AwsClients,
  { key, anotherKey, adminKey, rotator, role }: Targets,
  ResourcePolicy: string | undefined,
): Readonly<Record<string, () => Promise<unknown>>> {
  const { secrets } = clients;
  const functionName = functionNameOf(rotator);
  const wrongToken = { ClientRequestToken: "too short" };
  const read = (SecretId: string, VersionStage?: string) => secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  const store = (SecretId: string) => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "never stored", ...wrongToken }));
  const another = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:mine`;
  return {
    "read the admin key": () => read(adminKey),
    "see the admin key's secret": () => secrets.send(new DescribeSecretCommand({ SecretId: adminKey })),
    "store another admin key": () => store(adminKey),
    "change who may read it": () => secrets.send(new PutResourcePolicyCommand({ SecretId: adminKey, ResourcePolicy })),
    "call the function": () => clients.lambda("POST", `${functionName}/invocations`, {}, { "x-amz-invocation-type": "DryRun" }),
    "let somebody call the function": () =>
      clients.lambda("POST", `${functionName}/policy`, { StatementId: "one", Action: "lambda:InvokeFunction", Principal: role }),
    "see what the function knows": () => clients.lambda("GET", `${functionName}/configuration`),
    "change what the function knows": () => clients.lambda("PUT", `${functionName}/configuration`, {}),
    "change the function's code": () => clients.lambda("PUT", `${functionName}/code`, {}),
    "take the function's role": () => clients.assume(role),
    "rotate the key": () => secrets.send(new RotateSecretCommand({ SecretId: key, ...wrongToken })),
    "have another function rotate it": () =>
      secrets.send(new RotateSecretCommand({ SecretId: key, RotationLambdaARN: another, ...wrongToken })),
    "read the key that is being made": () => read(key, "AWSPENDING"),
    "read the current key": () => read(key, "AWSCURRENT"),
    "store a key": () => store(key),
    "move the labels of its versions": () =>
      secrets.send(new UpdateSecretVersionStageCommand({ SecretId: key, VersionStage: "AWSCURRENT", MoveToVersionId: "none" })),
    "change who may read the key": () =>
      secrets.send(new PutResourcePolicyCommand({ SecretId: key, ResourcePolicy, BlockPublicPolicy: true })),
    "delete its secret": () => secrets.send(new DeleteSecretCommand({ SecretId: key, RecoveryWindowInDays: 1 })),
    "read a key that is not rotated": () => read(anotherKey, "AWSPENDING"),
    "store such a key": () => store(anotherKey),
  };
}
