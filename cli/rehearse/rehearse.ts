import { join } from "node:path";
import { AwsView } from "../../lab/aws/aws-view";
import { type LocalAws, planLocalAws, startLocalAws } from "../../lab/aws/local-aws";
import { LeakProof } from "../../lab/leak-proof/leak-proof";
import { awsExports, DEFAULT_REGION } from "../../lab/process/child-environment";
import { Session } from "../../lab/process/session";
import { Sandbox } from "../../lab/sandbox/sandbox";
import { findCdkCli } from "../../lab/terraform/cdk-cli";
import { findTerraform } from "../../lab/terraform/find-terraform";
import { findProviderSource } from "../../lab/terraform/provider-source";
import { AWS_PROVIDER_VERSION } from "../../lib/version-floors";
import { show, showError, showJson, step } from "../terminal/step";
import { table } from "../terminal/table";
import { keptByGoogle } from "./kept-by-google";
import { rehearsedKeys, rehearseLife } from "./life-of-a-key";
import { Team } from "./life-of-a-team";
import { deletePolicyCommand, deleteSecretCommand, prepareAws } from "./prepare-aws";
import { ROTATED_STACK, rehearseRotation } from "./rehearse-rotation";

export interface RehearseOptions {
  /** Leaves the local AWS, the secret in it and the working folder for a look. */
  readonly keep: boolean;
  /** Shows a provider's rotation instead, by a program of its own. */
  readonly rotation: boolean;
  /** An object a line for machines, instead of lines for people. */
  readonly json: boolean;
}

type Row = readonly [name: string, text: string];

interface Found {
  readonly rows: readonly Row[];
  /** What was not shown, and why: never nothing. */
  readonly unproven: readonly string[];
}

/**
 * Shows the whole life of a key on this machine: the production configuration, the real cdktf and Terraform, a local AWS. Every step is
 * a check.
 *
 * @param root the project's folder
 * @param stack the stack's id; without it, the first one, by its id, that has a key
 * @returns the exit code: 0; 1 for a failed check or a missing part; 128 and the signal's number when it was interrupted
 */
export async function rehearse(root: string, stack: string | undefined, { keep, rotation, json }: RehearseOptions): Promise<number> {
  if (json) {
    showJson();
  }
  const begin = Date.now();
  const session = new Session();
  let sandbox: Sandbox | undefined;

  try {
    const tools = await findTools(root, rotation);
    sandbox = new Sandbox(session, tools, root, rotation ? ROTATED_STACK : stack);
    const localAws = await startAws(tools, session, sandbox);

    const { rows: found, unproven } = rotation
      ? await rotationFound(sandbox, session, localAws)
      : await rehearseStack(tools, sandbox, session, localAws, keep);
    const rows = [...found, ...(await whatRan(tools, sandbox, unproven))];
    const seconds = Number(((Date.now() - begin) / 1_000).toFixed(0));
    const report = rows.map(([name, text]) => ({ name, text }));
    const left = keep ? keepForALook(sandbox, localAws, rotation) : undefined;
    const shown = [table([...rows, ["Took", `${seconds} s`]]), ...(left ? [left.text] : [])];
    show(`\n${shown.join("\n\n")}`, { ok: true, seconds, report, ...left?.data });
    return 0;
  } catch (error) {
    return fail(error, session, sandbox);
  } finally {
    await session.close();
  }
}

async function findTools(root: string, rotation: boolean) {
  return step("tools found", async (say) => {
    const plan = planLocalAws();
    if (rotation && "endpoint" in plan) {
      throw new Error(OF_ITS_OWN);
    }
    const terraform = await findTerraform();
    const provider = await findProviderSource(terraform);
    const cdk = findCdkCli(root);
    say(`${terraform.product} ${terraform.version}, ${cdk.name} ${cdk.version}, the AWS provider ${provider.description}`);
    return { plan, terraform, provider, cdk };
  });
}

/** An account has one rotator, whose names are fixed: one of the user's own would be in the way, and what is made would stay. */
const OF_ITS_OWN =
  "--rotation makes a rotator, of which an account has one, so the local AWS is one that it starts, and that ends with all that is in it. Unset AWS_ENDPOINT_URL.";

type Tools = Awaited<ReturnType<typeof findTools>>;

async function startAws({ plan }: Tools, session: Session, sandbox: Sandbox): Promise<LocalAws> {
  if ("firstUse" in plan && plan.firstUse) {
    show(plan.firstUse, { firstUse: plan.firstUse });
  }
  return step("local AWS up", async (say) => {
    const localAws = await startLocalAws(plan, session, join(sandbox.logs, "local-aws.log"), say);
    sandbox.endpoint = localAws.endpoint;
    say(`${plan.description}, ${localAws.ownEndpoint}`);
    return localAws;
  });
}

