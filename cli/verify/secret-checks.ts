import { type Check, check } from "./check";
import type { DeclaredSecret } from "./declared-secret";
import type { LiveSecret } from "./live-secret";
import { samePolicy } from "./same-policy";

/** What a stack declares of a secret, against what AWS has. */
export function secretChecks(declared: DeclaredSecret, live: LiveSecret): Check[] {
  const { DeletedDate: deleted, ARN: arn } = live.secret;
  const there = check("Secret", true, String(arn));
  if (deleted) {
    return [there, check("Deletion", false, `scheduled: bring it back with ai-key restore ${arn}`)];
  }
  return [
    there,
    check("Deletion", true, "not scheduled"),
    encryptionCheck(declared, live),
    policyCheck(declared, live),
    replicaCheck(declared, live),
    versionCheck(declared, live),
  ];
}

function encryptionCheck({ keyArn }: DeclaredSecret, { secret: { KmsKeyId: found } }: LiveSecret): Check {
  const isManaged = found === undefined || /(^|:)alias\/aws\/secretsmanager$/.test(found);
  const holds = keyArn === undefined ? isManaged : found === keyArn || (found !== undefined && keyArn.endsWith(`:key/${found}`));
  const expected = keyArn ?? "the key that AWS manages";
  return check("Encryption", holds, holds ? expected : `${found ?? "the key that AWS manages"}; the stack declares ${expected}`);
}

function policyCheck({ policy }: DeclaredSecret, { policy: found }: LiveSecret): Check {
  if (policy === undefined) {
    return check(
      "Resource policy",
      undefined,
      found ? "none is declared, and somebody has put one there" : "none is declared, and there is none",
    );
  }
  if (found === undefined) {
    return check("Resource policy", false, "there is none: everyone with a policy of their own can read the key. Deploy again");
  }
  const holds = policy !== "" && samePolicy(policy, found);
  return check("Resource policy", holds, holds ? "as deployed" : "another one than was deployed: see ai-key access, and deploy again");
}

function replicaCheck({ replicas }: DeclaredSecret, { secret: { ReplicationStatus = [] } }: LiveSecret): Check {
  const found = new Map(ReplicationStatus.map(({ Region, Status, StatusMessage }) => [Region ?? "", StatusMessage ?? Status ?? ""]));
  const inSync = ReplicationStatus.filter(({ Status }) => Status === "InSync").map(({ Region }) => Region);
  const problems = [
    ...replicas.filter((region) => !inSync.includes(region)).map((region) => `${region}: ${found.get(region) || "missing"}`),
    ...[...found.keys()].filter((region) => !replicas.includes(region)).map((region) => `${region}: not declared`),
  ];
  const inOrder = replicas.length > 0 ? `in sync: ${replicas.join(", ")}` : "none declared, and there is none";
  return check("Replicas", problems.length === 0, problems.join("; ") || inOrder);
}

function versionCheck({ versionId, version, rotates }: DeclaredSecret, { current: { id, created } }: LiveSecret): Check {
  if (id === undefined) {
    return check("AWSCURRENT", false, "no key is stored");
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
    : check("AWSCURRENT", false, `${id}: somebody stored it by hand${when}. The deploy of version ${version} stored ${versionId}`);
}
