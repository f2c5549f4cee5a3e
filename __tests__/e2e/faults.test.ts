import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { declaredSecrets } from "../../cli/declared-secret";
import { findLiveSecret } from "../../cli/verify/live-secret";
import { secretChecks } from "../../cli/verify/secret-checks";
import { BucketView } from "../../lab/aws/bucket-view";
import { freePort } from "../../lab/aws/local-aws";
import { unwrapped } from "../../lab/expect";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import type { CommandResult } from "../../lab/process/command";
import { Session } from "../../lab/process/session";
import { randomKey } from "../../lab/random-key";
import type { Variables } from "../../lab/sandbox/sandbox";
import type { TerraformState } from "../../lab/terraform/state";
import { SAYS } from "../../lab/terraform/terraform-says";
import { runAiKey } from "../support/ai-key-command";
import { attachProvider } from "../support/attached-provider";
import { AwsClients } from "../support/aws-clients";
import { answerError, answerWith } from "../support/aws-fault";
import { type AwsProxy, type Intercept, startAwsProxy } from "../support/aws-proxy";
import { block } from "../support/documents";
import { inOrder } from "../support/in-order";
import { KeyReader } from "../support/key-reader";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { withPrograms } from "../support/page-commands";
import { makeStateBucket, STATE_BUCKET, STATE_KEY } from "../support/state-bucket";
import { VersionLabels } from "../support/version-labels";

const SECRET = "ai/production/api-key";
const PUT = "secretsmanager:PutSecretValue";

const KEYS = {
  first: randomKey(),
  second: randomKey(),
  third: randomKey(),
  fourth: randomKey(),
  fifth: randomKey(),
  rotated: randomKey(),
  rotatedAgain: randomKey(),
  sixth: randomKey(),
  openai: randomKey("openai"),
};

const FIRST = { ai_api_key: KEYS.first };
const SECOND = { ai_api_key: KEYS.second, ai_api_key_version: "2" };
const THIRD = { ai_api_key: KEYS.third, ai_api_key_version: "3" };
const FOURTH = { ai_api_key: KEYS.fourth, ai_api_key_version: "4" };
const FIFTH = { ai_api_key: KEYS.fifth, ai_api_key_version: "5" };
const SIXTH = { ai_api_key: KEYS.sixth, ai_api_key_version: "6" };

const program = (kmsKeyArn: string, key = "{}") => `
import { App } from "cdktf";
import { AiKeyStack } from "./lib";

const app = new App();
new AiKeyStack(app, "ai-secret", {
  environment: "Production",
  region: "us-east-1",
  state: { bucket: "${STATE_BUCKET}", key: "${STATE_KEY}", region: "us-east-1", kmsKeyArn: "${kmsKeyArn}" },
  keys: [${key}],
});
app.synth();
`;