async function rehearseStack({ cdk }: Tools, sandbox: Sandbox, session: Session, localAws: LocalAws, keep: boolean): Promise<Found> {
  await step("synthesize", async (say) => {
    await sandbox.synth();
    sandbox.keepState();
    say(`${sandbox.stack} by ${cdk.name} synth, without a key and without access to AWS`);
  });

  const notShown = keptByGoogle(sandbox.stacks(), sandbox.stack).map((text): Row => ["NOT SHOWN", text]);
  const keys = rehearsedKeys(sandbox.synthesized());
  const leakProof = new LeakProof(
    Object.fromEntries(
      keys.flatMap(({ names: { variable }, first, second }) => [
        [variable, first],
        [`${variable}, rotated`, second],
      ]),
    ),
  );
  session.defer(() => leakProof.stop());
  const aws = new AwsView(localAws.ownEndpoint, sandbox.region());
  session.defer(() => aws.close());
  await prepareAws(sandbox, aws, session, keep || localAws.keep !== undefined); // one of our own ends first, with all that is in it

  // A local AWS of the user's own would keep the bucket and the roles.
  const team = localAws.keep && Team.deployInBackground(sandbox, aws, session);

  const { secretArns, readByProof } = await rehearseLife({ sandbox, aws, leakProof, keys, team }, { destroy: !keep });
  return {
    rows: [...secretArns.map((arn): Row => ["Secret", arn]), ["Copies of a key", `none in ${readByProof}`], ...notShown],
    unproven: team ? await team.unproven() : [NO_TEAM],
  };
}

async function rotationFound(sandbox: Sandbox, session: Session, { endpoint, ownEndpoint }: LocalAws): Promise<Found> {
  const aws = new AwsView(ownEndpoint, DEFAULT_REGION);
  session.defer(() => aws.close());
  const rows = await rehearseRotation(sandbox, aws, session, endpoint);
  return { rows, unproven: ["Lambda itself and OpenAI, which a process and a stub stand for"] };
}

const NO_TEAM =
  "the shared state and the roles, which want a BootstrapStack for this stack in main.ts, and a local AWS that the rehearsal starts";

async function whatRan(tools: Tools, sandbox: Sandbox, unproven: readonly string[]): Promise<Row[]> {
  const provider = await sandbox.providerVersion();
  const { product, version } = tools.terraform;
  const programs = [
    `Node ${process.versions.node}`,
    `${product} ${version}`,
    `${tools.cdk.name} ${tools.cdk.version}`,
    `AWS provider ${provider}`,
    tools.plan.description,
  ];
  const newer = `what production's ${AWS_PROVIDER_VERSION} does otherwise, such as to plan without the right to read the key`;
  return [
    ["Ran", programs.join(", ")],
    ["Unproven", `by AWS provider ${provider} here: ${[...(tools.provider.olderVersion ? [newer] : []), ...unproven].join("; ")}`],
  ];
}

/** Lets the local AWS and the folder live on, and says how to look and how to clear up. */
function keepForALook(sandbox: Sandbox, localAws: LocalAws, rotation: boolean) {
  sandbox.keep();
  const environment = awsExports(localAws.ownEndpoint, sandbox.region());
  const clearUp = [...(localAws.keep ? [`kill ${localAws.keep().pid}`] : deleteCommands(sandbox)), `rm -r ${sandbox.folder}`].join("; ");
  const text = [
    rotation
      ? "Left for a look, with the secret and the rotator in it:"
      : "Left for a look, with the secret in it (the last step, destroy, was left out):",
    ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
    "  aws secretsmanager list-secrets",
    `Then clear up: ${clearUp}`,
  ].join("\n");
  return { text, data: { environment, clearUp } };
}

/** What removes the stack's secrets and policies from a local AWS that lives on. */
function deleteCommands(sandbox: Sandbox): string[] {
  const stack = sandbox.synthesized();
  const policyArns = new Set(stack.keyNames().map(({ outputs }) => String(sandbox.state()?.outputs[outputs.readPolicyArn]?.value)));
  return [...stack.secretNames().map(deleteSecretCommand), ...[...policyArns].map(deletePolicyCommand)];
}

function fail(error: unknown, session: Session, sandbox: Sandbox | undefined): number {
  if (session.interruptedBy) {
    const error = `Stopped by ${session.interruptedBy}. What was started is stopped, and its files are removed.`;
    showError(`\n${error}`, { error });
    return session.exitCode;
  }

  const reason = session.signal.aborted ? session.signal.reason : error;
  const message = reason instanceof Error ? reason.message : String(reason);
  const kept = sandbox && !session.signal.aborted ? { folder: sandbox.folder, logs: sandbox.logs } : undefined;
  if (kept) {
    sandbox?.keep();
  }
  showError(
    `\nThe rehearsal failed: ${message}${kept ? `\n\nThe working folder is kept: ${kept.folder}\nWhat every command printed is in ${kept.logs}` : ""}`,
    { error: message, ...kept },
  );
  return 1;
}
