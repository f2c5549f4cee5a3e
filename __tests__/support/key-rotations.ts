import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { DEFAULT_REGION, DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { type ProviderStub, startProviderStub } from "../../lab/rotation/provider-stub";
import { type RotatingAws, startRotatingAws } from "../../lab/rotation/rotating-aws";
import type { RotatedKey, RotatorSettings } from "../../lib/rotation/rotator-settings";
import type { Surroundings } from "../../rotator/ask";
import { keyName, type RotationEvent, rotate } from "../../rotator/rotation";

const HOUR = 3_600_000; // milliseconds

/** An instant of a rotation: what has just been called. */
export interface Instant {
  /** The place of the call in the rotation, from 1 on. */
  readonly number: number;
  /** Such as `createSecret: POST /v1/…` or `finishSecret: UpdateSecretVersionStage`. */
  readonly call: string;
}

/** The time of all that takes part. */
class Clock {
  /** In milliseconds. */
  private ahead = 0;

  public now(): number {
    return Date.now() + this.ahead;
  }

  public advance(milliseconds: number): void {
    this.ahead += milliseconds;
  }
}

/** Rotations of keys by the real handler, with the local AWS's Secrets Manager and a stub of the provider. */
export class KeyRotations {
  /** What the function has logged, and what it has thrown. */
  public readonly log: string[] = [];

  /** What is not as promised, by instant. */
  public readonly broken: string[] = [];

  public readonly instants: Instant[] = [];

  /** The number of the call that the function is killed after: the call has its effect, and the function never learns of it. */
  public killAfter: number | undefined;

  private killed: () => void = () => {};

  private constructor(
    public readonly stub: ProviderStub,
    private readonly aws: RotatingAws,
    private readonly client: SecretsManagerClient,
    private readonly clock: Clock,
    private readonly arn: string,
    private readonly key: RotatedKey,
    private readonly settings: RotatorSettings,
  ) {}

  public static async open(endpoint: string, key: RotatedKey): Promise<KeyRotations> {
    const clock = new Clock();
    const stub = await startProviderStub(() => clock.now());
    const aws = await startRotatingAws(
      endpoint,
      (event) => rotations.invoke(event),
      () => clock.now(),
    );
    const client = new SecretsManagerClient({ endpoint: aws.url, region: DEFAULT_REGION, credentials: DUMMY_CREDENTIALS, maxAttempts: 1 });
    const adminName = `ai/rotator/${randomUUID()}`;
    const { ARN: adminArn = "" } = await client.send(new CreateSecretCommand({ Name: adminName, SecretString: stub.adminKey }));
    const name = `ai/test/${randomUUID()}-key.`;
    const { ARN = "" } = await client.send(new CreateSecretCommand({ Name: name }));
    const settings = { adminKeys: { [key.provider]: adminArn }, keys: { [name]: key } };
    const rotations = new KeyRotations(stub, aws, client, clock, ARN, key, settings);
    return rotations;
  }

  public async close(): Promise<void> {
    this.client.destroy();
    await this.aws.close();
    await this.stub.close();
  }

  /**
   * Asks AWS for a rotation, and waits until it has ended, failed or been killed.
   *
   * @param hours that go by before: by default longer than the applications' caches keep a key
   */
  public async rotate(hours = 2): Promise<string> {
    this.clock.advance(hours * HOUR);
    this.instants.length = 0;
    const { VersionId = "" } = await this.client.send(
      new RotateSecretCommand({
        SecretId: this.arn,
        RotationLambdaARN: `arn:aws:lambda:${DEFAULT_REGION}:123456789012:function:ai-key-rotator`,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    await this.aws.settled();
    return VersionId;
  }

  /** Begins the rotation again that has not ended, with the same version, as AWS does. */
  public async repeat(): Promise<void> {
    this.clock.advance(2 * HOUR); // past the time of the applications' caches
    for (const pending of this.aws.pending()) {
      await this.aws.repeat(pending);
    }
  }

  /** Gives the rotation up, as an administrator does: the next one makes another version. */
  public async giveUp(): Promise<void> {
    for (const { token } of this.aws.pending()) {
      const label = { SecretId: this.arn, VersionStage: "AWSPENDING", RemoveFromVersionId: token };
      await this.client.send(new UpdateSecretVersionStageCommand(label));
    }
  }

  public get pending(): number {
    return this.aws.pending().length;
  }

  public async stored(stage = "AWSCURRENT"): Promise<string | undefined> {
    try {
      return (await this.client.send(new GetSecretValueCommand({ SecretId: this.arn, VersionStage: stage }))).SecretString;
    } catch {
      return undefined;
    }
  }

  /** As put-secret-value does; moto leaves AWSCURRENT where it was when a label has been moved before. */
  public async storeByHand(SecretString: string): Promise<void> {
    const { VersionIdsToStages: versions = {} } = await this.client.send(new DescribeSecretCommand({ SecretId: this.arn }));
    const RemoveFromVersionId = Object.keys(versions).find((id) => versions[id]?.includes("AWSCURRENT"));
    const put = new PutSecretValueCommand({ SecretId: this.arn, SecretString, VersionStages: ["BY_HAND"] });
    const { VersionId: MoveToVersionId } = await this.client.send(put);
    const label = { SecretId: this.arn, VersionStage: "AWSCURRENT", MoveToVersionId, RemoveFromVersionId };
    await this.client.send(new UpdateSecretVersionStageCommand(label));
  }

  /** The names of the provider's keys, with the label of their version in place of its id. */
  public async keysAtProvider(): Promise<string[]> {
    const { VersionIdsToStages: versions = {} } = await this.client.send(new DescribeSecretCommand({ SecretId: this.arn }));
    const labels = new Map(
      Object.entries(versions).map(([id, stages]) => [keyName(this.arn, id), stages.filter((stage) => stage !== "AWSPENDING").join()]),
    );
    return [...this.stub.keys.values()].map(({ name }) => labels.get(name) || name).sort();
  }

  /** Whether each call is made twice at once. */
  public twice = false;

  private async invoke(event: RotationEvent): Promise<void> {
    const calls = await Promise.allSettled(this.twice ? [this.call(event), this.call(event)] : [this.call(event)]);
    const failed = calls.filter((call) => call.status === "rejected");
    if (failed.length === calls.length) {
      throw failed[0]?.reason;
    }
  }

  /** One call of the function, which may be killed in it. */
  private async call(event: RotationEvent): Promise<void> {
    const step = event.Step ?? "";
    const gone = new Promise<never>((_, reject) => {
      this.killed = () => reject(new Error("killed"));
    });
    const secrets = new SecretsManagerClient({
      endpoint: this.aws.url,
      region: DEFAULT_REGION,
      credentials: DUMMY_CREDENTIALS,
    });
    secrets.middlewareStack.add(
      (next, context) => async (args) => {
        try {
          return await next(args);
        } finally {
          await this.passed(`${step}: ${String(context.commandName).replace("Command", "")}`);
        }
      },
      { step: "initialize" },
    );
    const surroundings: Surroundings = {
      now: () => this.clock.now(),
      sleep: async (milliseconds) => this.clock.advance(milliseconds),
      fetch: async (input, init) => {
        const { host, pathname, search } = new URL(String(input));
        const answer = await fetch(`${this.stub.url}${pathname}${search}`, init);
        await this.passed(`${step}: ${init?.method} ${host}${pathname.replaceAll(/key_\d+/g, "{key}")}`);
        return answer;
      },
    };
    try {
      this.log.push(await Promise.race([rotate(secrets, this.settings, surroundings, event), gone]));
    } catch (error) {
      this.log.push(String(error));
      throw error;
    } finally {
      secrets.destroy();
    }
  }

  /** A call has had its effect. */
  private async passed(call: string): Promise<void> {
    const instant = { number: this.instants.length + 1, call };
    this.instants.push(instant);
    await this.check(instant);
    if (instant.number === this.killAfter) {
      this.killAfter = undefined;
      this.killed();
      await new Promise(() => {}); // for ever
    }
  }

  /** What is promised at each instant. */
  private async check({ number, call }: Instant): Promise<void> {
    const current = await this.stored();
    const value = current && this.key.body ? String(JSON.parse(current)[this.key.keyName ?? "apiKey"]) : current;
    if (value !== undefined && !this.stub.accepts(value)) {
      this.broken.push(`after call ${number}, ${call}: the provider does not take the current key`);
    }
    if (this.stub.keys.size > 2) {
      this.broken.push(`after call ${number}, ${call}: the provider has ${this.stub.keys.size} keys`);
    }
  }
}
