import { StatusType } from "@aws-sdk/client-secrets-manager";
import type { DeclaredSecret } from "../../../../cli/declared-secret";
import type { LiveSecret } from "../../../../cli/verify/live-secret";
import { secretChecks } from "../../../../cli/verify/secret-checks";
import { DECLARED_SECRET } from "../../../support/declared-secret";

const { arn: ARN } = DECLARED_SECRET;
const KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/1234";
const POLICY = JSON.stringify({
  Statement: [{ Effect: "Deny", Action: "a", Principal: "*", Condition: { ArnNotLike: { k: ["b", "c"] } } }],
});

const replica = (region: string, keyArn?: string) => ({ region, keyArn });
const declared: DeclaredSecret = { ...DECLARED_SECRET, keyArn: KEY_ARN, replicas: [replica("eu-west-1")], policy: POLICY };
const live: LiveSecret = {
  secret: {
    $metadata: {},
    ARN,
    KmsKeyId: KEY_ARN,
    ReplicationStatus: [{ Region: "eu-west-1", Status: "InSync" }],
    VersionIdsToStages: { deployed: ["AWSCURRENT", "TERRAFORM"] },
  },
  policy: POLICY,
  keyState: "Enabled",
  current: { id: DECLARED_SECRET.versionId, created: new Date(0) },
};
const failing = (asDeclared: Partial<DeclaredSecret>, parts: Partial<LiveSecret["secret"]> = {}, more: Partial<LiveSecret> = {}) =>
  secretChecks({ ...declared, ...asDeclared }, { ...live, ...more, secret: { ...live.secret, ...parts } })
    .filter(({ holds }) => holds === false)
    .map(({ name, text }) => `${name}: ${text}`);

test("what is as declared holds", () => {
  expect(secretChecks(declared, live).map(({ holds }) => holds)).toEqual([true, true, true, true, true, true, true, true]);
});

test("a scheduled deletion says what brings the secret back, and nothing else", () => {
  expect(failing({}, { DeletedDate: new Date(0) })).toEqual([`Deletion: scheduled: bring it back with ai-key restore ${ARN}`]);
});

test("another encryption key is seen, and the one that AWS manages has two names", () => {
  expect(failing({}, { KmsKeyId: undefined })).toEqual([
    expect.stringContaining("Encryption: the key that AWS manages; the stack declares"),
  ]);
  expect(failing({ keyArn: undefined })).toEqual([expect.stringContaining(`Encryption: ${KEY_ARN}`)]);
  expect(failing({ keyArn: undefined }, { KmsKeyId: "alias/aws/secretsmanager" })).toEqual([]);
  expect(failing({}, { KmsKeyId: "1234" })).toEqual([]);
});

test("a resource policy is the same in another order, and seen when it is another one or gone", () => {
  const reordered = POLICY.replace('["b","c"]', '["c","b"]').replace('"a"', '["a"]');
  expect(failing({}, {}, { policy: reordered })).toEqual([]);
  expect(failing({}, {}, { policy: POLICY.replace('"c"', '"d"') })).toEqual([expect.stringContaining("Resource policy: another one")]);
  expect(failing({}, {}, { policy: undefined })).toEqual([expect.stringContaining("Resource policy: there is none")]);
});

test("a resource policy that somebody has put there is seen where none is declared", () => {
  expect(failing({ policy: undefined }, {}, { policy: POLICY })).toEqual([
    expect.stringContaining("Resource policy: somebody has put one"),
  ]);
  expect(failing({ policy: undefined }, {}, { policy: undefined })).toEqual([]);
});

test("a rotation that nobody declares is seen, with what stops it, and one that is switched off", () => {
  const enabled = { RotationEnabled: true, RotationLambdaARN: "arn:aws:lambda:us-east-1:111122223333:function:old" };
  expect(failing({}, enabled)).toEqual([
    `Rotation: ${enabled.RotationLambdaARN} replaces the key, and the stack does not declare it: set rotation, or stop it by aws secretsmanager cancel-rotate-secret --secret-id ${ARN}`,
  ]);
  expect(failing({ rotates: true })).toEqual(["Rotation: switched off, and the stack declares it: deploy again"]);
  expect(failing({ rotates: true }, enabled)).toEqual([]);
});

