import { randomBytes } from "node:crypto";
import type { AwsView } from "../../lab/aws/aws-view";
import { expectEqual, expectOutput } from "../../lab/expect";
import { describeFindings, type LeakProof } from "../../lab/leak-proof/leak-proof";
import { randomKeyFor } from "../../lab/random-key";
import type { Sandbox, Variables } from "../../lab/sandbox/sandbox";
import { managedResources } from "../../lab/terraform/state";
import type { SynthesizedStack } from "../../lab/terraform/synthesized-stack";
import { SAYS } from "../../lab/terraform/terraform-says";
import type { AiKeyNames } from "../../lib/key/names";
import { keyProblem } from "../../lib/key/rules";
import type { KeyRule } from "../../lib/key/validations";
import { step } from "../terminal/step";
import type { Team } from "./life-of-a-team";

/** What the read policy allows, and no more. */
const READ_ACTIONS = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];

const DECRYPT = ["kms:Decrypt"];

/** The tutorial's own placeholder, which must never be stored. */
const PLACEHOLDER = "<YOUR_AI_API_SECRET_KEY>";

/** A key of the stack, and the two values that it has in its life. */
export interface RehearsedKey {
  readonly names: AiKeyNames;
  readonly rules: readonly KeyRule[];
  readonly first: string;
  readonly second: string;
}

/** The keys of a stack, each with values that Terraform takes there. */
export function rehearsedKeys(stack: SynthesizedStack): RehearsedKey[] {
  return stack.keyNames().map((names) => {
    const rules = stack.keyRules(names.variable);
    return { names, rules, first: randomKeyFor(rules), second: randomKeyFor(rules) };
  });
}

/** Everything that the steps need. */
export interface Life {
  readonly sandbox: Sandbox;
  readonly aws: AwsView;
  readonly leakProof: LeakProof;
  /** At least one. */
  readonly keys: readonly RehearsedKey[];
  /** Who takes the stack over once it lives; undefined without a bootstrap in main.ts. */
  readonly team: Team | undefined;
}

/**
 * Runs every step in order, each shown as a line.
 *
 * @throws Error the first failed check, with what was expected and what was found
 */
export async function rehearseLife(
  life: Life,
  options: { readonly destroy: boolean },
): Promise<{ secretArns: string[]; readByProof: string }> {
  const made = await deployFirstKeys(life);
  await checkStoredValues(life);
  await checkReadPolicies(life);
  await refusePlaceholder(life);
  await deployAgain(life);
  await rotate(life);
  await life.team?.takeOver(otherKeys(life.keys));
  const readByProof = await checkNoCopy(life);
  if (options.destroy) {
    await endLife(life, made);
  }
  return { secretArns: made.map(({ arn }) => arn), readByProof };
}

/** The last steps: what guards the secrets is shown, and then they are destroyed. */
export async function endLife(life: Life, made = madeOf(life)): Promise<void> {
  await refuseToDestroy(life);
  await destroy(life, made);
}

async function deployFirstKeys(life: Life): Promise<Made[]> {
  const { sandbox, keys } = life;
  return step("deploy", async (say) => {
    await sandbox.deploy(firstValues(keys));
    say(`${managedResources(sandbox.state()).length} resources by cdktf deploy`);
    return madeOf(life);
  });
}

async function checkStoredValues({ sandbox, aws, keys }: Life): Promise<void> {
  await step("the stored value equals the given key", async (say) => {
    for (const { names, first } of keys) {
      const stored = await aws.secretValue(output(sandbox, names.outputs.arn));
      expectEqual(`the stored value equals ${names.variable}`, holdsKey(stored, first), true);
    }
    say(
      outputsOfSecrets(keys)
        .map(({ arn }) => output(sandbox, arn))
        .join(", "),
    );
  });
}

