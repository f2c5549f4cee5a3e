import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AttachRolePolicyCommand, CreatePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, DeleteObjectCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { keyVersion } from "../../cli/key-version/key-version";
import { lostStateCheck } from "../../cli/verify/state-check";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { startServer } from "../../lab/process/loopback-server";
import { randomKey } from "../../lab/random-key";
import { SynthesizedStack } from "../../lab/terraform/synthesized-stack";
import { runAiKey } from "../support/ai-key-command";
import { answerWith, type Fault } from "../support/aws-fault";
import { startAwsProxy } from "../support/aws-proxy";
import { startConnectProxy } from "../support/connect-proxy";
import { block } from "../support/documents";
import { describeWithAws, type Lab, openLab } from "../support/lab";

const READER = "arn:aws:iam::123456789012:role/my-app";
const PARTNER = "arn:aws:iam::444455556666:role/partner";
const KEY = randomKey();
const OTHER = randomKey();
const OPENAI = randomKey("openai");
const UNSTORED = randomKey();

const denial = (sid: string, test: string, variable: string, value: string) => ({
  sid,
  effect: "Deny",
  actions: ["secretsmanager:GetSecretValue"],
  condition: [{ test, variable, values: [value] }],
});

const STATEMENTS = [
  denial("DenyFromElsewhere", "StringNotEquals", "aws:SourceVpce", "vpce-1a2b3c4d"),
  denial("DenyPartners", "StringNotEquals", "aws:PrincipalAccount", "123456789012"),
];

const PROGRAM = `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
const stack = new AiKeyStack(app, "ai-secret", {
  region: "us-east-1",
  readers: ["${PARTNER}"],
  policyStatements: ${JSON.stringify(STATEMENTS)},
  encryptionKey: "customer-managed",
});
stack.secret().grantRead({ roleName: "my-app" });
new AiKeyStack(app, "ai-staging", { environment: "Staging", region: "eu-west-1", keys: [{ provider: "anthropic" }, { provider: "openai" }] }); // never initialized
app.synth();
`;

