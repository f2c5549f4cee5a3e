import { inState, type TerraformState } from "../lab/terraform/state";
import { blocks, type SynthesizedStack, text } from "../lab/terraform/synthesized-stack";
import { providerOf } from "../lib/key/names";

/** A secret as its stack declares it, with what only a deploy knows taken from the state. */
export interface DeclaredSecret {
  readonly name: string;
  /** Undefined before the first deploy. */
  readonly arn: string | undefined;
  /** The variable that the key arrives in, after `TF_VAR_`; undefined where the rotation makes the key. */
  readonly variable: string | undefined;
  /** The provider, as the names of the key say it; undefined for the generic key. */
  readonly provider: string | undefined;
  /** Whether the key is in a JSON body; undefined where the rotator alone knows. */
  readonly body: boolean | undefined;
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
    const variable = version ? (value.match(/\bvar\.(\w+)/)?.[1] ?? "") : undefined;

    return {
      name: text(secret.name) ?? "",
      arn: text(inState(state, "aws_secretsmanager_secret", id)?.arn),
      variable,
      provider: variable === undefined ? providerOfOutput(stack, isOf) : providerOf(variable),
      body: version && value.includes("jsonencode("),
      keyArn: keyArnOf(text(secret.kms_key_id), state),
      replicas: replicasOf(secret.replica),
      policy: policyName === undefined ? undefined : (text(inState(state, "aws_secretsmanager_secret_policy", policyName)?.policy) ?? ""),
      rotates: stack.resources("aws_secretsmanager_secret_rotation").some(([, { secret_id }]) => isOf(secret_id)),
      version: typeof stored?.secret_string_wo_version === "number" ? stored.secret_string_wo_version : undefined,
      versionId: text(stored?.version_id),
    };
  });
}

/** The provider of a key without a variable, by the name of the output with its ARN. */
function providerOfOutput(stack: SynthesizedStack, isOf: (reference: unknown) => boolean): string | undefined {
  const output = Object.entries(stack.config.output ?? {}).find(([, { value }]) => isOf(value));
  return output?.[0].match(/^(\w+)_api_secret_arn$/)?.[1]?.replaceAll("_", "-");
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
