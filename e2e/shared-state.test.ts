import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, GetObjectCommand, ListObjectVersionsCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { DUMMY_CREDENTIALS } from "../cli/rehearsal/child-environment";
import { unwrapped } from "../cli/rehearsal/expect";
import { KeyScanner } from "../cli/rehearsal/key-scanner";
import { describeFindings } from "../cli/rehearsal/leak-proof";
import { randomKey } from "../cli/rehearsal/random-key";
import { startAwsProxy } from "./support/aws-proxy";
import { describeWithAws, type Lab, openLab } from "./support/lab";

const FIRST = randomKey();
const SECOND = randomKey();

const program = (state = "") => `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", { region: "us-east-1", ${state} });
app.synth();
`;

describeWithAws("a state that is shared in S3", () => {
  let lab: Lab;
  let s3: S3Client;
  let kmsKeyArn = "";

  beforeAll(async () => {
    lab = await openLab(program());
    const config = { endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
    s3 = new S3Client({ ...config, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "states" }));
    await s3.send(new PutBucketVersioningCommand({ Bucket: "states", VersioningConfiguration: { Status: "Enabled" } }));
    const kms = new KMSClient(config);
    kmsKeyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    kms.destroy();

    await lab.sandbox.apply({ ai_api_key: FIRST });
  });
  afterAll(async () => {
    s3?.destroy();
    await lab?.close();
  });

  /** Every version of the state, as S3 has it. */
  async function versions(): Promise<{ encryption: string; text: string }[]> {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: "states", Prefix: "ai-secret/terraform.tfstate" }));
    return Promise.all(
      Versions.filter(({ Key }) => Key === "ai-secret/terraform.tfstate").map(async ({ Key, VersionId }) => {
        const { Body, SSEKMSKeyId = "" } = await s3.send(new GetObjectCommand({ Bucket: "states", Key, VersionId }));
        return { encryption: SSEKMSKeyId, text: (await Body?.transformToString()) ?? "" };
      }),
    );
  }

  test("a local state moves into the bucket, and a plan finds nothing to do there", async () => {
    const { sandbox } = lab;
    await sandbox.use(
      program(`state: { bucket: "states", key: "ai-secret/terraform.tfstate", region: "us-east-1", kmsKeyArn: "${kmsKeyArn}" }`),
    );
    await sandbox.terraform(["init", "-migrate-state", "-force-copy"], {});

    expect(await sandbox.tryTerraform(["plan", "-detailed-exitcode"], { ai_api_key: randomKey() })).toMatchObject({ exitCode: 0 });
    expect((await versions()).length).toBeGreaterThan(0);
  });

  test("two deploys at once: the second is refused, and told who has the lock; the first loses nothing", async () => {
    const rotation = { ai_api_key: SECOND, ai_api_key_version: "2" };
    const { endpoint } = lab.sandbox;
    let arrive = () => {};
    let release = (_: undefined) => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const released = new Promise<undefined>((resolve) => {
      release = resolve;
    });
    const proxy = await startAwsProxy(endpoint, (action) => {
      if (action !== "PutSecretValue") {
        return undefined;
      }
      arrive();
      return released;
    });

    try {
      lab.sandbox.endpoint = proxy.endpoint;
      const first = lab.sandbox.apply(rotation);
      lab.sandbox.endpoint = endpoint;
      await Promise.race([arrived, first]);
      const second = await lab.sandbox.tryTerraform(["apply", "-auto-approve"], rotation);
      release(undefined);
      await first;

      expect(second.exitCode).not.toBe(0);
      expect(unwrapped(second.output)).toMatch(/Error acquiring the state lock.*Who: +\S+@/);
      expect(await lab.aws.secretValue("ai/production/api-key")).toBe(SECOND);
    } finally {
      release(undefined);
      await proxy.close();
    }
  });

  test("no version of the state holds a key, and each is encrypted by the given KMS key", async () => {
    const scanner = new KeyScanner({ first: FIRST, second: SECOND });
    const all = await versions();

    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all.map(({ encryption }) => encryption))).toEqual(new Set([kmsKeyArn]));
    expect(describeFindings(all.flatMap(({ text }) => scanner.scan("a version of the state", Buffer.from(text))))).toEqual([]);
    expect(describeFindings(scanner.scanFolder(lab.sandbox.folder))).toEqual([]);
  });
});