describeWithAws("the commands that ask AWS", () => {
  let lab: Lab;
  let secrets: SecretsManagerClient;
  let iam: IAMClient;
  let arn = "";
  let readPolicy = "";

  beforeAll(async () => {
    lab = await openLab(PROGRAM);
    const config = { endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
    secrets = new SecretsManagerClient(config);
    await lab.aws.makeRole("my-app");
    await lab.aws.makeRole("not-listed");
    await lab.sandbox.apply({ ai_api_key: KEY });
    arn = String(lab.sandbox.state()?.outputs.api_secret_arn?.value);
    readPolicy = String(lab.sandbox.state()?.outputs.read_policy_arn?.value);

    iam = new IAMClient(config);
    await iam.send(new AttachRolePolicyCommand({ RoleName: "not-listed", PolicyArn: readPolicy }));
  });
  afterAll(async () => {
    secrets?.destroy();
    iam?.destroy();
    await lab?.close();
  });

  /** Runs a command, and gives its exit code with what it printed; keys are in none of it. */
  const aiKey = async (args: string, settings: NodeJS.ProcessEnv = {}) => {
    const output = await runAiKey(lab.sandbox, args, settings);
    for (const secret of [KEY, OTHER, UNSTORED, "    at "]) {
      expect(output).not.toContain(secret);
    }
    return output;
  };

  /** In a process of its own: in jest, Node's errors are none of the errors that the SDK knows. */
  const aiKeyByShell = async (args: string, settings: NodeJS.ProcessEnv) =>
    (await lab.sandbox.shell(`code=0; node bin/ai-key.js ${args} || code=$?; echo "exit code $code"`, settings)).output;

  test("the documented commands find everything in order, right after a deploy", async () => {
    const script = block("docs/ops.md", "sh", "ai-key verify");
    const { output } = await lab.sandbox.shell(script, { TF_VAR_ai_api_key: KEY });

    for (const name of ["Secret", "Deletion", "Encryption", "Resource policy", "Replicas", "AWSCURRENT", "Key", "State"]) {
      expect(output).toMatch(new RegExp(`^yes  ${name} `, "m"));
    }
    expect(output).toMatch(new RegExp(`^${PARTNER} +yes +elsewhere +NO, denied by DenyPartners *$`, "m"));
    expect(output).toMatch(new RegExp(`^${READER} +yes +yes +yes, unless DenyFromElsewhere denies it *$`, "m"));
    expect(output).toMatch(/role\/not-listed +no +yes +NO, denied *$/m);
    expect(output).toContain("DenyFromElsewhere: secretsmanager:GetSecretValue to * where StringNotEquals aws:SourceVpce vpce-1a2b3c4d");
    expect(output).toContain("Everyone else  denied");
    expect(output).toContain(`${arn} is not scheduled for deletion`);
    expect(output).not.toContain(KEY);
  });

  test("without a name, each stack whose state can be read is asked for, and the others are left out by name", async () => {
    const [verified, listed] = await Promise.all([aiKey("verify"), aiKey("list")]);
    for (const output of [verified, listed]) {
      expect(output).toMatch(/^Left out: ai-staging\. The state of ai-staging can't be read: .* Try terraform init/m);
      expect(output).toContain("exit code 0");
    }
    expect(listed).toMatch(new RegExp(`^ai-secret +ai/production/api-key +${arn} +1 +20\\d\\d-\\S+Z +- +-$`, "m"));
    expect(await aiKey("list ai-staging")).toMatch(/^The state of ai-staging can't be read: .*\nexit code 2$/m);
  });

  test("a stack's name stands for its secrets, and a read policy of another secret says nothing about this one", async () => {
    expect(await aiKey("access ai-secret")).toMatch(new RegExp(`${READER} +yes +yes +yes`));

    const other = arn.replace("production", "staging");
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: other },
    });
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "other", PolicyDocument }));
    expect(await aiKey(`access ${arn} --policy ${Policy?.Arn}`)).toMatch(
      new RegExp(`is not for ${arn}, but for ${other}:.*exit code 2`, "s"),
    );
  });

  test("a key's number is that of its stack, whose keys are told when there are several", async () => {
    const [production, staging, unsaid, wrong] = await Promise.all([
      aiKey("key-version ai-secret", { TF_VAR_ai_api_key: KEY }),
      aiKey("key-version ai-staging --provider openai", { TF_VAR_openai_api_key: OPENAI }),
      aiKey("key-version ai-staging", { TF_VAR_ai_api_key: KEY }),
      aiKey("key-version --provider anthropic", { TF_VAR_anthropic_api_key: OPENAI }),
    ]);
    expect(production).toBe(`${keyVersion(KEY, "ai/production/api-key")}\nexit code 0\n`);
    expect(staging).toBe(`${keyVersion(OPENAI, "ai/staging/openai-api-key")}\nexit code 0\n`);
    expect(unsaid).toBe("The stack ai-staging has several keys: say one by --provider. It has: anthropic, openai.\nexit code 1\n");
    expect(wrong).toMatch(/^anthropic_api_key seems to be a key of OpenAI, not of Anthropic, [\s\S]*exit code 1\n$/);
  });

  test("verify reads the state when Terraform warns of its own configuration", async () => {
    const output = await aiKey("verify", { TF_CLI_CONFIG_FILE: "/no/such/file", TF_VAR_ai_api_key: KEY });
    expect(output).toMatch(/^yes +State /m);
    expect(output).toContain("exit code 0");
  });

  test("a file that Terraform takes keys from, in place of the environment, is refused, and verify says what it has done", async () => {
    const { sandbox, aws } = lab;
    const file = join(sandbox.stackFolder, "terraform.tfvars");
    const number = String(keyVersion(UNSTORED, "ai/production/api-key"));
    writeFileSync(file, `ai_api_key = "${KEY}"\n`);
    await sandbox.apply({ ai_api_key: UNSTORED, ai_api_key_version: number });
    expect(await aws.secretValue(arn)).toBe(KEY);

    const refused =
      /^cdktf\.out\/stacks\/ai-secret\/terraform\.tfvars: Terraform takes these values in place of TF_VAR_….*\nexit code 1\n$/;
    const variables = { TF_VAR_ai_api_key: UNSTORED };
    expect(await aiKey("key-version ai-secret", variables)).toMatch(refused);
    expect(await aiKey("key-version", variables)).toMatch(refused);
    expect(await aiKey("verify ai-secret", variables)).toMatch(/^NO +Variables +cdktf\.out\/stacks\/ai-secret\/terraform\.tfvars: /m);

    rmSync(file);
    const verified = await aiKey("verify ai-secret", variables);
    expect(verified).toMatch(
      new RegExp(`^NO +Key .*the deploy of version ${number} stored it, and this is the number of the one in TF_VAR_`, "m"),
    );
    expect(verified).not.toContain("Variables");
  });

  test("verify tells a forgotten version from a key that was stored by hand, and sees a policy that is gone", async () => {
    const forgotten = await aiKey("verify ai-secret", { TF_VAR_ai_api_key: OTHER });
    expect(forgotten).toMatch(/^NO +Key .*the number of ai-key key-version as TF_VAR_ai_api_key_version$/m);
    expect(forgotten).toContain("exit code 1");

    await secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: OTHER }));
    await secrets.send(new DeleteResourcePolicyCommand({ SecretId: arn }));
    const byHand = await aiKey("verify --json", { TF_VAR_ai_api_key: KEY });
    expect(byHand).toContain("exit code 1");
    const { ok, parts } = JSON.parse(byHand.slice(0, byHand.indexOf("exit code")));
    expect(ok).toBe(false);
    const wrong = parts[0].checks.filter(({ holds }: { holds: boolean | null }) => holds === false);
    expect(wrong.map(({ name }: { name: string }) => name)).toEqual(["Resource policy", "AWSCURRENT", "Label", "Key"]); // moto drops labels of one's own
    expect(byHand).toContain("somebody stored it by hand");
  });

  test("verify --live asks with the stored key, and tells one that was revoked", async () => {
    const asked: (string | undefined)[] = [];
    const api = await startServer(({ headers }, response) => {
      asked.push(headers.authorization);
      response.writeHead(headers.authorization === `Bearer ${OTHER}` ? 200 : 401).end("{}");
    });
    const live = `verify --live --provider openai --base-url ${api.url}`;

    const accepted = await aiKey(live);
    await secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: KEY }));
    const refused = await aiKey(live, { TF_VAR_ai_api_key: OTHER });
    await api.close();
    expect(accepted).toMatch(/^yes +Live +127\.0\.0\.1:\d+ accepts it$/m);
    expect(refused).toMatch(/^NO +Live +127\.0\.0\.1:\d+ refuses it \(HTTP 401\)/m);
    expect(asked).toEqual([`Bearer ${OTHER}`, `Bearer ${KEY}`]);
  });

  test("access without a list says that others may read, by the policy that it is told", async () => {
    const output = await aiKey(`access ${arn} --policy ${readPolicy}`);
    expect(output).toMatch(new RegExp(`${READER} +no list +yes +yes`));
    expect(output).toContain("Everyone else  not denied");
    expect(output).toContain("exit code 0");
  });

  test("a secret that is scheduled for deletion is told, restored, and said how to adopt", async () => {
    const replica = { SecretId: arn, AddReplicaRegions: [{ Region: "eu-west-1" }] };
    await secrets.send(new ReplicateSecretToRegionsCommand(replica));
    expect(await aiKey("verify")).toMatch(/^NO +Replicas +eu-west-1: not declared$/m);
    await secrets.send(new RemoveRegionsFromReplicationCommand({ SecretId: arn, RemoveReplicaRegions: ["eu-west-1"] }));

    await secrets.send(new DeleteSecretCommand({ SecretId: arn }));
    const [verified, shown] = await Promise.all([aiKey("verify"), aiKey("access ai/production/api-key")]);
    expect(verified).toMatch(/^NO +Deletion .*ai-key restore/m);
    expect(shown).toMatch(/scheduled for deletion.*exit code 1/s);

    renameSync(lab.sandbox.stateFile, `${lab.sandbox.stateFile}.lost`);
    const [lost, listed] = await Promise.all([aiKey("verify ai-secret"), aiKey("list ai-secret")]);
    expect(lost).toMatch(/^NO +Secret +not in the state; .* is scheduled for deletion: bring it back with ai-key restore ai\/production/m);
    expect(listed).toMatch(/ai\/production\/api-key +arn:\S+ +- +- +on 20\d\d-\d\d-\d\d /);
    expect(listed).toContain("AWS has it, and the state does not");

    const restored = await aiKey("restore ai-secret");
    expect(await aiKey("verify ai-secret")).toMatch(new RegExp(`^NO +Secret +not in the state, but AWS has ${arn}: `, "m"));
    renameSync(`${lab.sandbox.stateFile}.lost`, lab.sandbox.stateFile);
    expect(restored).toContain(`Restored ${arn}`);
    expect(restored).toContain(`adoptSecretArn: "${arn}"`);
    expect(restored).toContain("exit code 0");
    expect((await lab.aws.describeSecret(arn))?.DeletedDate).toBeUndefined();
  });

  test("a shared state that is gone has older versions in its bucket, and says so", async () => {
    const bucket = { Bucket: "states" };
    const s3 = new S3Client({ endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS, forcePathStyle: true });
    await s3.send(new CreateBucketCommand(bucket));
    await s3.send(new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await s3.send(new PutObjectCommand({ ...bucket, Key: "ai-secret/terraform.tfstate", Body: "{}" }));
    await s3.send(new DeleteObjectCommand({ ...bucket, Key: "ai-secret/terraform.tfstate" }));
    s3.destroy();

    const stateIn = (key: string) => {
      const backend = { s3: { bucket: "states", key, region: "us-east-1" } };
      return lostStateCheck({ stack: new SynthesizedStack("ai-secret", { terraform: { backend } }), state: undefined });
    };
    const env = { ...process.env };
    Object.assign(process.env, lab.sandbox.environment({}));
    const [gone, never] = await Promise.all([stateIn("ai-secret/terraform.tfstate"), stateIn("ai-secret/terraform")]);
    process.env = env;
    expect(gone).toMatchObject({ holds: false, text: expect.stringMatching(/^there is none, but states has older versions of ai-secret/) });
    expect(never).toBeUndefined();
  });

  test.each<[Fault, string]>([
    ["expired", "The AWS credentials have expired."],
    ["throttled", "AWS throttles the account's requests."],
    ["denied", "AWS denies it: User is not authorized"],
  ])("an AWS that answers %s gets one line, and code 2", async (fault, line) => {
    const proxy = await startAwsProxy(lab.sandbox.endpoint, ([call], response) => (call ? answerWith(fault, call, response) : undefined));
    try {
      const output = await aiKey(`restore ${arn}`, { AWS_ENDPOINT_URL: proxy.endpoint });
      expect(output).toMatch(new RegExp(`^${line}[^\n]*\nexit code 2\n$`));
    } finally {
      await proxy.close();
    }
  });

  test("behind a proxy, each command asks through it, and directly what NO_PROXY names", async () => {
    const { port } = new URL(lab.sandbox.endpoint);
    const proxy = await startConnectProxy(() => ({ port: Number(port) }));
    const settings = { AWS_ENDPOINT_URL: "http://aws.invalid:4566", http_proxy: proxy.url, NO_PROXY: "", no_proxy: "" };
    try {
      for (const command of ["verify ai-secret", `access ${arn}`, `restore ${arn}`, "list ai-secret"]) {
        proxy.asked.splice(0);
        expect(await aiKey(command, settings)).toContain(arn);
        expect(new Set(proxy.asked)).toEqual(new Set(["aws.invalid:4566"]));
      }
      proxy.asked.splice(0);
      expect(await aiKeyByShell(`restore ${arn}`, { ...settings, no_proxy: ".invalid" })).toMatch(
        /aws\.invalid.* can't be reached.*exit code 2/s,
      );
      expect(proxy.asked).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  test("what is not there, and an AWS that can't be reached, have codes of their own", async () => {
    const [missing, unknown, unreachable] = await Promise.all([
      aiKey("restore no-such-secret"),
      aiKey("verify no-such-stack"),
      aiKeyByShell(`restore ${arn}`, { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }),
    ]);
    expect(missing).toMatch(/There is no secret no-such-secret in us-east-1.*exit code 1/s);
    expect(unknown).toMatch(/There is no stack no-such-stack.*exit code 2/s);
    expect(unreachable).toMatch(/AWS_ENDPOINT_URL \(http:\/\/127.0.0.1:9\) can't be reached.*exit code 2/s);
  });
});
