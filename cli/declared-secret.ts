import { inState, type TerraformState } from "../lab/terraform/state";
import { blocks, type SynthesizedStack, text } from "../lab/terraform/synthesized-stack";

/** A secret as its stack declares it, with what only a deploy knows taken from the state. */
export interface DeclaredSecret {
  readonly name: string;
  /** Undefined before the first deploy. */
  readonly arn: string | undefined;
  /** The variable that the key arrives in, after `TF_VAR_`. */
  readonly variable: string;
  /** Whether the key is in a JSON body. */
  readonly body: boolean;
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

export interface DeclaredReplica {
  readonly region: string;
  /** Undefined for the key that AWS manages there. */
  readonly keyArn: string | undefined;
}

/** The secrets of a stack. */
export function declaredSecrets(stack: SynthesizedStack, state: TerraformState | undefined): DeclaredSecret[] {
  return stack.resources("aws_secretsmanager_secret").map(([id, secret]) => {
    const isOf = (reference: unknown) => reference === `\${aws_secretsmanager_secret.${id}.arn}`;
    const [versionName = "", version] =
      stack.resources("aws_secretsmanager_secret_version").find(([, { secret_id }]) => isOf(secret_id)) ?? [];
    const [policyName] = stack.resources("aws_secretsmanager_secret_policy").find(([, { secret_arn }]) => isOf(secret_arn)) ?? [];
    const stored = inState(state, "aws_secretsmanager_secret_version", versionName);
    const value = text(version?.secret_string_wo) ?? "";

    return {
      name: text(secret.name) ?? "",
      arn: text(inState(state, "aws_secretsmanager_secret", id)?.arn),
      variable: value.match(/\bvar\.(\w+)/)?.[1] ?? "",
      body: value.includes("jsonencode("),
      keyArn: keyArnOf(text(secret.kms_key_id), state),
      replicas: replicasOf(secret.replica),
      policy: policyName === undefined ? undefined : (text(inState(state, "aws_secretsmanager_secret_policy", policyName)?.policy) ?? ""),
      rotates: stack.resources("aws_secretsmanager_secret_rotation").some(([, { secret_id }]) => isOf(secret_id)),
      version: typeof stored?.secret_string_wo_version === "number" ? stored.secret_string_wo_version : undefined,
      versionId: text(stored?.version_id),
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