async function checkReadPolicies({ sandbox, aws, keys }: Life): Promise<void> {
  await step("the attached reader policy names this secret alone", async (say) => {
    for (const outputs of outputsOfSecrets(keys)) {
      const policyArn = output(sandbox, outputs.readPolicyArn);
      const attached = await aws.policiesOfRoleWith(policyArn, `ai-key-rehearsal-${randomBytes(4).toString("hex")}`);
      expectEqual("a role can have the policy", attached, [policyArn]);

      const [read, ...others] = (await aws.policyDocument(policyArn))?.Statement ?? [];
      const secretArns = [read?.Resource ?? []].flat();
      expectEqual("what the policy allows", [read?.Action ?? []].flat().sort(), READ_ACTIONS);
      expectEqual("the secrets that the policy names", namesOfSecrets(secretArns), namesOfSecrets([output(sandbox, outputs.arn)]));
      expectEqual("what else it allows, on keys", [...new Set(others.flatMap(({ Action }) => Action))], others.length > 0 ? DECRYPT : []);
    }
    say(READ_ACTIONS.join(" and "));
  });
}

async function refusePlaceholder({ sandbox, aws, keys }: Life): Promise<void> {
  await step("a placeholder is refused", async (say) => {
    const before = await versionsInAws(sandbox, aws, keys);
    const [{ names: { variable = "" } = {}, rules = [] } = {}] = keys;
    const [problem = ""] = keyProblem(rules, PLACEHOLDER)?.split(/[.,]/) ?? [];
    // With the next version, as Terraform would store it then.
    const { exitCode, output } = await sandbox.tryTerraform(["apply", "-auto-approve"], {
      ...secondValues(keys, 2),
      [variable]: PLACEHOLDER,
    });

    expectEqual("a deploy of a placeholder fails", exitCode !== 0, true);
    expectOutput("Terraform says what is wrong", output, problem);
    expectEqual("Terraform does not repeat the value", output.includes(PLACEHOLDER), false);
    expectEqual("nothing reaches AWS", await versionsInAws(sandbox, aws, keys), before);
    say(`${PLACEHOLDER} never reached AWS`);
  });
}

async function deployAgain({ sandbox, aws, keys }: Life): Promise<void> {
  await step("a second deploy changes nothing", async (say) => {
    const before = await versionsInAws(sandbox, aws, keys);
    const { output: printed } = await sandbox.apply(firstValues(keys));

    expectOutput("Terraform finds nothing to do", printed, SAYS.nothingToDo);
    expectEqual("the stored versions stay", await versionsInAws(sandbox, aws, keys), before);
    say("no changes");
  });
}

async function rotate({ sandbox, aws, keys }: Life): Promise<void> {
  await step("a changed key with a new version is stored", async (say) => {
    const { output: printed } = await sandbox.deploy(secondValues(keys, 2));

    const { length } = outputsOfSecrets(keys);
    expectOutput("nothing but the versions changes", printed, `${length} added, 0 changed, ${length} destroyed`);
    for (const { names, first, second } of keys) {
      const arn = output(sandbox, names.outputs.arn);
      expectEqual("AWSCURRENT is the new key", holdsKey(await aws.secretValue(arn), second), true);
      expectEqual("AWSPREVIOUS is the old key", holdsKey(await aws.secretValue(arn, "AWSPREVIOUS"), first), true);
      expectEqual("the version in the outputs", sandbox.state()?.outputs[names.outputs.version]?.value, 2);
    }
    say("the old one is still readable as AWSPREVIOUS");
  });
}

/** @returns what was read */
async function checkNoCopy({ sandbox, leakProof, keys, team }: Life): Promise<string> {
  return step("no copy of the key", async (say) => {
    // A plan that would store a key: the version is another one.
    await sandbox.terraform(["plan", "-out=saved.tfplan"], secondValues(keys, 3));
    await sandbox.terraform(["show", "-json", "saved.tfplan"], secondValues(keys, 3));

    await team?.fetchStates();
    const { findings, summary } = leakProof.check(sandbox.folder);
    expectEqual("copies of a key outside AWS", describeFindings(findings), []);
    say(summary);
    return summary;
  });
}

async function refuseToDestroy({ sandbox, keys }: Life): Promise<void> {
  if (sandbox.synthesized().protectedSecrets().length === 0) {
    return;
  }
  await step("destroying by mistake is refused", async (say) => {
    const { exitCode, output: printed } = await sandbox.tryTerraform(["plan", "-destroy"], secondValues(keys, 2));

    expectEqual("terraform plan -destroy fails", exitCode !== 0, true);
    expectOutput("Terraform says why", printed, SAYS.notDestroyed);
    sandbox.overrides.allowDestroy(sandbox.stackFolder, sandbox.synthesized());
    say("until preventDestroy is set to false");
  });
}

