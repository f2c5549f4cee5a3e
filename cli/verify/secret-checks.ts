import { TERRAFORM_STAGE } from "../../lib/secret/version-stages";
import type { DeclaredSecret } from "../declared-secret";
import { type Check, check } from "./check";
import type { LiveSecret } from "./live-secret";
import { expiryChecks, rotationChecks } from "./rotation-checks";
import { samePolicy } from "./same-policy";

/** What a stack declares of a secret, against what AWS has. */
export function secretChecks(declared: DeclaredSecret, live: LiveSecret, now = Date.now()): Check[] {
  const { DeletedDate: deleted, ARN: arn } = live.secret;
  const there = check("Secret", true, String(arn));
  if (deleted) {
    return [there, check("Deletion", false, `scheduled: bring it back with ai-key restore ${arn}`)];
  }
  return [
    there,
    check("Deletion", true, "not scheduled"),
    encryptionCheck(declared, live),
    ...keyStateChecks(declared, live),
    policyCheck(declared, live),
    replicaCheck(declared, live),
    ...rotationChecks(declared, live, now),
    ...expiryChecks(live, now),
    versionCheck(declared, live),
    ...labelChecks(declared, live),
  ];
}

const MANAGED = "the key that AWS manages";

/** Whether AWS names the key that is declared: it gives an ARN, an id or an alias. */
function isKey(declared: string | undefined, found: string | undefined): boolean {
  return declared === undefined
    ? found === undefined || /(^|:)alias\/aws\/secretsmanager$/.test(found)
    : found === declared || (found !== undefined && declared.endsWith(`:key/${found}`));
}

function encryptionCheck({ keyArn }: DeclaredSecret, { secret: { KmsKeyId: found } }: LiveSecret): Check {
  const holds = isKey(keyArn, found);
  return check("Encryption", holds, holds ? (keyArn ?? MANAGED) : `${found ?? MANAGED}; the stack declares ${keyArn ?? MANAGED}`);
}

/** A key that is disabled or will be deleted takes the secret with it. https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
function keyStateChecks({ keyArn }: DeclaredSecret, { keyState }: LiveSecret): Check[] {
  if (keyArn === undefined) {
    return [];
  }
  if (keyState === undefined) {
    return [check("Key state", undefined, "not known: these credentials may not describe the KMS key")];
  }
  const holds = keyState === "Enabled";
  return [check("Key state", holds, holds ? "enabled" : `${keyState}: nobody can read the secret until the KMS key is enabled again`)];
}

function policyCheck({ policy }: DeclaredSecret, { policy: found }: LiveSecret): Check {
  if (policy === undefined) {
    return found
      ? check("Resource policy", false, "somebody has put one there, and none is declared: see ai-key access, and deploy again")
      : check("Resource policy", undefined, "none is declared, and there is none");
  }
  if (found === undefined) {
    return check("Resource policy", false, "there is none: everyone with a policy of their own can read the key. Deploy again");
  }
  const holds = policy !== "" && samePolicy(policy, found);
  return check("Resource policy", holds, holds ? "as deployed" : "another one than was deployed: see ai-key access, and deploy again");
}

function replicaCheck({ replicas }: DeclaredSecret, { secret: { ReplicationStatus = [] } }: LiveSecret): Check {
  const problems = [
    ...replicas.map(({ region, keyArn }) => {
      const found = ReplicationStatus.find(({ Region }) => Region === region);
      if (found?.Status !== "InSync") {
        return `${region}: ${found?.StatusMessage || found?.Status || "missing"}`;
      }
      return isKey(keyArn, found.KmsKeyId)
        ? undefined
        : `${region}: encrypted with ${found.KmsKeyId ?? MANAGED}; the stack declares ${keyArn ?? MANAGED}`;
    }),
    ...ReplicationStatus.filter(({ Region }) => !replicas.some(({ region }) => region === Region)).map(
      ({ Region }) => `${Region}: not declared`,
    ),
  ].filter((problem) => problem !== undefined);
  const inOrder = replicas.length > 0 ? `in sync: ${replicas.map(({ region }) => region).join(", ")}` : "none declared, and there is none";
  return check("Replicas", problems.length === 0, problems.join("; ") || inOrder);
}

function versionCheck({ versionId, version, rotates, keys }: DeclaredSecret, { current: { id, created } }: LiveSecret): Check {
  const [key] = keys;
  if (id === undefined) {
    return check("AWSCURRENT", false, key === undefined ? "no key is stored: the first rotation makes it" : "no key is stored");
  }
  if (key === undefined) {
    return check("AWSCURRENT", true, `${id}, made by the rotation${created ? ` at ${created.toISOString()}` : ""}`);
  }
  if (versionId === undefined) {
    return check("AWSCURRENT", undefined, `${id}; the state does not say which it should be`);
  }
  if (id === versionId) {
    return check("AWSCURRENT", true, `version ${version} of the stack, ${id}`);
  }
  const when = created ? `, at ${created.toISOString()}` : "";
  return rotates
    ? check("AWSCURRENT", undefined, `${id}: stored since the deploy${when}, as the rotation function does`)
    : check(
        "AWSCURRENT",
        false,
        `${id}: somebody stored it by hand${when}. The deploy of version ${version} stored ${versionId}. A deploy with the same number leaves that so: ` +
          `to store the key of the deploy again, set any other number as TF_VAR_${key.variable}_version`,
      );
}

/** Without a label, AWS may delete the version that Terraform has stored, and Terraform would store it again, over the current one. */
function labelChecks({ arn, versionId }: DeclaredSecret, { secret: { VersionIdsToStages = {} }, current: { id } }: LiveSecret): Check[] {
  if (versionId === undefined) {
    return [];
  }
  if (VersionIdsToStages[versionId]?.includes(TERRAFORM_STAGE)) {
    return [check("Label", true, `${TERRAFORM_STAGE} keeps the version of the last deploy`)];
  }
  const command = `aws secretsmanager update-secret-version-stage --secret-id ${arn} --version-stage ${TERRAFORM_STAGE} --move-to-version-id ${versionId}`;
  return id === versionId
    ? [
        check(
          "Label",
          undefined,
          `the version of the last deploy has no label ${TERRAFORM_STAGE}, as older ones left it. To add it: ${command}`,
        ),
      ]
    : [
        check(
          "Label",
          false,
          `the version of the last deploy has no label ${TERRAFORM_STAGE}. When AWS deletes it, the next deploy stores CI's key over the current one. ` +
            `Add it: ${command}. If AWS has deleted it, put the current key into the CI secret before a deploy`,
        ),
      ];
}
