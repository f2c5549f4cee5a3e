import { rmSync } from "node:fs";
import { DescribeRuleCommand, EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { DescribeKeyCommand, GetKeyPolicyCommand, GetKeyRotationStatusCommand, KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { unwrapped } from "../../lab/expect";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { randomKey } from "../../lab/random-key";
import type { DenyStatement, Replica } from "../../lib";
import { LIMITS } from "../../lib/limits";
import { type Account, FUNCTION_SECRET, furnishAccount, OLD_VALUE } from "../support/account";
import { runAiKey } from "../support/ai-key-command";
import { drill, loggedCall } from "../support/alarm-drill";
import { attachProvider } from "../support/attached-provider";
import { block } from "../support/documents";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { CALLED_BY_AWS, callAll } from "../support/matrix-calls";
import { Organization } from "../support/organization";
import {
  ACCOUNT,
  BREAK_GLASS,
  type DeployedPolicies,
  evaluate,
  evaluateMatrix,
  MATRIX,
  matrixInOrganization,
  OTHER_ACCOUNT,
  READERS,
  WHO,
} from "../support/policy-matrix";

const KEYS = {
  ai_api_key: randomKey(),
  openai_api_key: randomKey("openai"),
  anthropic_api_key: randomKey("anthropic"),
  groq_api_key: randomKey("groq"),
};

const ENDPOINT = "vpce-1a2b3c4d";

const FROM_ELSEWHERE: DenyStatement = {
  sid: "DenyFromElsewhere",
  effect: "Deny",
  actions: ["secretsmanager:GetSecretValue"],
  condition: [{ test: "StringNotEquals", variable: "aws:SourceVpce", values: [ENDPOINT] }],
};

/** Every option: some alone, and on one key all that go together. */
const program = (
  { lambdaArn, lambdaRoleArn, topicArn, secretArn }: Account,
  replicas: Replica[] = [{ region: "eu-west-1" }],
  openai = "",
) => `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
const stack = new AiKeyStack(app, "ai-secret", {
  region: "us-east-1",
  environment: "Test",
  preventDestroy: false,
  keys: [
    { adoptSecretArn: "${secretArn}", replicas: ${JSON.stringify(replicas)}, body: {} },
    {
      provider: "openai",${openai}
      readers: ${JSON.stringify(READERS)},
      breakGlass: ${JSON.stringify(BREAK_GLASS)},
      encryptionKey: "customer-managed",
      rotation: { function: { lambdaArn: "${lambdaArn}", roleArn: "${lambdaRoleArn}" }, everyDays: 30 },
      alarmTopicArn: "${topicArn}",
      publishArnTo: "/ai/openai-secret-arn",
      body: { endpoint: "https://api.openai.com/v1" },
    },
    {
      provider: "anthropic",
      readers: [],
      policyStatements: [${JSON.stringify(FROM_ELSEWHERE)}],
      tags: { Team: "search", Environment: "Lab" },
      alarmTopicArn: "${topicArn}",
    },
    { provider: "groq", encryptionKey: "customer-managed", replicas: [{ region: "eu-west-1" }, { region: "us-west-2" }] },
  ],
});
stack.secret("anthropic").grantRead({ roleName: "named" });
app.synth();
`;

/** A role's session, as CloudTrail has it. */
const session = (roleArn: string) => ({
  type: "AssumedRole",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${roleArn.split("/").at(-1)}/someone`,
  accountId: ACCOUNT,
  sessionContext: { sessionIssuer: { type: "Role", arn: roleArn } },
});

describeWithAws("every option of a key, applied", () => {
  let lab: Lab;
  let account: Account;
  let leakProof: LeakProof;
  let secrets: SecretsManagerClient;
  let ireland: SecretsManagerClient;
  let kms: KMSClient;
  let events: EventBridgeClient;
  let parameters: SSMClient;
  let queues: SQSClient;

  beforeAll(async () => {
    lab = await openLab(undefined, { ownProviders: true }); // two at once, for two regions
    account = await furnishAccount(lab.sandbox);
    lab.sandbox.settings = await attachProvider(lab.sandbox, lab.session);
    await lab.sandbox.use(program(account));
    leakProof = new LeakProof({ ...KEYS, "the rotation function's environment": FUNCTION_SECRET });
    await lab.sandbox.apply(KEYS);

    const config = { endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
    secrets = new SecretsManagerClient(config);
    ireland = new SecretsManagerClient({ ...config, region: "eu-west-1" });
    kms = new KMSClient(config);
    events = new EventBridgeClient(config);
    parameters = new SSMClient(config);
    queues = new SQSClient(config);
  });
  afterAll(async () => {
    leakProof?.stop();
    for (const client of [secrets, ireland, kms, events, parameters, queues]) {
      client?.destroy();
    }
    await lab?.close();
  });

  const output = (name: string) => String(lab.sandbox.state()?.outputs[name]?.value);
  const describeSecret = (arn: string) => secrets.send(new DescribeSecretCommand({ SecretId: arn }));
  const resourcePolicy = async (arn: string) => {
    const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: arn }));
    return ResourcePolicy === undefined ? undefined : JSON.parse(ResourcePolicy);
  };
  const rules = async (name: string) => {
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    return Rules.filter(({ Description }) => Description?.includes(name));
  };

  test("a second plan shows no change, and no word of the provider on what it deprecates", async () => {
    const { exitCode, output: printed } = await lab.sandbox.tryTerraform(["plan", "-detailed-exitcode"], KEYS);

    expect(exitCode).toBe(0);
    expect(printed).not.toMatch(/deprecated/i);
  });

  const deployedPolicies = async (): Promise<DeployedPolicies> => {
    const secretArn = output("openai_api_secret_arn");
    const { KmsKeyId = "" } = await describeSecret(secretArn);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: KmsKeyId }));
    const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: KmsKeyId, PolicyName: "default" }));
    return {
      secretArn,
      keyArn: KeyMetadata?.Arn ?? "",
      readPolicy: (await lab.aws.policyDocument(output("openai_read_policy_arn"))) ?? {},
      resourcePolicy: await resourcePolicy(secretArn),
      keyPolicy: JSON.parse(Policy),
    };
  };

  test("everyone may do exactly what the table says, when they call", async () => {
    const deployed = await deployedPolicies();
    const called = await callAll(lab.sandbox.endpoint, deployed);

    expect(evaluateMatrix(deployed, called)).toBe(MATRIX);
    const [heading = ""] = MATRIX.split("\n");
    expect(called.size).toBe(WHO.filter(({ context }) => !context).length * (heading.split("|").length - 3 - CALLED_BY_AWS.length));
  });

  test("and in an organization what docs/access.md says of its policies, with the other account outside", async () => {
    const deployed = await deployedPolicies();
    const organization = new Organization([ACCOUNT]);
    const called = await callAll(lab.sandbox.endpoint, deployed, organization);

    expect(evaluateMatrix(deployed, called, organization)).toBe(matrixInOrganization("outside"));
  });

  test("without readers there is no resource policy", async () => {
    expect(await resourcePolicy(output("groq_api_secret_arn"))).toBeUndefined();
  });

  test("a granted role is on the list, by the ARN that AWS has of it, and the rotation function's role is", async () => {
    const listed = async (arn: string) => (await resourcePolicy(arn)).Statement[1].Condition.ArnNotLike["aws:PrincipalArn"];

    expect(await listed(output("anthropic_api_secret_arn"))).toBe(`arn:aws:iam::${ACCOUNT}:role/team/named`);
    expect(await listed(output("openai_api_secret_arn"))).toContain(`arn:aws:iam::${ACCOUNT}:role/rotate-key`);
  });

  test("a statement of one's own is in force beside the list: a reader reads by the endpoint alone, and nobody else does", async () => {
    const secretArn = output("anthropic_api_secret_arn");
    const readPolicy = (await lab.aws.policyDocument(output("anthropic_read_policy_arn"))) ?? {};
    const deployed = { secretArn, readPolicy, resourcePolicy: await resourcePolicy(secretArn), keyArn: "", keyPolicy: {} };
    const read = (name: string, policy: "read" | "everything", endpoint: string) =>
      evaluate(
        { title: name, arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, context: { "aws:SourceVpce": endpoint }, policy },
        { title: "GetSecretValue", action: "secretsmanager:GetSecretValue" },
        deployed,
      );

    expect(read("team/named", "read", ENDPOINT)).toBe("Allowed");
    expect(read("team/named", "read", "vpce-5e6f7a8b")).toBe("ExplicitlyDenied");
    expect(read("admin", "everything", ENDPOINT)).toBe("ExplicitlyDenied");
  });

  test("the tags of one key are on its secret, in place of the stack's of the same names, and on nothing else", async () => {
    const tags = async (name: string) => (await describeSecret(output(name))).Tags?.map(({ Key, Value }) => `${Key}=${Value}`).sort();
    expect(await tags("anthropic_api_secret_arn")).toEqual(["Environment=Lab", "ManagedBy=cdktf", "Team=search"]);
    expect(await tags("groq_api_secret_arn")).toEqual(["Environment=Test", "ManagedBy=cdktf"]);
  });

  test("a customer-managed key rotates", async () => {
    const { KmsKeyId } = await describeSecret(output("groq_api_secret_arn"));
    expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId: KmsKeyId }))).toMatchObject({ KeyRotationEnabled: true });
  });

  test("the rotation is scheduled, and has not replaced the key", async () => {
    expect(await describeSecret(output("openai_api_secret_arn"))).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: account.lambdaArn,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
  });

  test("a JSON body holds the key, the provider and the endpoint; without one the key is stored as it is", async () => {
    const stored = async (name: string) => (await lab.aws.secretValue(output(name))) ?? "";

    expect(JSON.parse(await stored("openai_api_secret_arn"))).toEqual({
      apiKey: KEYS.openai_api_key,
      provider: "openai",
      endpoint: "https://api.openai.com/v1",
    });
    expect(JSON.parse(await stored("api_secret_arn"))).toEqual({ apiKey: KEYS.ai_api_key });
    expect(await stored("groq_api_secret_arn")).toBe(KEYS.groq_api_key);
  });

  test("replicas hold the key in their regions", async () => {
    const { ReplicationStatus } = await describeSecret(output("groq_api_secret_arn"));
    expect(ReplicationStatus?.map(({ Region }) => Region).sort()).toEqual(["eu-west-1", "us-west-2"]);
    const { SecretString } = await ireland.send(new GetSecretValueCommand({ SecretId: "ai/test/groq-api-key" }));
    expect(SecretString).toBe(KEYS.groq_api_key);
  });

  test("the read policy names the replicas too", async () => {
    const arn = output("groq_api_secret_arn");
    const document = await lab.aws.policyDocument(output("groq_read_policy_arn"));
    expect(document?.Statement[0]?.Resource).toEqual(
      expect.arrayContaining(["us-east-1", "eu-west-1", "us-west-2"].map((region) => arn.replace("us-east-1", region))),
    );
  });

  test("an adopted secret keeps its ARN, and its old value as AWSPREVIOUS", async () => {
    expect(output("api_secret_arn")).toBe(account.secretArn);
    expect(await lab.aws.secretValue(account.secretArn, "AWSPREVIOUS")).toBe(OLD_VALUE);
  });

  test("EventBridge watches a secret with a list for reads and changes, and tells the topic", async () => {
    const [rule, ...others] = await rules("ai/test/openai-api-key");
    expect(others).toEqual([]);

    const { State, EventPattern = "" } = await events.send(new DescribeRuleCommand({ Name: rule?.Name }));
    expect(State).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
    expect(EventPattern.length).toBeLessThanOrEqual(LIMITS.eventPattern.most);
    const arn = output("openai_api_secret_arn");
    const keyArn = (await describeSecret(arn)).KmsKeyId ?? "";
    expect(JSON.parse(EventPattern).detail.$or).toMatchObject([
      { requestParameters: { secretId: [arn, arn.slice(0, -7), "ai/test/openai-api-key"] } },
      { eventName: ["PutKeyPolicy"], requestParameters: { keyId: [keyArn, keyArn.split("/")[1]] } },
      { errorMessage: [arn, arn.slice(0, -7), "ai/test/openai-api-key"].map((id) => ({ wildcard: `*: ${id} *` })) },
    ]);
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: rule?.Name }));
    expect(Targets).toMatchObject([{ Arn: account.topicArn }]);
  });

  test("the alarm is raised by every unusual use, by no usual one, and says who, what, when and from where", async () => {
    const secretId = output("openai_api_secret_arn");
    const app = session(`arn:aws:iam::${ACCOUNT}:role/team/app`);
    const admin = session(`arn:aws:iam::${ACCOUNT}:role/admin`);
    const read = { eventName: "GetSecretValue", requestParameters: { secretId } };
    const keyArn = (await describeSecret(secretId)).KmsKeyId ?? "";
    const putKeyPolicy = { eventSource: "kms.amazonaws.com", eventName: "PutKeyPolicy", userIdentity: admin };
    /** As https://github.com/aws-samples/aws-health-aware/issues/19 has it. */
    const denied = (id: string, end: string) => ({
      ...read,
      userIdentity: admin,
      requestParameters: null,
      errorCode: "AccessDenied",
      errorMessage: `User: ${admin.arn} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${id} ${end}`,
    });
    const usual = [
      { ...read, userIdentity: app },
      { ...read, userIdentity: app, errorCode: "ResourceNotFoundException" },
      { ...read, userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/bot` } },
      { ...read, userIdentity: session(`arn:aws:iam::${ACCOUNT}:role/rotate-key`) },
      { ...read, userIdentity: { type: "AWSAccount", accountId: OTHER_ACCOUNT } },
      { ...read, userIdentity: admin, requestParameters: { secretId: "another" } },
      { ...read, userIdentity: admin, eventName: "DescribeSecret" },
      { ...putKeyPolicy, requestParameters: { keyId: "1234abcd-12ab-34cd-56ef-1234567890ab" } },
      { ...putKeyPolicy, eventName: "GetKeyPolicy", requestParameters: { keyId: keyArn } },
      denied("ai/test/openai-api-key-of-another", "because no identity-based policy allows the secretsmanager:GetSecretValue action"),
    ];
    const unusual = [
      { ...read, userIdentity: admin, errorCode: "AccessDenied" },
      { ...read, userIdentity: admin, requestParameters: { secretId: secretId.slice(0, -7) } },
      { ...read, userIdentity: admin, requestParameters: { secretId: "ai/test/openai-api-key" } },
      { ...read, userIdentity: session(`arn:aws:iam::${ACCOUNT}:role/team/app-evil`) },
      { ...read, userIdentity: session(`arn:aws:iam::${ACCOUNT}:role/break-glass`) },
      { ...read, userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/eve` } },
      { ...read, userIdentity: { type: "Root", arn: `arn:aws:iam::${ACCOUNT}:root` } },
      { ...read, userIdentity: { type: "AWSAccount", accountId: "999988887777" }, errorCode: "AccessDenied" },
      denied("ai/test/openai-api-key", "because no identity-based policy allows the secretsmanager:GetSecretValue action"),
      denied(secretId, "with an explicit deny in a resource-based policy"),
      denied(secretId.slice(0, -7), "with an explicit deny in a resource-based policy"),
      { ...putKeyPolicy, requestParameters: { keyId: keyArn, policyName: "default" } },
      { ...putKeyPolicy, requestParameters: { keyId: keyArn.split("/")[1], policyName: "default" } },
      ...[
        "PutResourcePolicy",
        "DeleteResourcePolicy",
        "DeleteSecret",
        "ReplicateSecretToRegions",
        "RestoreSecret",
        "RotateSecret",
        "UpdateSecret",
      ].map((eventName) => ({
        ...read,
        userIdentity: app,
        eventName,
      })),
    ];
    const asLogged = (details: readonly object[], network: string) =>
      details.map((detail, index) => ({
        eventSource: "secretsmanager.amazonaws.com",
        eventTime: "2026-11-24T12:00:00Z",
        sourceIPAddress: `${network}.${index}`,
        ...detail,
      }));

    const [rule] = await rules("ai/test/openai-api-key");
    const logged = [...asLogged(usual, "198.51.100"), ...asLogged(unusual, "203.0.113")].map(loggedCall);
    const messages = await drill(events, queues, rule?.Name, logged);

    expect(messages.map((message) => message.match(/from ([\d.]+)\. /)?.[1]).sort()).toEqual(
      unusual.map((_, index) => `203.0.113.${index}`).sort(),
    );
    expect(messages).toContainEqual(
      expect.stringContaining(
        `GetSecretValue on the secret ai/test/openai-api-key by arn:aws:sts::${ACCOUNT}:assumed-role/admin/someone (account ${ACCOUNT}) at 2026-11-24T12:00:00Z from 203.0.113.0. AccessDenied`,
      ),
    );
  });

  test("the commands that prove the alarm show the topic's key, and change nothing", async () => {
    const commands = block("docs/access.md", "sh", "restore-secret");
    const before = await describeSecret(output("openai_api_secret_arn"));
    const printed = await lab.sandbox.shell(commands, {
      TOPIC_ARN: account.topicArn,
      API_SECRET_ARN: output("openai_api_secret_arn"),
    });
    expect(printed.exitCode).toBe(0);
    expect(printed.output).toMatch(/^None\n/);
    const { $metadata: _, ...after } = await describeSecret(output("openai_api_secret_arn"));
    expect(before).toMatchObject(after);
  });

  test("the ARN is published for applications", async () => {
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name: "/ai/openai-secret-arn" }));
    expect(Parameter).toMatchObject({ Type: "String", Value: output("openai_api_secret_arn") });
  });

  test("a secret with every option is renamed, and stays as it is when AWS refuses its old name, which is scheduled for deletion", async () => {
    const { sandbox, aws } = lab;
    const renamed = program(account, undefined, 'secretName: "ai/renamed",');
    await sandbox.use(renamed);
    await sandbox.apply(KEYS);
    const arn = output("openai_api_secret_arn");
    expect(arn).toContain(":secret:ai/renamed-");

    await sandbox.use(program(account));
    const back = await sandbox.tryTerraform(["apply", "-auto-approve"], KEYS);
    expect(back.exitCode).not.toBe(0);
    expect(unwrapped(back.output)).toMatch(/already exists|scheduled for deletion/); // the local AWS says the first
    expect(JSON.parse((await aws.secretValue(arn)) ?? "")).toMatchObject({ apiKey: KEYS.openai_api_key });
    expect((await describeSecret(arn)).DeletedDate).toBeUndefined();

    await sandbox.use(renamed);
    await sandbox.apply(KEYS);
    expect(await sandbox.tryTerraform(["plan", "-detailed-exitcode"], KEYS)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await aws.secretValue(arn)) ?? "")).toMatchObject({ apiKey: KEYS.openai_api_key });
    expect((await resourcePolicy(arn)).Statement).toHaveLength(3);
    expect((await describeSecret(arn)).RotationEnabled).toBe(true);
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name: "/ai/openai-secret-arn" }));
    expect(Parameter?.Value).toBe(arn);
  });

  test("after a lost state, one line takes over all that AWS has once: secrets, encryption keys, aliases, the parameter", async () => {
    const { sandbox, aws } = lab;
    const renamed = program(account, undefined, 'secretName: "ai/renamed",');
    const had = sandbox.state()?.outputs;
    const keysBefore = (await kms.send(new ListKeysCommand({}))).Keys;
    rmSync(sandbox.stateFile);

    const command = block("docs/ops.md", "sh", "ai-key restore ai-secret");
    const restored = await runAiKey(sandbox, command.replace("npx --no ai-key", "").trim(), {});
    const taken = ["openai", "anthropic", "groq"].reduce((text, provider) => {
      const [, entry = ""] = restored.match(new RegExp(`\\{ (provider: "${provider}", adopt[^}]*) \\}`)) ?? [];
      return text.replace(`provider: "${provider}",`, `${entry},`);
    }, renamed);
    await sandbox.use(taken);
    await sandbox.apply(KEYS);

    for (const name of ["api_secret_arn", "openai_api_secret_arn", "anthropic_api_secret_arn", "groq_api_secret_arn"]) {
      expect(output(name)).toBe(had?.[name]?.value);
    }
    expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual(keysBefore);
    expect(JSON.parse((await aws.secretValue("ai/renamed")) ?? "")).toMatchObject({ apiKey: KEYS.openai_api_key });
    expect(await sandbox.tryTerraform(["plan", "-detailed-exitcode"], KEYS)).toMatchObject({ exitCode: 0 });
  });

  test("a replica by its own encryption key is planned: moto forgets the key, so that it can't be applied here", async () => {
    await lab.sandbox.use(program(account, [{ region: "eu-west-1", encryptionKey: account.replicaKeyArn }]));
    const { output: printed } = await lab.sandbox.terraform(["plan"], KEYS);

    expect(printed).toMatch(new RegExp(`\\+ kms_key_id += "${account.replicaKeyArn}"`));
  });

  test("copies that nobody names any more are warned of; a replica in a region that only Terraform knows, and a reader elsewhere with AWS's own key are refused, each with its reason", async () => {
    const regionOfTheEnvironment = program(account, []).replace('region: "us-east-1",', "").replace("us-west-2", "us-east-1");
    await lab.sandbox.use(regionOfTheEnvironment.replace("readers: [],", 'readers: ["arn:aws:iam::444455556666:role/partner"],'));
    const { exitCode, output: printed } = await lab.sandbox.tryTerraform(["plan"], KEYS);

    expect(exitCode).not.toBe(0);
    expect(unwrapped(printed)).toContain("The secret has copies in other regions that [ai-secret/ai-key] replicas does not name");
    expect(unwrapped(printed)).toContain("replicas must be in other regions than the secret's own.");
    expect(unwrapped(printed)).toContain(
      "readers has a principal of another account, and the secret or a replica of it is encrypted by the key that AWS manages",
    );
  });

  test("a copy whose name is taken in its region: the deploy fails once the key is stored, a rotation too; with leave, it takes the other secret's place", async () => {
    const renamed = program(account, undefined, 'secretName: "ai/renamed",');
    const taken = (more = "") => renamed.replace('provider: "groq",', `provider: "groq", secretName: "ai/taken",${more}`);
    await ireland.send(new CreateSecretCommand({ Name: "ai/taken", SecretString: "somebody else's" }));
    await lab.sandbox.use(taken());
    const rotated = { ...KEYS, groq_api_key: randomKey("groq"), groq_api_key_version: "2" };
    for (const keys of [KEYS, rotated]) {
      const { exitCode, output: printed } = await lab.sandbox.tryTerraform(["apply", "-auto-approve"], keys);
      expect(exitCode).not.toBe(0);
      expect(unwrapped(printed)).toMatch(/AWS could not copy the secret to: eu-west-1 \(.+\)\. Readers there have an older key/);
      expect(await lab.aws.secretValue("ai/taken")).toBe(keys.groq_api_key);
    }
    expect((await ireland.send(new GetSecretValueCommand({ SecretId: "ai/taken" }))).SecretString).toBe("somebody else's");

    const copy = { SecretId: "ai/taken", RemoveReplicaRegions: ["eu-west-1"] };
    await secrets.send(new RemoveRegionsFromReplicationCommand(copy));
    await lab.sandbox.use(taken(" forceOverwriteReplicaSecret: true,"));
    await lab.sandbox.apply(rotated);
    expect((await ireland.send(new GetSecretValueCommand({ SecretId: "ai/taken" }))).SecretString).toBe(rotated.groq_api_key);
  });

  test("what an adopted secret would bring along, and no plan shows, is refused: another key and a rotation of somebody else's", async () => {
    await secrets.send(new UpdateSecretCommand({ SecretId: account.secretArn, KmsKeyId: account.replicaKeyArn }));
    const rotation = { SecretId: account.secretArn, RotationLambdaARN: account.lambdaArn, RotationRules: { AutomaticallyAfterDays: 7 } };
    await secrets.send(new RotateSecretCommand({ ...rotation, RotateImmediately: false }));

    const { exitCode, output: printed } = await lab.sandbox.tryTerraform(["plan"], KEYS);
    expect(exitCode).not.toBe(0);
    expect(unwrapped(printed)).toContain(`is encrypted by ${account.replicaKeyArn}. Set that key as [ai-secret/ai-key] encryptionKey`);
    expect(unwrapped(printed)).toContain(`is rotated by ${account.lambdaArn}, which would replace the key.`);

    const secretArn = account.secretArn.replace("us-east-1", "eu-west-1");
    await lab.sandbox.use(program({ ...account, secretArn }).replace('region: "us-east-1",', ""));
    const elsewhere = await lab.sandbox.tryTerraform(["plan"], KEYS);
    expect(unwrapped(elsewhere.output)).toContain(`adoptSecretArn must be of the stack's own region; got ${secretArn}.`);
  });

  test("no key is anywhere else, and nothing of the rotation function's environment is", () => {
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