async function destroy({ sandbox, aws, leakProof, keys, team }: Life, made: readonly Made[]): Promise<void> {
  await step("destroy leaves nothing behind", async (say) => {
    await sandbox.destroy(secondValues(keys, 2));

    expectEqual("resources in the state", managedResources(await sandbox.currentState()).length, 0);
    for (const { arn, policyArn } of made) {
      expectEqual("the read policy in AWS", await aws.policyDocument(policyArn), undefined);
      expectEqual(`${arn} can still be read`, await isReadable(aws, arn), false);
    }
    await team?.fetchStates();
    const { findings } = leakProof.check(sandbox.folder);
    expectEqual("copies of a key outside AWS", describeFindings(findings), []);

    const restorable = (await aws.describeSecret(made[0]?.arn ?? ""))?.DeletedDate;
    say(
      restorable
        ? "the state is empty; AWS can restore the secret until the recovery window ends"
        : "the state is empty, the secret is gone",
    );
  });
}

/** The names of all secrets, and the ids of the stack's versions. */
async function versionsInAws(sandbox: Sandbox, aws: AwsView, keys: readonly RehearsedKey[]): Promise<string[][]> {
  const versions = outputsOfSecrets(keys).map(({ arn }) => aws.versionIds(output(sandbox, arn)));
  return Promise.all([aws.secretNames(), ...versions]);
}

/** Keys that are not the stored ones, which a plan of somebody who has no key takes. */
function otherKeys(keys: readonly RehearsedKey[]): Variables {
  return Object.fromEntries(
    keys.flatMap(({ names, rules }) => [
      [names.variable, randomKeyFor(rules)],
      [names.versionVariable, "2"],
    ]),
  );
}

function firstValues(keys: readonly RehearsedKey[]): Variables {
  return Object.fromEntries(keys.map(({ names, first }) => [names.variable, first]));
}

function secondValues(keys: readonly RehearsedKey[], version: number): Variables {
  return Object.fromEntries(
    keys.flatMap(({ names, second }) => [
      [names.variable, second],
      [names.versionVariable, String(version)],
    ]),
  );
}

/** Whether a stored value is the key, as it is or in a JSON object. */
function holdsKey(stored: string | undefined, key: string): boolean {
  return stored === key || (stored?.startsWith("{") === true && Object.values(JSON.parse(stored)).includes(key));
}

/** The outputs of each secret, which may have several keys. */
function outputsOfSecrets(keys: readonly RehearsedKey[]): AiKeyNames["outputs"][] {
  return [...new Map(keys.map(({ names: { outputs } }) => [outputs.arn, outputs])).values()];
}

/** Secrets without their regions, as replicas have the same name: each once. */
function namesOfSecrets(arns: readonly string[]): string[] {
  return [...new Set(arns.map((arn) => arn.replace(/^(arn:[^:]+:secretsmanager):[^:]+/, "$1:REGION")))];
}

async function isReadable(aws: AwsView, arn: string): Promise<boolean> {
  return aws.secretValue(arn).then(
    () => true,
    () => false,
  );
}

/** What is made for a secret. */
interface Made {
  readonly arn: string;
  readonly policyArn: string;
}

/** By the state, as long as it is a file. */
function madeOf({ sandbox, keys }: Life): Made[] {
  return outputsOfSecrets(keys).map(({ arn, readPolicyArn }) => ({ arn: output(sandbox, arn), policyArn: output(sandbox, readPolicyArn) }));
}

/** @throws Error when the state has no such output */
function output(sandbox: Sandbox, name: string): string {
  const outputs = sandbox.state()?.outputs;
  const value = outputs?.[name]?.value;
  if (typeof value !== "string") {
    throw new Error(`The state must have the output ${name}; found ${Object.keys(outputs ?? {}).join(", ") || "none"}`);
  }
  return value;
}
