import { randomBytes } from "node:crypto";
import type { AwsView, PolicyDocument } from "./aws-view";
import { expectEqual, expectOutput } from "./expect";
import { describeFindings, type LeakProof } from "./leak-proof";
import type { Sandbox } from "./sandbox";
import { step } from "./step";

/** The tutorial's own placeholder, which must never be stored. */
const PLACEHOLDER = "<YOUR_AI_API_SECRET_KEY>";

/** A key such as an AI provider makes. */
export function randomKey(): string {
  return `sk-rehearsal-${randomBytes(24).toString("base64url")}`;
}

/** Everything that the steps need. */
export interface Life {
  readonly sandbox: Sandbox;
  readonly aws: AwsView;
  readonly leakProof: LeakProof;
  readonly firstKey: string;
  readonly secondKey: string;
}

/**
 * Runs every step in order, each shown as a line.
 *
 * @throws Error the first failed check, with what was expected and what was found
 */
export async function liveThrough(life: Life, options: { readonly destroy: boolean }): Promise<{ secretArn: string; readByProof: string }> {
  await refusePlaceholder(life);
  const secretArn = await deployFirstKey(life);
  await checkStoredValue(life, secretArn);
  await checkReadPolicy(life, secretArn);
  await deployAgain(life, secretArn);
  await rotate(life, secretArn);
  const readByProof = await findNoCopy(life);
  if (options.destroy) {
    await destroy(life, secretArn);
  }
  return { secretArn, readByProof };
}

async function refusePlaceholder({ sandbox, aws }: Life): Promise<void> {
  await step("a placeholder is refused", async (say) => {
    const before = await aws.secretNames();
    const { exitCode, output } = await sandbox.tryDeploy({ ai_api_key: PLACEHOLDER });

    expectEqual("cdktf deploy with a placeholder fails", exitCode !== 0, true);
    expectOutput("Terraform says what is wrong", output, "ai_api_key is a placeholder");
    expectEqual("Terraform does not repeat the value", output.includes(PLACEHOLDER), false);
    expectEqual("nothing reaches AWS", await aws.secretNames(), before);
    say(`${PLACEHOLDER} never reached AWS`);
  });
}

/** @returns the secret's ARN */
async function deployFirstKey({ sandbox, firstKey }: Life): Promise<string> {
  return step("deploy", async (say) => {
    await sandbox.deploy({ ai_api_key: firstKey });
    say(`${managedResources(sandbox)} resources by cdktf deploy`);
    return output(sandbox, "api_secret_arn");
  });
}

async function checkStoredValue({ aws, firstKey }: Life, arn: string): Promise<void> {
  await step("the stored value equals the given key", async (say) => {
    expectEqual("the stored value equals the given key", (await aws.secretValue(arn)) === firstKey, true);
    say(arn);
  });
}

async function checkReadPolicy({ sandbox, aws }: Life, arn: string): Promise<void> {
  await step("the attached reader policy names this secret alone", async (say) => {
    const policyArn = output(sandbox, "read_policy_arn");
    const attached = await aws.policiesOfRoleWith(policyArn, `ai-key-rehearsal-${randomBytes(4).toString("hex")}`);
    expectEqual("a role can have the policy", attached, [policyArn]);

    const document = await aws.policyDocument(policyArn);
    const actions = document ? actionsOf(document) : [];
    expectEqual("what the policy allows", actions, ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]);
    expectEqual(
      "the secrets that the policy names",
      document?.Statement.flatMap(({ Resource }) => Resource),
      [arn],
    );
    say(actions.join(" and "));
  });
}

async function deployAgain({ sandbox, aws, firstKey }: Life, arn: string): Promise<void> {
  await step("a second deploy changes nothing", async (say) => {
    const before = await aws.versionIds(arn);
    const { output } = await sandbox.deploy({ ai_api_key: firstKey });

    expectOutput("Terraform finds nothing to do", output, "No changes.");
    expectEqual("the stored versions stay", await aws.versionIds(arn), before);
    say("no changes");
  });
}

async function rotate({ sandbox, aws, firstKey, secondKey }: Life, arn: string): Promise<void> {
  await step("a changed key with a new version is stored", async (say) => {
    await sandbox.deploy({ ai_api_key: secondKey, ai_api_key_version: "2" });

    expectEqual("AWSCURRENT is the new key", (await aws.secretValue(arn)) === secondKey, true);
    expectEqual("AWSPREVIOUS is the old key", (await aws.secretValue(arn, "AWSPREVIOUS")) === firstKey, true);
    expectEqual("the version in the outputs", sandbox.state()?.outputs.api_key_version?.value, 2);
    say("the old one is still readable as AWSPREVIOUS");
  });
}

/** @returns what was read */
async function findNoCopy({ sandbox, leakProof, secondKey }: Life): Promise<string> {
  return step("no copy of the key", async (say) => {
    // A plan that would store a key: the version is another one.
    await sandbox.terraform(["plan", "-out=saved.tfplan"], { ai_api_key: secondKey, ai_api_key_version: "3" });
    await sandbox.terraform(["show", "-json", "saved.tfplan"], { ai_api_key: secondKey, ai_api_key_version: "3" });

    const { findings, summary } = leakProof.check(sandbox.folder);
    expectEqual("copies of a key outside AWS", describeFindings(findings), []);
    say(summary);
    return summary;
  });
}

async function destroy({ sandbox, aws, leakProof, secondKey }: Life, arn: string): Promise<void> {
  await step("destroy leaves nothing behind", async (say) => {
    const policyArn = output(sandbox, "read_policy_arn");
    await sandbox.destroy({ ai_api_key: secondKey, ai_api_key_version: "2" });

    expectEqual("resources in the state", managedResources(sandbox), 0);
    expectEqual("the read policy in AWS", await aws.policyDocument(policyArn), undefined);
    const secret = await aws.describeSecret(arn);
    const readable = await aws.secretValue(arn).then(
      () => true,
      () => false,
    );
    expectEqual("the secret can still be read", readable, false);
    const { findings } = leakProof.check(sandbox.folder);
    expectEqual("copies of a key outside AWS", describeFindings(findings), []);
    say(
      secret?.DeletedDate
        ? "the state is empty; AWS can restore the secret until the recovery window ends"
        : "the state is empty, the secret is gone",
    );
  });
}

function actionsOf(document: PolicyDocument): string[] {
  return document.Statement.flatMap(({ Action }) => Action).sort();
}

function managedResources(sandbox: Sandbox): number {
  return sandbox.state()?.resources.filter(({ mode }) => mode === "managed").length ?? 0;
}

/** @throws Error when the state has no such output */
function output(sandbox: Sandbox, name: string): string {
  const value = sandbox.state()?.outputs[name]?.value;
  if (typeof value !== "string") {
    throw new Error(`The state must have the output ${name}; found ${Object.keys(sandbox.state()?.outputs ?? {}).join(", ") || "none"}`);
  }
  return value;
}
