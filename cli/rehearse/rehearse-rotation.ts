import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsView } from "../../lab/aws/aws-view";
import { expectEqual } from "../../lab/expect";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { awsExports } from "../../lab/process/child-environment";
import type { Session } from "../../lab/process/session";
import { deployedFunction } from "../../lab/rotation/deployed-function";
import { type ProviderStub, startProviderStub } from "../../lab/rotation/provider-stub";
import { type Invoke, startRotatingAws } from "../../lab/rotation/rotating-aws";
import { runFunction } from "../../lab/rotation/run-function";
import type { Sandbox } from "../../lab/sandbox/sandbox";
import { step } from "../terminal/step";
import { table } from "../terminal/table";

/** The library as this command has it: in a checkout its sources, else the installed package. */
const LIBRARY = JSON.stringify(join(__dirname, "../../lib"));

/** The stack with the key. */
export const ROTATED_STACK = "ai-secret";

const SECRET = "ai/production/openai-api-key";

/** What main.ts would say, with the rotator in a stack of the administrator's. */
const PROGRAM = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AiKeyStack } from ${LIBRARY};
import { KeyRotator } from ${JSON.stringify(join(__dirname, "../../lib/rotation"))};

const app = new App();
const openai = { projectId: "proj_rehearsal", serviceAccountId: "user-rehearsal" };
const aiSecret = new AiKeyStack(app, "${ROTATED_STACK}", {
  region: "us-east-1",
  keys: [{ provider: "openai", rotation: { openai, everyDays: 30 } }],
});
const rotator = new TerraformStack(app, "rotator");
new AwsProvider(rotator, "aws", { region: "us-east-1" });
new KeyRotator(rotator, "rotator", { stacks: [aiSecret] });
app.synth();
`;

/**
 * Shows a key that no person and no CI ever sees: the first one is made by the first rotation, and replaced by the second one. The function is
 * the deployed one, run as Lambda runs it; a stub on this machine stands for OpenAI.
 *
 * @param endpoint of the local AWS
 * @returns the rows of the report
 */
export async function rehearseRotation(
  sandbox: Sandbox,
  aws: AwsView,
  session: Session,
  endpoint: string,
): Promise<[name: string, text: string][]> {
  const stub = await startProviderStub();
  session.defer(() => stub.close());
  const values = new Map<string, string>([["the admin key", stub.adminKey]]);
  const adminKeyOnly = new LeakProof(Object.fromEntries(values)); // it watches the arguments of all commands
  session.defer(() => adminKeyOnly.stop());
  const rotator = sandbox.folderOf("rotator");
  const log = join(sandbox.logs, "function.log");

  let invoke: Invoke = () => Promise.reject(new Error("The rotator is not deployed"));
  const rotating = await startRotatingAws(endpoint, (...call) => invoke(...call));
  session.defer(() => rotating.close());
  sandbox.endpoint = rotating.url;
  const note = () => {
    for (const { id, value } of stub.keys.values()) {
      values.set(`the key ${id}`, value);
    }
  };

  await step("write the program", async (say) => {
    await sandbox.use(PROGRAM);
    say("a key with rotation: { openai: … }, and a rotator in the administrator's stack");
  });

  await step("deploy the rotator", async (say) => {
    await sandbox.terraform(["init"], {}, rotator);
    await sandbox.terraform(["apply", "-auto-approve"], { openai_admin_key: stub.adminKey }, rotator);
    const own = deployedFunction(rotator, await sandbox.pulledState(rotator), join(sandbox.folder, "function"), {
      ...awsExports(rotating.url, sandbox.region()),
      AWS_REGION: sandbox.region(), // as Lambda says it
    });
    invoke = async (event) => {
      const { ok, log: printed } = await runFunction({ ...own, providerUrl: stub.url }, event);
      appendFileSync(log, printed);
      note();
      if (!ok) {
        throw new Error(`The rotation function failed:\n${printed}`);
      }
    };
    say("a function, its role, its alarm and OpenAI's admin key, in the administrator's stack");
  });

  const rotated = async () => {
    await rotating.settled();
    expectEqual("the rotation has ended", rotating.pending(), []);
    const stored = (await aws.secretValue(SECRET)) ?? "";
    expectEqual("the provider accepts the stored key", stub.accepts(stored), true);
    return stored;
  };
  const first = await step("make the first key", async (say) => {
    await sandbox.init();
    await sandbox.apply({});
    const stored = await rotated();
    expectEqual("there is no version of Terraform's", sandbox.synthesized().resources("aws_secretsmanager_secret_version"), []);
    say("the deploy of the secret has started the first rotation; there is no variable, and OpenAI accepts the key");
    return stored;
  });

  await step("rotate", async (say) => {
    await rotating.rotate(SECRET);
    const second = await rotated();
    expectEqual("the key is another one", second === first, false);
    expectEqual("the key before still works, for applications that keep it", [stub.keys.size, stub.accepts(first)], [2, true]);
    say("OpenAI has the new key and the one before it, which the next rotation deletes");
  });

  const summary = await step("look for copies of the keys", async (say) => {
    const proof = new LeakProof(Object.fromEntries(values));
    const { findings, summary } = proof.check(sandbox.folder);
    proof.stop();
    expectEqual("copies of a key", describeFindings([...findings, ...adminKeyOnly.check(sandbox.logs).findings]), []);
    say(`none of ${values.size} keys in ${summary}, the function's log and its package among them`);
    return summary;
  });

  return [
    ["The stub saw", `\n${table(callsOf(stub))}`],
    ["The log says", `\n${readFileSync(log, "utf8").trim()}`],
    ["Copies of a key", `none in ${summary}`],
  ];
}

function callsOf({ calls }: ProviderStub): string[][] {
  return calls.map(({ method, path, status }) => ["", method, path, String(status)]);
}
