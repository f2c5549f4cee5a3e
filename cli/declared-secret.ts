import { inState, type TerraformState } from "../lab/terraform/state";
import { blocks, type StoredVariable, type SynthesizedStack, text } from "../lab/terraform/synthesized-stack";
import { providerOf } from "../lib/key/names";

/** A secret as its stack declares it, with what only a deploy knows taken from the state. */
export interface DeclaredSecret {
  readonly name: string;
  /** Undefined before the first deploy. */
  readonly arn: string | undefined;
  /** What a deploy stores: none where the rotation makes the key. */
  readonly keys: readonly DeclaredKey[];
  /** The provider, as the names of the secret say it; undefined for the generic key. */
  readonly provider: string | undefined;
  /** Undefined for the key that AWS manages. */
  readonly keyArn: string | undefined;
  readonly replicas: readonly DeclaredReplica[];
  /** The resource policy; undefined when none is declared. */
  readonly policy: string | undefined;
  readonly rotates: boolean;
  /** The number of the deployed version, and what AWS calls it. */
  readonly version: number | undefined;
  readonly versionId: string | undefined;
}

/** What brings a key, and where it is in its secret. */
export interface DeclaredKey extends StoredVariable {
  /** The provider, as the name of the variable says it; undefined for the generic key. */
  readonly provider: string | undefined;
}

export interface DeclaredReplica {
  readonly region: string;
  /** Undefined for the key that AWS manages there. */
  readonly keyArn: string | undefined;
}

/** The secrets of a stack. */
export function declaredSecrets(stack: SynthesizedStack, state: TerraformState | undefined): DeclaredSecret[] {
  return stack.resources("aws_secretsmanager_secret").map(([id, secret]) => {
    const arn = `\${aws_secretsmanager_secret.${id}.arn}`;
    const isOf = (reference: unknown) => reference === arn;
    const [versionName = "", version] =
      stack.resources("aws_secretsmanager_secret_version").find(([, { secret_id }]) => isOf(secret_id)) ?? [];
    const [policyName] = stack.resources("aws_secretsmanager_secret_policy").find(([, { secret_arn }]) => isOf(secret_arn)) ?? [];
    const deployed = inState(state, "aws_secretsmanager_secret_version", versionName);
    const stored = version ? stack.storedBy(version) : [];
    const keys = stored.map((key) => ({ ...key, provider: providerOf(key.variable) }));

    return {
      name: text(secret.name) ?? "",
      arn: text(inState(state, "aws_secretsmanager_secret", id)?.arn),
      keys,
      provider: (stack.nameOf(arn) ?? keys[0])?.provider,
      keyArn: keyArnOf(text(secret.kms_key_id), state),
      replicas: replicasOf(secret.replica),
      policy: policyName === undefined ? undefined : (text(inState(state, "aws_secretsmanager_secret_policy", policyName)?.policy) ?? ""),
      rotates: stack.resources("aws_secretsmanager_secret_rotation").some(([, { secret_id }]) => isOf(secret_id)),
      version: typeof deployed?.secret_string_wo_version === "number" ? deployed.secret_string_wo_version : undefined,
      versionId: text(deployed?.version_id),
    };
  });
}

/** A key is declared by its ARN, or is a resource of the same stack. */
function keyArnOf(declared: string | undefined, state: TerraformState | undefined): string | undefined {
  const [, name] = declared?.match(/^\$\{aws_kms_key\.([^.]+)\.arn\}$/) ?? [];
  return name === undefined ? declared : (text(inState(state, "aws_kms_key", name)?.arn) ?? declared);
}

function replicasOf(replicas: unknown): DeclaredReplica[] {
  return blocks(replicas)
    .filter(({ region }) => region !== undefined)
    .map(({ region, kms_key_id }) => ({ region: String(region), keyArn: text(kms_key_id) }));
}
