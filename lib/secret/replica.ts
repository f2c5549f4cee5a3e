import type { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Fn, Op, type Postcondition, type Precondition, Token } from "cdktf";
import type { Construct } from "constructs";
import type { Assertion } from "../check-block";
import { checkKmsKeyArn, checkProp, checkRegion, checkUnique } from "../checks";
import { checkKnownProps, type PropsOf } from "../known-props";
import { pathOf, propOf } from "../prop-of";
import { ownRegion } from "../region";

/** A copy of the secret in another region, kept up to date by AWS: https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html */
export interface Replica {
  /** The copy's region, which is another one than the secret's. */
  readonly region: string;
  /**
   * The ARN of a KMS key of that region.
   * @default the key that AWS manages there
   */
  readonly encryptionKey?: string | undefined;
}

const REPLICA: PropsOf<Replica> = { region: "text!", encryptionKey: "text" };

/** @throws Error for an unknown prop, for what is no region or no key, for a region twice, and for `force` where there is nothing to copy */
export function checkReplicas(scope: Construct, replicas: readonly Replica[], force?: boolean): void {
  const prop = propOf(scope, "replicas");
  checkProp(propOf(scope, "forceOverwriteReplicaSecret"), force === undefined || replicas.length > 0, "come with replicas", force);
  for (const replica of replicas) {
    checkKnownProps(prop, replica, REPLICA);
    const { region, encryptionKey } = replica;
    checkRegion(`${prop}.region`, region);
    if (encryptionKey !== undefined) {
      checkKmsKeyArn(`${prop}.encryptionKey`, encryptionKey);
      checkProp(
        `${prop}.encryptionKey`,
        Token.isUnresolved(encryptionKey) || encryptionKey.split(":")[3] === region,
        `be a key of the replica's region, ${region}`,
        encryptionKey,
      );
    }
  }
  checkUnique(
    prop,
    replicas.map(({ region }) => region),
    "name each region once",
  );
}

/** Terraform refuses a replica in the secret's own region, which only a deploy knows. */
export function notInOwnRegion(scope: Construct, replicas: readonly Replica[]): Precondition {
  const regions = replicas.map(({ region }) => region);
  return {
    condition: Op.not(Fn.contains(regions, ownRegion(scope))),
    errorMessage: `${pathOf(scope)}: replicas must be in other regions than the secret's own.`,
  };
}

/**
 * AWS copies after it has answered, so a failure shows in the deploy or in the next one. Readers in that region get somebody else's secret
 * where its name is taken. The secret itself and its other copies get a new key all the same, so a rotation stores it before it fails.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets_troubleshoot.html
 *
 * @param replica what AWS says of the copies, as Terraform refers to it
 * @param stored what is not known before a new key is stored: Terraform decides then
 */
export function noFailedCopies(replica: string, stored?: string): Postcondition {
  const failed = (value: string) => `[for copy in ${replica} : ${value} if copy.status == "Failed"]`;
  return {
    condition: `\${${stored === undefined ? "" : `${stored} == "" || `}length(${failed("copy.region")}) == 0}`,
    errorMessage: `AWS could not copy the secret to: \${join("; ", ${failed('format("%s (%s)", copy.region, copy.status_message)')})}. Readers there have an older key or none, or another secret that has its name. Take the region out of replicas; or give that secret another name, remove the failed copy, and deploy again: aws secretsmanager remove-regions-from-replication --secret-id NAME --remove-replica-regions REGION. If that secret may be lost, set forceOverwriteReplicaSecret: true in place of another name.`,
  };
}

/**
 * The provider leaves copies alone when no replica is named: those of an earlier deploy, and those that somebody else made. They hold the key
 * too, and a rotation reaches them, so none of them may stop it.
 */
export function noCopies(scope: Construct, secret: SecretsmanagerSecret): Assertion {
  return {
    condition: Op.lt(Fn.lengthOf(secret.interpolationForAttribute("replica")), 1), // cdktf loses a 0
    errorMessage: `The secret has copies in other regions that ${propOf(scope, "replicas")} does not name, and Terraform does not remove the last ones. Name them, or remove each: aws secretsmanager remove-regions-from-replication --secret-id NAME --remove-replica-regions REGION`,
  };
}
