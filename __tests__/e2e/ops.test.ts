import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from "@aws-sdk/client-secrets-manager";
import { BucketView } from "../../lab/aws/bucket-view";
import { KeyScanner } from "../../lab/leak-proof/key-scanner";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { randomKey } from "../../lab/random-key";
import { block } from "../support/documents";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { commitLockFile } from "../support/lock-file";
import { needAwsCli } from "../support/needs";
import { TERRAFORM } from "../support/page-commands";
import { PageShell } from "../support/page-shell";
import { clearStateBucket, makeStateBucket, STATE_BUCKET, STATE_KEY } from "../support/state-bucket";
import { STRANGERS_PROVIDER, strangersProvider } from "../support/strangers-provider";

const OPS = "docs/ops.md";

const LEAKED = randomKey();
const FIRST = { ai_api_key: randomKey() };

const constants = (kmsKeyArn: string) => `
const STATE_BUCKET = "${STATE_BUCKET}";
const STATE_KMS_KEY_ARN = "${kmsKeyArn}";
`;

/** A stack as it was before it came here: the key is in its state. */
const leaking = (kmsKeyArn: string) => `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { App, S3Backend, TerraformStack, TerraformVariable } from "cdktf";
${constants(kmsKeyArn)}
const app = new App();
const stack = new TerraformStack(app, "ai-secret");
new S3Backend(stack, { bucket: STATE_BUCKET, key: "${STATE_KEY}", region: "us-east-1", encrypt: true, kmsKeyId: STATE_KMS_KEY_ARN });
new AwsProvider(stack, "aws", { region: "us-east-1" });
const key = new TerraformVariable(stack, "ai_api_key", { type: "string", sensitive: true });
const secret = new SecretsmanagerSecret(stack, "secret", { name: "leaking" });
new SecretsmanagerSecretVersion(stack, "version", { secretId: secret.id, secretString: key.stringValue });
app.synth();
`;

/** The documented program, with what the key has besides. */
const documented = (kmsKeyArn: string, key: string) => `
import { App } from "cdktf";
import { AiKeyStack, BootstrapStack } from "./lib";
${constants(kmsKeyArn)}
const app = new App();
${block("docs/setup.md", "ts", "const shared").replace('region: "us-east-1", state:', `region: "us-east-1", keys: [${key}], state:`)}
app.synth();
`;

/** The two documented ways to the ARN, in a stack of its own. */
const consumer = (kmsKeyArn: string) => `
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, DataTerraformRemoteStateS3, TerraformOutput, TerraformStack } from "cdktf";
${constants(kmsKeyArn)}
const app = new App();
const stack = new TerraformStack(app, "ai-secret");
new AwsProvider(stack, "aws", { region: "us-east-1" });
{
${block(OPS, "ts", "DataTerraformRemoteStateS3")}
}
${block(OPS, "ts", "DataAwsSsmParameter")}
app.synth();
`;

