import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { otherValues, otherValuesProblem } from "../../lab/terraform/other-values";
import { outputFolderOf, stackFolderIn } from "../../lab/terraform/synthesized-stack";
import { awsConfig } from "../aws/aws-config";
import { type DeclaredKey, type DeclaredSecret, declaredSecrets } from "../declared-secret";
import { type DeployedStack, deployedStacks, leftOutLines } from "../deployed-stack";
import type { Answer } from "../terminal/answer";
import { table } from "../terminal/table";
import { type Check, check } from "./check";
import { keyCheck } from "./key-check";
import { checkLiveOptions, type LiveOptions, liveCheck } from "./live-check";
import { findLiveSecret, readValue } from "./live-secret";
import { secretChecks } from "./secret-checks";
import { lostStateCheck, stateCheck, taintedChecks } from "./state-check";
import { storedKey } from "./stored-key";
import { unknownSecretCheck } from "./unknown-secret";

export interface VerifyOptions extends LiveOptions {
  /** Whether to ask the AI providers too. */
  readonly live: boolean;
}

/**
 * Whether AWS has what the synthesized stacks declare and their states say. It changes nothing, and shows no key.
 *
 * @param root the project's folder
 * @param stack one stack; without it, all that have secrets and whose states can be read
 */
export async function verify(root: string, stack: string | undefined, options: VerifyOptions): Promise<Answer> {
  checkLiveOptions(options);
  const found = await deployedStacks(root, stack);
  const declared = found.deployed.map((deployed) => ({ deployed, secrets: declaredSecrets(deployed.stack, deployed.state) }));
  const keys = declared.flatMap(({ secrets }) => secrets.flatMap(keysOf)).length;
  if (options.baseUrl !== undefined && keys > 1) {
    throw new Error(`--base-url gets one key; there are ${keys}. Say the stack of one key.`);
  }

  const parts = (await Promise.all(declared.map(({ deployed, secrets }) => partsOf(root, deployed, secrets, options)))).flat();
  const ok = parts.every(({ checks }) => checks.every(({ holds }) => holds !== false));
  return {
    ok,
    text: [...parts.map(partText), ...leftOutLines(found)].join("\n\n"),
    data: { parts: parts.map(partData), leftOut: found.leftOut },
  };
}

/** The checks of one secret, or of one state. */
interface Part {
  readonly stack: string;
  readonly secret?: string;
  readonly checks: readonly Check[];
}

async function partsOf(root: string, deployed: DeployedStack, secrets: readonly DeclaredSecret[], options: VerifyOptions): Promise<Part[]> {
  const region = deployed.stack.region();
  const checked = await Promise.all(secrets.map((secret) => checkSecret(secret, region, options)));
  const keys: Record<string, string> = Object.assign({}, ...checked.map(({ keys }) => keys));
  const folder = stackFolderIn(outputFolderOf(root), deployed.stack.name);
  return [
    ...checked.map(({ checks }, index) => ({ stack: deployed.stack.name, secret: secrets[index]?.name, checks })),
    {
      stack: deployed.stack.name,
      checks: [
        (await lostStateCheck(deployed)) ?? stateCheck(deployed, keys),
        ...taintedChecks(deployed, folder),
        ...valueChecks(root, folder),
      ],
    },
  ];
}

/** Whether a deploy takes the keys of the environment. */
function valueChecks(root: string, folder: string): Check[] {
  const sources = otherValues(root, folder);
  return sources.length > 0 ? [check("Variables", false, otherValuesProblem(sources))] : [];
}

interface CheckedSecret {
  readonly checks: readonly Check[];
  /** The keys that are known now, to look for in the state. */
  readonly keys: Readonly<Record<string, string>>;
}

async function checkSecret(declared: DeclaredSecret, region: string | undefined, options: VerifyOptions): Promise<CheckedSecret> {
  const known: Record<string, string> = Object.assign(
    {},
    ...declared.keys.map((key) => (given(key) ? { [`TF_VAR_${key.variable}`]: given(key) } : {})),
  );
  if (declared.arn === undefined) {
    return { checks: [await unknownSecretCheck(declared.name, region)], keys: known };
  }

  const client = new SecretsManagerClient(awsConfig(declared.arn));
  try {
    const live = await findLiveSecret(client, declared.arn, declared.keyArn);
    if (!live) {
      return { checks: [check("Secret", false, `there is no ${declared.arn} in AWS`)], keys: known };
    }
    if (live.secret.DeletedDate) {
      return { checks: secretChecks(declared, live), keys: known };
    }
    const { id } = live.current;
    const reads = options.live || Object.keys(known).length > 0; // each read can be noticed
    const stored = reads && id ? await readValue(client, declared.arn, id) : undefined;
    const ofKeys = await Promise.all(keysOf(declared).map((key) => keyChecks(declared, key, stored, id, options)));
    const checks = [...secretChecks(declared, live), ...ofKeys.flat()];
    return { checks, keys: known };
  } finally {
    client.destroy();
  }
}

/**
 * @param key undefined where the rotation makes it
 * @param stored the secret's text; undefined when it was not read
 * @param currentId what AWS calls the version that was read
 */
async function keyChecks(
  declared: DeclaredSecret,
  key: DeclaredKey | undefined,
  stored: string | undefined,
  currentId: string | undefined,
  { live: asksProvider, provider, baseUrl }: VerifyOptions,
): Promise<Check[]> {
  const checks = [keyCheck(declared, key, given(key), stored, currentId)];
  if (asksProvider) {
    const inUse = stored === undefined ? undefined : storedKey(declared, key, stored);
    const whose = (key ?? declared).provider ?? provider;
    checks.push(await liveCheck(whose, inUse ? inUse.apiKey : given(key), baseUrl ?? inUse?.endpoint));
  }
  return declared.keys.length > 1 ? checks.map((one) => ({ ...one, name: `${one.name} ${key?.field}` })) : checks;
}

/** The key at hand. */
function given(key: DeclaredKey | undefined): string | undefined {
  return (key && process.env[`TF_VAR_${key.variable}`]) || undefined;
}

/** The keys of a secret; one that is not declared where the rotation makes it. */
function keysOf({ keys }: DeclaredSecret): readonly (DeclaredKey | undefined)[] {
  return keys.length > 0 ? keys : [undefined];
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
