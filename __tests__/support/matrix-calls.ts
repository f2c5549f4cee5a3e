import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { DecryptCommand, EncryptCommand } from "@aws-sdk/client-kms";
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { accountOf } from "../../lib/arn";
import { asked } from "./asked";
import { AwsClients } from "./aws-clients";
import { ROOT_CREDENTIALS, startJudge } from "./judge";
import type { Organization } from "./organization";
import { ACCOUNT, type DeployedPolicies, identityPolicies, WHO, type Who } from "./policy-matrix";

/** What AWS asks KMS on behalf of a caller: nobody makes these calls. Each `GetSecretValue` that is answered has led to the first. */
export const CALLED_BY_AWS = ["Decrypt through Secrets Manager", "Decrypt another secret"];

const POLICY = "of-the-table";

/**
 * Has everyone of `MATRIX` make the calls of its columns. What an allowed one would destroy is wrong besides: AWS asks for rights first.
 *
 * @param endpoint the local AWS itself
 * @param organization what the account is in
 * @returns the cells, by who and what
 */
export async function callAll(endpoint: string, deployed: DeployedPolicies, organization?: Organization): Promise<Map<string, string>> {
  const judge = await startJudge(endpoint);
  if (organization) {
    judge.join(organization);
  }
  const people = new People(endpoint, judge.endpoint);
  try {
    return await callsBy(people, deployed);
  } finally {
    people.close();
    await judge.close();
  }
}

async function callsBy(people: People, deployed: DeployedPolicies): Promise<Map<string, string>> {
  const { secretArn: SecretId, keyArn: KeyId, resourcePolicy } = deployed;
  const EncryptionContext = { SecretARN: SecretId, SecretVersionId: "00000000-0000-0000-0000-000000000000" };
  const { CiphertextBlob } = await people.direct.kms.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from("a data key"), EncryptionContext }),
  );
  const ResourcePolicy = JSON.stringify(resourcePolicy);
  const callsOf = ({ secrets, kms }: AwsClients): Readonly<Record<string, () => Promise<unknown>>> => ({
    GetSecretValue: () => secrets.send(new GetSecretValueCommand({ SecretId })),
    DescribeSecret: () => secrets.send(new DescribeSecretCommand({ SecretId })),
    PutSecretValue: () =>
      secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "never stored", ClientRequestToken: "too short" })),
    PutResourcePolicy: () => secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy })),
    DeleteSecret: () => secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 1 })),
    "Decrypt directly": () => kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext })),
  });

  const called = new Map<string, string>();
  for (const who of WHO.filter(({ context }) => !context)) {
    const { clients, leave } = await people.enter(who, identityPolicies(who.policy, deployed));
    for (const [action, call] of Object.entries(callsOf(clients))) {
      called.set(`${who.title}: ${action}`, await asked(call()));
    }
    await leave();
  }
  return called;
}

type Policies = readonly { readonly policy: object }[];

/** Roles and users as the table has them, one at a time: their names are the same, and their policies are not. */
class People {
  /** Past the judge, where they are made. */
  public readonly direct: AwsClients;
  private readonly administrator: AwsClients;
  private readonly opened: AwsClients[] = [];

  constructor(
    private readonly endpoint: string,
    private readonly judge: string,
  ) {
    this.direct = this.open(endpoint);
    this.administrator = this.open(judge);
  }

  public async enter({ arn }: Who, policies: Policies): Promise<{ clients: AwsClients; leave: () => Promise<unknown> }> {
    const [kind, ...names] = arn.split(":").at(-1)?.split("/") ?? [];
    const name = names.at(-1) ?? "";
    switch (kind) {
      case "role":
        return this.enterRole(
          arn,
          name,
          `/${names
            .slice(0, -1)
            .map((folder) => `${folder}/`)
            .join("")}`,
          policies,
        );
      case "user":
        return { clients: await this.enterUser(name, policies), leave: async () => {} };
      default:
        return { clients: this.open(this.judge, ROOT_CREDENTIALS), leave: async () => {} };
    }
  }

  public close(): void {
    for (const clients of this.opened) {
      clients.close();
    }
  }

  private async enterRole(arn: string, RoleName: string, Path: string, policies: Policies) {
    const { iam } = await this.account(accountOf(arn));
    const PolicyName = POLICY;
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" }],
    });
    await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument })).catch(unless("EntityAlreadyExistsException"));
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument }));
    for (const { policy } of policies) {
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) }));
    }
    const leave = async () => {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })).catch(unless("NoSuchEntityException"));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    };
    return { clients: this.open(this.judge, await this.administrator.assume(arn)), leave };
  }

  private async enterUser(UserName: string, policies: Policies): Promise<AwsClients> {
    await this.direct.iam.send(new CreateUserCommand({ UserName })).catch(unless("EntityAlreadyExistsException"));
    for (const { policy } of policies) {
      await this.direct.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: POLICY, PolicyDocument: JSON.stringify(policy) }));
    }
    const { AccessKey: { AccessKeyId = "", SecretAccessKey = "" } = {} } = await this.administrator.iam.send(
      new CreateAccessKeyCommand({ UserName }),
    );
    return this.open(this.judge, { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey });
  }

  /** Another account is known to moto by the access key of a session there, of any role. */
  private async account(id: string): Promise<AwsClients> {
    return id === ACCOUNT ? this.direct : this.open(this.endpoint, await this.direct.assume(`arn:aws:iam::${id}:role/any`));
  }

  private open(...of: ConstructorParameters<typeof AwsClients>): AwsClients {
    const clients = new AwsClients(...of);
    this.opened.push(clients);
    return clients;
  }
}

function unless(name: string): (error: Error) => void {
  return (error) => {
    if (error.name !== name) {
      throw error;
    }
  };
}