describeWithAws("docs/ops.md", () => {
  let lab: Lab;
  let page: PageShell;
  let leakProof: LeakProof;
  let bucket: BucketView;
  let secrets: SecretsManagerClient;
  let kmsKeyArn = "";
  let arn = "";

  beforeAll(async () => {
    needAwsCli();
    lab = await openLab(async (endpoint) => {
      kmsKeyArn = await makeStateBucket(endpoint);
      return documented(kmsKeyArn, "{}");
    });
    page = new PageShell(lab.sandbox, OPS);
    leakProof = new LeakProof({ first: FIRST.ai_api_key });
    const { endpoint } = lab.sandbox;
    commitLockFile(lab.sandbox);
    const config = { endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
    secrets = new SecretsManagerClient(config);
    bucket = new BucketView(endpoint, "us-east-1", STATE_BUCKET);
  });
  afterAll(async () => {
    leakProof?.stop();
    bucket?.close();
    secrets?.destroy();
    await lab?.close();
  });

  const leaks = async () => {
    const scanner = new KeyScanner({ leaked: LEAKED });
    return (await bucket.versions()).flatMap(({ key, text }) => scanner.scan(key, Buffer.from(text)));
  };

  const step = inOrder();

  step("look: the outputs and the resources are there for whoever has the state", async () => {
    await lab.sandbox.apply(FIRST);
    arn = (await lab.aws.describeSecret("ai/production/api-key"))?.ARN ?? "";
    const { output } = await page.type("terraform -chdir=cdktf.out/stacks/ai-secret state show");

    expect(output).toContain(`api_secret_arn = "${arn}"`);
    expect(output).toContain("aws_secretsmanager_secret_version.");
    expect(output).toMatch(/name +=.*"ai\/production\/api-key"/);
  });

  step("look: who may read the key", async () => {
    const { output } = await page.type("list-entities-for-policy");
    expect(output).toContain('"PolicyRoles": []');
    expect(output).toContain(arn);
  });

  step("ask AWS: the commands find the secret by the shared state, and say what is missing without credentials", async () => {
    const { output } = await page.type("ai-key verify", { TF_VAR_ai_api_key: FIRST.ai_api_key });
    expect(output).toMatch(/^yes +Key /m);
    expect(output).toContain(`${arn} is not scheduled for deletion`);

    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", TF_LOG_CORE: "off" };
    const asked = await lab.sandbox.shell("npx --no ai-key verify || echo exit code $?", none);
    expect(asked.output).toMatch(/There are no AWS credentials: log in, .*\nexit code 2$/m);
    expect(asked.output).not.toContain("init");
  });

  step("a plan without the key finds nothing to do, and finds what somebody changed by hand", async () => {
    await secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: FIRST.ai_api_key })); // a key is no drift
    const { output } = await page.type("-detailed-exitcode");
    expect(output).toContain("No changes.");

    await secrets.send(new TagResourceCommand({ SecretId: arn, Tags: [{ Key: "ManagedBy", Value: "hand" }] }));
    await expect(page.type("-detailed-exitcode")).rejects.toThrow("sh exited with code 2");
    await lab.sandbox.apply(FIRST);
  });

  step("a plan finds a resource policy that somebody has put there, and a deploy takes it away", async () => {
    const Statement = { Effect: "Allow", Principal: { AWS: "999999999999" }, Action: "secretsmanager:GetSecretValue", Resource: "*" };
    const ResourcePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
    await secrets.send(new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy }));
    await expect(page.type("-detailed-exitcode")).rejects.toThrow("sh exited with code 2");
    await lab.sandbox.apply(FIRST);
    expect((await secrets.send(new GetResourcePolicyCommand({ SecretId: arn }))).ResourcePolicy).toBeUndefined();
  });

  step("a rotation out of turn starts", async () => {
    const { output } = await page.type("rotate-secret");
    expect(output).toContain('"VersionId"');
  });

  step("a stuck lock is freed by the ID that a plan prints", async () => {
    const lock = { ID: randomUUID(), Operation: "OperationTypeApply", Who: "me@here", Created: new Date().toISOString() };
    await bucket.put(`${STATE_KEY}.tflock`, JSON.stringify(lock));
    await expect(page.type("-detailed-exitcode")).rejects.toThrow(lock.ID);

    await page.type("force-unlock", {}, { "f7d27f4c-37f0-4b41-9ad8-2a0d7fa9b2f5": lock.ID });
    await page.type("-detailed-exitcode");
  });

  step("a damaged state is put right by its last good version, and a lost one by what AWS has", async () => {
    await bucket.put(STATE_KEY, "{}");
    await expect(page.type("-detailed-exitcode")).rejects.toThrow("sh exited with code 1");

    const listed = await page.type("Versions[].[");
    const versions = listed.output
      .split("\n")
      .map((line) => line.split("\t"))
      .filter(([, , key]) => key === STATE_KEY);
    const [, good = ""] = versions.sort(([a = ""], [b = ""]) => b.localeCompare(a))[1] ?? [];
    await page.type("copy-object", {}, { "3HL4kqtJlcpXroDTDmJrmSpXd3dIbrHY": good });
    await page.type("-detailed-exitcode");

    expect((await page.type("ai-key restore ai-secret")).output).toContain(`keys: [{ adoptSecretArn: "${arn}" }]`);
  });

  step("a state that names a stranger's provider: init fails and runs nothing of it, where a plan would", async () => {
    const { sandbox } = lab;
    const { settings, hasRun } = strangersProvider(sandbox);
    const good = (await bucket.versions()).find(({ key }) => key === STATE_KEY)?.text ?? "";
    const { serial, resources, ...others } = JSON.parse(good);
    const instances = [{ schema_version: 0, attributes: { id: "1" }, sensitive_attributes: [] }];
    const evil = { mode: "managed", type: "evil_thing", name: "any", provider: `provider["${STRANGERS_PROVIDER}"]`, instances };
    await bucket.put(STATE_KEY, JSON.stringify({ ...others, serial: serial + 1, resources: [...resources, evil] }));

    await expect(page.type("state show", settings)).rejects.toThrow("Provider dependency changes detected");
    expect(hasRun()).toBe(false);

    await sandbox.shell('cd cdktf.out/stacks/ai-secret; "$PROGRAM" init; ! "$PROGRAM" plan', {
      ...settings,
      PROGRAM: TERRAFORM,
      TF_VAR_ai_api_key: FIRST.ai_api_key,
    });
    expect(hasRun()).toBe(true);
    await bucket.put(STATE_KEY, JSON.stringify({ ...others, serial: serial + 2, resources }));
  });

  step(
    "a state that holds a key: the documented commands keep the secret, store a new key, and leave no version with the old one",
    async () => {
      const { sandbox } = lab;
      await clearStateBucket(sandbox.endpoint); // as another stack, which was never here
      await sandbox.use(leaking(kmsKeyArn));
      await sandbox.terraform(["init", "-reconfigure"], {});
      await sandbox.apply({ ai_api_key: LEAKED });
      commitLockFile(sandbox);
      arn = (await lab.aws.describeSecret("leaking"))?.ARN ?? "";
      expect(await leaks()).not.toEqual([]);

      await page.type("state rm");
      await sandbox.use(documented(kmsKeyArn, `{ adoptSecretArn: "${arn}", publishArnTo: "/ai/api-secret-arn" }`));
      const reconfigure = { "TF_CLI_ARGS_init=-reconfigure": 'TF_CLI_ARGS_init="-reconfigure $TF_CLI_ARGS_init"' }; // which holds what a loopback address needs
      await page.type("NEW_AI_API_KEY", { NEW_AI_API_KEY: FIRST.ai_api_key }, reconfigure);
      expect(await lab.aws.secretValue(arn)).toBe(FIRST.ai_api_key);
      expect(await lab.aws.secretValue(arn, "AWSPREVIOUS")).toBe(LEAKED);
      expect(await leaks()).not.toEqual([]);

      await page.type("delete-object");
      expect(await leaks()).toEqual([]);
      expect(page.left).toEqual([]);
    },
  );

  step("another stack gets the ARN from the shared state, and by the SSM parameter without it", async () => {
    const { sandbox } = lab;
    await sandbox.use(consumer(kmsKeyArn));
    await sandbox.terraform(["init", "-reconfigure"], {});
    await sandbox.apply({});
    expect(sandbox.state()?.outputs).toMatchObject({ arn: { value: arn }, arn_by_parameter: { value: arn } });
  });

  step("no key is in what all that leaves behind", async () => {
    for (const [index, { text }] of (await bucket.versions()).entries()) {
      writeFileSync(join(lab.sandbox.folder, `version-${index}.json`), text);
    }
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