describeWithAws("a deploy that fails in the middle, with a shared state", () => {
  let lab: Lab;
  let leakProof: LeakProof;
  let proxy: AwsProxy;
  let bucket: BucketView;
  let reader: KeyReader;
  let kmsKeyArn = "";

  /** Has the provider that is attached: what is killed is a command with a provider of its own. */
  const survivor = new Session();

  /** AWS's labels of versions, for the steps that need them. */
  let labels: VersionLabels;

  /** What the proxy does with the requests of Terraform. */
  let intercept: Intercept = () => undefined;

  beforeAll(async () => {
    lab = await openLab(
      async (endpoint) => {
        kmsKeyArn = await makeStateBucket(endpoint);
        return program(kmsKeyArn);
      },
      { ownProviders: true },
    );
    leakProof = new LeakProof(KEYS);
    const { sandbox } = lab;
    const { endpoint } = sandbox;
    bucket = new BucketView(endpoint, "us-east-1", STATE_BUCKET);

    reader = new KeyReader(lab.aws, SECRET);
    proxy = await startAwsProxy(endpoint, async (...request) => {
      await reader.read();
      return intercept(...request);
    });
    sandbox.endpoint = proxy.endpoint;
    sandbox.settings = await attachProvider(sandbox, survivor);
  });
  afterAll(async () => {
    leakProof?.stop();
    bucket?.close();
    await proxy?.close();
    await survivor.close();
    await lab?.close();
  });

  const inOrderStep = inOrder();
  const step = (title: string, run: () => Promise<void>) =>
    inOrderStep(title, async () => {
      intercept = () => undefined;
      await run();
    });

  const tryApply = (variables: Variables) => lab.sandbox.tryTerraform(["apply", "-auto-approve"], variables);

  /** Deploys, and kills Terraform and the provider at the moment when the key is on its way to AWS. */
  async function applyAndKill(variables: Variables): Promise<void> {
    intercept = ([call]) => {
      if (call?.action !== PUT) {
        return undefined;
      }
      lab.session.killChildren();
      return "handled";
    };
    const { settings } = lab.sandbox;
    lab.sandbox.settings = {};
    expect((await tryApply(variables)).killedBy).toBe("SIGKILL");
    lab.sandbox.settings = settings;
    intercept = () => undefined;
  }

  /** Frees the lock by what the refused command says. */
  async function unlock({ exitCode, output }: CommandResult): Promise<void> {
    expect(exitCode).not.toBe(0);
    const [, id = ""] = unwrapped(output).match(/Error acquiring the state lock.* ID: +(\S+) .*Who: +\S+@/) ?? [];
    const commands = withPrograms(block("docs/ops.md", "sh", "force-unlock"));
    await lab.sandbox.shell(commands.replace(/^LOCK_ID=.*$/m, `LOCK_ID=${id}`), {});
  }

  /** Every version of the state in S3, from the first on. */
  async function history(): Promise<TerraformState[]> {
    const states: (TerraformState & { serial: number })[] = (await bucket.versions())
      .filter(({ key }) => key === STATE_KEY)
      .map(({ text }) => JSON.parse(text));
    return states.sort((one, other) => one.serial - other.serial);
  }

  /** What `ai-key verify` says of the secret. */
  async function verified(secrets: SecretsManagerClient): Promise<Record<string, boolean | undefined>> {
    const [declared] = declaredSecrets(lab.sandbox.synthesized(), (await history()).at(-1));
    const live = await findLiveSecret(secrets, declared?.arn ?? "", undefined);
    const checks = declared && live ? secretChecks(declared, live) : [];
    return Object.fromEntries(checks.map(({ name, holds }) => [name, holds]));
  }

  step("killed while it creates: the lock stays, and the secret that was made is taken over by its ARN, and gets the key", async () => {
    const { sandbox, aws } = lab;
    await applyAndKill(FIRST);
    const made = await aws.describeSecret(SECRET);
    expect(made?.VersionIdsToStages ?? {}).toEqual({});

    await unlock(await tryApply(FIRST));
    const second = await tryApply(FIRST);
    expect(unwrapped(second.output)).toContain(`the secret ${SECRET} already exists`);

    await sandbox.use(program(kmsKeyArn, `{ adoptSecretArn: "${made?.ARN}" }`));
    await sandbox.apply(FIRST);
    expect((await sandbox.terraform(["output", "-raw", "api_secret_arn"], {})).output).toBe(made?.ARN);
    expect(await aws.secretValue(SECRET)).toBe(KEYS.first);
  });

  step("killed during a rotation: the lock stays, the old key stays in use, and the next one stores the new key", async () => {
    await applyAndKill(SECOND);
    expect(await lab.aws.secretValue(SECRET)).toBe(KEYS.first);

    await unlock(await tryApply(SECOND));
    await lab.sandbox.apply(SECOND);
    expect(await lab.aws.secretValue(SECRET)).toBe(KEYS.second);
    expect(await lab.aws.secretValue(SECRET, "AWSPREVIOUS")).toBe(KEYS.first);
  });

  step(
    "a state bucket that can't be reached: refused by itself in less than a minute, with the bucket's name, and without a lock",
    async () => {
      const start = Date.now();
      const nowhere = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await freePort()}` };
      await expect(lab.sandbox.apply(THIRD, nowhere)).rejects.toThrow(new RegExp(`${STATE_BUCKET}.*connection refused`, "s"));
      expect(Date.now() - start).toBeLessThan(60_000);
    },
  );

  step("credentials that have expired: refused, in words that say so, and without a lock", async () => {
    intercept = ([call], response) => call && answerWith("expired", call, response);
    const { exitCode, output } = await tryApply(THIRD);
    expect(exitCode).not.toBe(0);
    expect(unwrapped(output)).toContain("ExpiredToken: The security token included in the request is expired");
  });

  step(
    "credentials that expire before the state is saved: Terraform keeps it in a file, and once that is pushed nothing is left to do",
    async () => {
      const { sandbox, aws } = lab;
      let expired = false;
      intercept = ([call], response) => {
        expired ||= call?.action === "s3:PutObject" && call.resources.some((arn) => arn.endsWith(STATE_KEY));
        return expired && call ? answerWith("expired", call, response) : undefined;
      };
      const { exitCode, output } = await tryApply(THIRD);
      expect(exitCode).not.toBe(0);
      expect(unwrapped(output)).toMatch(/ExpiredToken.*state push errored\.tfstate.*Error releasing the state lock/);
      intercept = () => undefined;

      const push = ["state", "push", "errored.tfstate"];
      await unlock(await sandbox.tryTerraform(push, {}));
      await sandbox.terraform(push, {});
      expect(await sandbox.tryTerraform(["plan", "-detailed-exitcode"], THIRD)).toMatchObject({ exitCode: 0 });
      expect(await aws.secretValue(SECRET)).toBe(KEYS.third);
      expect(await aws.secretValue(SECRET, "AWSPREVIOUS")).toBe(KEYS.second);
    },
  );

  step(
    "an AWS that answers 500 to the first request of each kind, and then throttles: retried, and the new key is stored once",
    async () => {
      const requests: Record<string, number> = {};
      intercept = ([call], response) => {
        if (!call) {
          return undefined;
        }
        requests[call.action] = (requests[call.action] ?? 0) + 1;
        if (requests[call.action] === 1) {
          return answerWith("failing", call, response);
        }
        return call.action === PUT && requests[PUT] === 2 ? answerWith("throttled", call, response) : undefined;
      };
      await lab.sandbox.apply(FOURTH);
      expect(requests).toMatchObject({ [PUT]: 3 });
      expect(await lab.aws.secretValue(SECRET)).toBe(KEYS.fourth);
      expect(await lab.aws.secretValue(SECRET, "AWSPREVIOUS")).toBe(KEYS.third);
    },
  );

  step(
    "a reader that asks before every request of Terraform's gets, from the first key on, each key in turn until the next one is there, and never none",
    async () => {
      await reader.read();
      expect(reader.reads).toBeGreaterThan(100);
      expect(reader.seen).toEqual(["ResourceNotFoundException", KEYS.first, KEYS.second, KEYS.third, KEYS.fourth]);
    },
  );

  step("a version that a deploy before this one stored without Terraform's label is not stored again", async () => {
    labels = new VersionLabels(lab.aws.endpoint);
    intercept = labels.intercept;
    const { output } = await lab.sandbox.apply(FOURTH);
    expect(output).toContain("Resources: 0 added, 0 changed, 0 destroyed.");
  });

  step("two stores by others, and AWS deletes each version without a label: a deploy with the same number leaves their key", async () => {
    const { sandbox, aws } = lab;
    intercept = labels.intercept;
    await sandbox.apply(FIFTH);
    expect(await aws.secretValue(SECRET)).toBe(KEYS.fifth);

    const { secrets } = new AwsClients(proxy.endpoint);
    for (const SecretString of [KEYS.rotated, KEYS.rotatedAgain]) {
      await secrets.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString }));
    }
    const { output } = await sandbox.apply(FIFTH);
    expect(output).toContain("Resources: 0 added, 0 changed, 0 destroyed.");
    expect(await aws.secretValue(SECRET)).toBe(KEYS.rotatedAgain);
    expect(await verified(secrets)).toMatchObject({ AWSCURRENT: false, Label: true });
    secrets.destroy();
  });

  step("a deploy with another number stores the key over theirs, and the next one finds nothing to do", async () => {
    const { sandbox, aws } = lab;
    intercept = labels.intercept;
    await sandbox.apply(SIXTH);
    expect(await aws.secretValue(SECRET)).toBe(KEYS.sixth);
    expect(await aws.secretValue(SECRET, "AWSPREVIOUS")).toBe(KEYS.rotatedAgain);
    expect(await sandbox.tryTerraform(["plan", "-detailed-exitcode"], SIXTH)).toMatchObject({ exitCode: 0 });
    const { secrets } = new AwsClients(proxy.endpoint);
    expect(await verified(secrets)).toMatchObject({ AWSCURRENT: true, Label: true });
    secrets.destroy();
  });

  step(
    "cut off between a secret and its first read: no later deploy takes it away, verify says what to do, and then it gets its key",
    async () => {
      const { sandbox, aws } = lab;
      const name = "ai/production/openai-api-key";
      const keys = { ...SIXTH, openai_api_key: KEYS.openai };
      await sandbox.use(program(kmsKeyArn, '{}, { provider: "openai" }'));
      intercept = (calls, response, request) => {
        const [call] = calls;
        return call?.action === "secretsmanager:GetResourcePolicy" && call.resources.some((arn) => arn.includes("openai"))
          ? answerWith("denied", call, response)
          : labels.intercept(calls, response, request);
      };
      expect((await tryApply(keys)).exitCode).not.toBe(0);
      intercept = labels.intercept;
      const made = await aws.describeSecret(name);

      const { output } = await tryApply(keys);
      expect(SAYS.notDestroyed.some(({ text }) => unwrapped(output).includes(text))).toBe(true);
      const verified = await runAiKey(sandbox, "verify", {});
      const [, command = ""] = verified.match(/^NO +Tainted .*In cdktf\.out\/stacks\/ai-secret: terraform (.*)$/m) ?? [];

      await sandbox.use(program(kmsKeyArn, '{}, { provider: "openai", preventDestroy: false }'));
      expect(unwrapped((await tryApply(keys)).output)).toContain(`the secret ${name} already exists`);
      expect(await aws.describeSecret(name)).toMatchObject({ ARN: made?.ARN, CreatedDate: made?.CreatedDate });
      expect((await aws.describeSecret(name))?.DeletedDate).toBeUndefined();

      await sandbox.terraform(command.replaceAll("'", "").split(" "), {});
      await sandbox.apply(keys);
      expect(await aws.secretValue(name)).toBe(KEYS.openai);
      expect((await aws.describeSecret(name))?.ARN).toBe(made?.ARN);
    },
  );

  step(
    "a read policy that somebody attached by hand: AWS refuses to delete it, and the renamed secret and the old one are both there until it can go",
    async () => {
      const { sandbox, aws } = lab;
      const keys = { ...SIXTH, openai_api_key: KEYS.openai };
      await sandbox.use(program(kmsKeyArn, '{}, { provider: "openai", secretName: "ai/renamed", preventDestroy: false }'));
      intercept = (calls, response, request) => {
        const [call] = calls;
        return call?.action === "iam:DeletePolicy"
          ? answerError({ status: 409, code: "DeleteConflict", message: "Cannot delete a policy attached to entities." }, call, response)
          : labels.intercept(calls, response, request);
      };
      const { exitCode, output } = await tryApply(keys);
      expect(exitCode).not.toBe(0);
      expect(unwrapped(output)).toContain("Cannot delete a policy attached to entities");
      expect(await aws.secretValue("ai/renamed")).toBe(KEYS.openai);
      expect(await aws.secretValue("ai/production/openai-api-key")).toBe(KEYS.openai);
      expect(await aws.policyArns("ai-production-openai-api-key-read-")).toHaveLength(1);

      intercept = labels.intercept;
      await sandbox.apply(keys);
      expect((await aws.describeSecret("ai/production/openai-api-key"))?.DeletedDate).toBeDefined();
      expect(await aws.policyArns("ai-production-openai-api-key-read-")).toEqual([]);
    },
  );

  step("the bucket has a version of the state for each key that was stored, and no version or lock with a key", async () => {
    const refused = 1; // by the name, which was taken: that deploy has saved a state too
    const relabelled = [4, 5, 5]; // by others, which the next deploy saves
    const numbers = (await history()).slice(0, 9).map(({ outputs }) => outputs.api_key_version?.value);
    expect(numbers).toEqual([refused, 1, 2, 3, 4, ...relabelled, 6]);

    for (const [index, { text }] of (await bucket.versions()).entries()) {
      writeFileSync(join(lab.sandbox.folder, `in-s3-${index}.json`), text);
    }
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