test("a KMS key that is disabled, will be deleted or is gone is seen, and one that may not be described is not known", () => {
  expect(failing({}, {}, { keyState: "PendingDeletion" })).toEqual([
    expect.stringContaining("Key state: PendingDeletion: nobody can read"),
  ]);
  expect(failing({}, {}, { keyState: "Disabled" })).toHaveLength(1);
  expect(failing({}, {}, { keyState: "Deleted" })).toHaveLength(1);
  expect(secretChecks(declared, { ...live, keyState: undefined })).toContainEqual(
    expect.objectContaining({ name: "Key state", holds: undefined }),
  );
  expect(secretChecks({ ...declared, keyArn: undefined }, live).map(({ name }) => name)).not.toContain("Key state");
});

test("a replica that fails, is missing or is not declared is seen", () => {
  const status = [
    { Region: "eu-west-1", Status: StatusType.Failed, StatusMessage: "no key" },
    { Region: "us-west-2", Status: StatusType.InSync },
  ];
  expect(failing({ replicas: [replica("eu-west-1"), replica("eu-west-3")] }, { ReplicationStatus: status })).toEqual([
    "Replicas: eu-west-1: no key; eu-west-3: missing; us-west-2: not declared",
  ]);
});

test("a replica that another key encrypts is seen", () => {
  const own = "arn:aws:kms:eu-west-1:111122223333:key/5678";
  const status = (KmsKeyId?: string) => ({ ReplicationStatus: [{ Region: "eu-west-1", Status: StatusType.InSync, KmsKeyId }] });

  expect(failing({ replicas: [replica("eu-west-1", own)] }, status(own))).toEqual([]);
  expect(failing({ replicas: [replica("eu-west-1", own)] }, status())).toEqual([
    `Replicas: eu-west-1: encrypted with the key that AWS manages; the stack declares ${own}`,
  ]);
  expect(failing({ replicas: [replica("eu-west-1")] }, status(own))).toHaveLength(1);
  expect(failing({ replicas: [replica("eu-west-1")] }, status("alias/aws/secretsmanager"))).toEqual([]);
});

test("a version that the deploy did not store is one by hand, unless a function rotates", () => {
  const byHand = { current: { id: "v2", created: new Date(0) } };
  expect(failing({}, {}, byHand)).toEqual([
    expect.stringMatching(
      /^AWSCURRENT: v2: somebody stored it by hand, at 1970-01-01T00:00:00\.000Z\..* set any other number as TF_VAR_ai_api_key_version$/,
    ),
  ]);
  expect(failing({ rotates: true }, { RotationEnabled: true }, byHand)).toEqual([]);
  expect(failing({}, {}, { current: { id: undefined, created: undefined } })).toEqual(["AWSCURRENT: no key is stored"]);
});

describe("the label that keeps the version of the last deploy", () => {
  const labels = (stages: Record<string, string[]>, id = "v2") => {
    const secret = { ...live.secret, VersionIdsToStages: stages };
    return secretChecks(declared, { ...live, secret, current: { id, created: new Date(0) } }).filter(({ name }) => name === "Label");
  };

  test("is there, whoever has stored the current version", () => {
    expect(labels({ deployed: ["AWSPREVIOUS", "TERRAFORM"], v2: ["AWSCURRENT"] })).toMatchObject([{ holds: true }]);
    expect(labels({ deployed: ["TERRAFORM"], v2: ["AWSCURRENT"], v1: ["AWSPREVIOUS"] })).toMatchObject([{ holds: true }]);
  });

  test("is missing from what an older deploy stored: the command that adds it", () => {
    expect(labels({ deployed: ["AWSCURRENT"] }, "deployed")).toEqual([
      {
        name: "Label",
        holds: undefined,
        text: expect.stringMatching(/--secret-id arn:aws:\S+ --version-stage TERRAFORM --move-to-version-id deployed$/),
      },
    ]);
  });

  test("is missing, and others store: AWS may delete the version, or has done so", () => {
    const unlabelled: Record<string, string[]>[] = [
      { deployed: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] },
      { v1: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] },
    ];
    for (const stages of unlabelled) {
      expect(labels(stages)).toMatchObject([{ holds: false, text: expect.stringContaining("--move-to-version-id deployed") }]);
    }
  });

  test("is no question before the first deploy", () => {
    expect(secretChecks({ ...declared, versionId: undefined }, live).map(({ name }) => name)).not.toContain("Label");
  });
});
