import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RotationEvent } from "../../rotator/rotation";
import { type Answer, forward, startProxy } from "../aws/forward";
import { DEFAULT_REGION, DUMMY_CREDENTIALS } from "../process/child-environment";
import type { LoopbackServer } from "../process/loopback-server";

/** Calls the rotation function with one step, as Lambda does. */
export type Invoke = (event: Required<Omit<RotationEvent, "RotationToken">>, functionArn: string) => Promise<void>;

/** A rotation that has not ended. */
export interface PendingRotation {
  readonly secretArn: string;
  readonly token: string;
}

/** A local AWS whose Secrets Manager rotates. */
export interface RotatingAws extends LoopbackServer {
  /** Those that were cut off or have failed: AWS begins them again with their first step. */
  pending(): PendingRotation[];
  /** Starts one out of turn. */
  rotate(secretId: string): Promise<void>;
  /** Begins one again, as AWS does. */
  repeat(rotation: PendingRotation): Promise<void>;
  /** Resolves when no rotation is under way. */
  settled(): Promise<void>;
}

/** What AWS keeps of a secret's rotation. */
interface Kept {
  readonly arn: string;
  enabled: boolean;
  functionArn: string;
  rules: { readonly AutomaticallyAfterDays?: number; readonly ScheduleExpression?: string };
  /** Milliseconds since 1970. */
  last: number | undefined;
  pending: string | undefined;
}

const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"];

/** What is read of a request. */
interface Asked {
  readonly SecretId?: string;
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
  readonly RotationLambdaARN?: string;
  readonly RotationRules?: Kept["rules"];
  readonly RotateImmediately?: boolean;
  readonly VersionStage?: string;
  readonly RemoveFromVersionId?: string;
  readonly MoveToVersionId?: string;
}

/**
 * Starts a server before a local AWS that does what moto does with Docker alone, and not as AWS: it rotates. AWS gives the version that is
 * being made the label AWSPENDING before it has a value (https://github.com/getmoto/moto/issues/8403), for a secret without any value too
 * (https://github.com/getmoto/moto/issues/9451), calls the function with each step, and refuses another rotation until the label is gone:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 *
 * @param target the local AWS
 * @param now milliseconds since 1970
 */
export async function startRotatingAws(target: string, invoke: Invoke, now: () => number = Date.now): Promise<RotatingAws> {
  const client = new SecretsManagerClient({ endpoint: target, region: DEFAULT_REGION, credentials: DUMMY_CREDENTIALS });
  const kept = new Map<string, Kept>();
  const stored = new Map<string, string>();
  const running = new Set<Promise<void>>();

  const describe = (SecretId: string | undefined) => client.send(new DescribeSecretCommand({ SecretId }));

  const of = async (id: string | undefined): Promise<Kept> => {
    const { ARN: arn = "" } = await describe(id);
    const found = kept.get(arn) ?? { arn, enabled: false, functionArn: "", rules: {}, last: undefined, pending: undefined };
    kept.set(arn, found);
    return found;
  };

  const perform = async (secret: Kept, token: string): Promise<void> => {
    for (const Step of STEPS) {
      await invoke({ Step, SecretId: secret.arn, ClientRequestToken: token }, secret.functionArn);
    }
    secret.pending = undefined;
    secret.last = now();
  };

  const begin = (secret: Kept, token: string) => {
    const rotation = perform(secret, token).catch(() => undefined); // it stays pending
    running.add(rotation);
    void rotation.then(() => running.delete(rotation));
  };

  const rotate = async ({ SecretId, ClientRequestToken = "", RotationLambdaARN, RotationRules, RotateImmediately = true }: Asked) => {
    const secret = await of(SecretId);
    const { Name } = await describe(secret.arn);
    if (secret.pending !== undefined) {
      return refused("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.");
    }
    secret.functionArn = RotationLambdaARN ?? secret.functionArn;
    secret.rules = RotationRules ?? secret.rules;
    if (!secret.functionArn) {
      return refused("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.");
    }
    secret.enabled = true;
    if (RotateImmediately) {
      secret.pending = ClientRequestToken;
      begin(secret, ClientRequestToken);
    }
    return answered({ ARN: secret.arn, Name, VersionId: ClientRequestToken });
  };

  /** What moto has, with what AWS would have beside it. */
  const described = async (request: IncomingMessage, body: Buffer): Promise<Answer> => {
    const answer = await forward(target, request, body);
    if (answer.status !== 200) {
      return answer;
    }
    const found = JSON.parse(answer.body.toString("utf8"));
    const secret = kept.get(found.ARN);
    if (!secret) {
      return answer;
    }
    const { AutomaticallyAfterDays: days } = secret.rules;
    return answered({
      ...found,
      RotationEnabled: secret.enabled,
      RotationLambdaARN: secret.functionArn,
      RotationRules: secret.rules,
      ...(secret.last === undefined ? {} : { LastRotatedDate: secret.last / 1_000 }),
      ...(days === undefined ? {} : { NextRotationDate: (secret.last ?? now()) / 1_000 + days * 86_400 }),
      VersionIdsToStages: {
        ...(secret.pending === undefined ? {} : { [secret.pending]: ["AWSPENDING"] }),
        ...found.VersionIdsToStages,
      },
    });
  };

  const answerTo = async (request: IncomingMessage, body: Buffer): Promise<Answer> => {
    const operation = String(request.headers["x-amz-target"] ?? "").match(/^secretsmanager\.(\w+)$/)?.[1];
    const asked: Asked = operation ? JSON.parse(body.toString("utf8")) : {};
    switch (operation) {
      case "RotateSecret":
        return rotate(asked);
      case "CancelRotateSecret": {
        const secret = await of(asked.SecretId);
        secret.enabled = false;
        return answered({ ARN: secret.arn });
      }
      case "DescribeSecret":
        return described(request, body);
      case "PutSecretValue": {
        // AWS takes one value for a version, where moto takes the last one.
        const version = `${(await of(asked.SecretId)).arn} ${asked.ClientRequestToken}`;
        const before = stored.get(version) ?? asked.SecretString ?? "";
        stored.set(version, before);
        return before === asked.SecretString
          ? forward(target, request, body)
          : refused("ResourceExistsException", "You can't use that ClientRequestToken, as it is in use for another version.");
      }
      case "UpdateSecretVersionStage": {
        const secret = await of(asked.SecretId);
        if (asked.VersionStage === "AWSPENDING" && !asked.MoveToVersionId && asked.RemoveFromVersionId === secret.pending) {
          const { VersionIdsToStages: versions = {} } = await describe(secret.arn);
          const hasValue = versions[secret.pending ?? ""] !== undefined;
          secret.pending = undefined;
          return hasValue ? forward(target, request, body) : answered({ ARN: secret.arn });
        }
        return forward(target, request, body);
      }
      default:
        return forward(target, request, body);
    }
  };

  const { url, close } = await startProxy(answerTo);

  return {
    url,
    close: async () => {
      client.destroy();
      await close();
    },
    pending: () => [...kept.values()].flatMap(({ arn, pending }) => (pending === undefined ? [] : [{ secretArn: arn, token: pending }])),
    rotate: async (SecretId) => {
      await rotate({ SecretId, ClientRequestToken: randomUUID() });
    },
    repeat: async ({ secretArn, token }) => perform(await of(secretArn), token),
    settled: async () => {
      while (running.size > 0) {
        await Promise.all(running);
      }
    },
  };
}

function answered(body: object): Answer {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: Buffer.from(JSON.stringify(body)) };
}

function refused(type: string, message: string): Answer {
  return {
    ...answered({ __type: type, message }),
    status: 400,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": type },
  };
}
