import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Answer } from "./answer";
import { awsConfig } from "./aws-config";
import { type DeployedStack, deployedStacks } from "./deployed-stack";
import { table } from "./table";
import { type Check, check } from "./verify/check";
import { type DeclaredSecret, declaredSecrets } from "./verify/declared-secret";
import { keyCheck } from "./verify/key-check";
import { lookAt, readValue } from "./verify/live-secret";
import { secretChecks } from "./verify/secret-checks";
import { stateCheck } from "./verify/state-check";

/**
 * Whether AWS has what the synthesized stacks declare and their states say. It changes nothing, and shows no key.
 *
 * @param root the project's folder
 * @param stack one stack; without it, all that have secrets
 */
export async function verify(root: string, stack: string | undefined): Promise<Answer> {
  const all = await deployedStacks(root);
  const stacks = all.filter(({ name }) => stack === undefined || name === stack);
  if (stacks.length === 0) {
    throw new Error(`There is no stack ${stack} with a secret; there is ${all.map(({ name }) => name).join(", ")}.`);
  }

  const parts = (await Promise.all(stacks.map(partsOf))).flat();
  const ok = parts.every(({ checks }) => checks.every(({ holds }) => holds !== false));
  return { ok, text: parts.map(partText).join("\n\n"), data: { parts: parts.map(partData) } };
}

/** The checks of one secret, or of one state. */
interface Part {
  readonly stack: string;
  readonly secret?: string;
  readonly checks: readonly Check[];
}

async function partsOf(stack: DeployedStack): Promise<Part[]> {
  const secrets = declaredSecrets(stack.config, stack.state);
  const checked = await Promise.all(secrets.map(checkSecret));
  const keys: Record<string, string> = Object.assign({}, ...checked.map(({ keys }) => keys));
  return [
    ...checked.map(({ checks }, index) => ({ stack: stack.name, secret: secrets[index]?.name, checks })),
    { stack: stack.name, checks: [stateCheck(stack, keys)] },
  ];
}

interface CheckedSecret {
  readonly checks: readonly Check[];
  /** The keys that are known now, to look for in the state. */
  readonly keys: Readonly<Record<string, string>>;
}

async function checkSecret(declared: DeclaredSecret): Promise<CheckedSecret> {
  const variable = `TF_VAR_${declared.variable}`;
  const key = process.env[variable];
  const known = key ? { [variable]: key } : {};
  if (declared.arn === undefined) {
    return { checks: [check("Secret", false, "not deployed: it is not in the state")], keys: known };
  }

  const client = new SecretsManagerClient(awsConfig(declared.arn));
  try {
    const live = await lookAt(client, declared.arn);
    if (!live) {
      return { checks: [check("Secret", false, `there is no ${declared.arn} in AWS`)], keys: known };
    }
    const { id } = live.current;
    const stored = key && id && !live.secret.DeletedDate ? await readValue(client, declared.arn, id) : undefined;
    const keyChecks = live.secret.DeletedDate ? [] : [keyCheck(declared, key, stored, id)];
    return { checks: [...secretChecks(declared, live), ...keyChecks], keys: known };
  } finally {
    client.destroy();
  }
}

function partData({ checks, ...part }: Part): object {
  return { ...part, checks: checks.map(({ holds, ...rest }) => ({ ...rest, holds: holds ?? null })) };
}

function partText({ stack, secret, checks }: Part): string {
  const mark = (holds: boolean | undefined) => (holds === undefined ? "-" : holds ? "yes" : "NO");
  return [`${[stack, secret].filter(Boolean).join(": ")}`, table(checks.map(({ name, holds, text }) => [mark(holds), name, text]))].join(
    "\n",
  );
}
