import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetPolicyVersionCommand, IAMClient, ListAttachedRolePoliciesCommand } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, type Credentials, STSClient } from "@aws-sdk/client-sts";
import { describeFindings, LeakProof } from "../../lab/leak-proof/leak-proof";
import { DUMMY_CREDENTIALS } from "../../lab/process/child-environment";
import { startServer } from "../../lab/process/loopback-server";
import { randomKey } from "../../lab/random-key";
import { deployedFunction } from "../../lab/rotation/deployed-function";
import { type AiApi, likeXai, startAiApi } from "../support/ai-api";
import { answerWith } from "../support/aws-fault";
import { type AwsProxy, startAwsProxy } from "../support/aws-proxy";
import { ExampleApp, type ExampleOptions } from "../support/example-app";
import { inOrder } from "../support/in-order";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { needBoto3 } from "../support/needs";
import { outputsOf } from "../support/outputs-of";
import { ACCOUNT } from "../support/policy-matrix";
import { ROOT } from "../support/project";
import { makeStateBucket, STATE_BUCKET } from "../support/state-bucket";

const FIRST = randomKey();
const SECOND = randomKey();
const THIRD = randomKey();

/** Of the texts that somebody stored by hand. */
const ODD = randomKey();
const ODD_TEXTS = [
  `${ODD}\n`,
  `${ODD}\r\n`,
  `${ODD.slice(0, 20)}\n${ODD.slice(20)}`,
  JSON.stringify({ api_key: ODD }, undefined, 2),
  `\u0000${ODD}`,
];

const FALLBACK = randomKey();
const KEYS = { ai_api_key: FIRST, fallback_api_key: FALLBACK };

/**
 * The example, with a second stack of keys, for whose key the application has a grant too, and a bucket for states that is there already.
 *
 * @param kmsKeyArn of the states
 */
function program(kmsKeyArn: string): string {
  const others = `const fallback = new AiKeyStack(app, "ai-fallback", { region: REGION, provider: "fallback", format: "any", preventDestroy: false });
fallback.secret("fallback").grantRead(role);
app.synth();`;
  return readFileSync(join(ROOT, "examples/lambda/main.ts"), "utf8")
    .replace('"../../lib"', '"./lib"')
    .replaceAll("__dirname", 'join(__dirname, "examples/lambda")')
    .replace('environment: "Example"', 'environment: "Example", preventDestroy: false')
    .replace(`bucket: "${STATE_BUCKET}"`, `bucket: { bucket: "${STATE_BUCKET}", kmsKeyArn: "${kmsKeyArn}" }`)
    .replace("app.synth();", others);
}

const REQUESTS = 200;
const READ = "secretsmanager:GetSecretValue";
const PARAMETER = "/ai/api-secret-arn";

/** The examples; one is told the ARN, the other where it is. */
const EXAMPLES: readonly { readonly language: string; readonly command: ExampleOptions["command"]; readonly variable: string }[] = [
  { language: "Node", command: [process.execPath, "--require", "tsx/cjs", "examples/node/app.ts"], variable: "AI_API_KEY_SECRET_ARN" },
  { language: "Python", command: ["python3", "examples/python/app.py"], variable: "AI_API_KEY_SECRET_ARN_PARAMETER" },
];

const THREADS = `
from threading import Barrier, Thread
from ai_key import AiKey, secret_arn

key = AiKey(secret_arn())
barrier = Barrier(1000)
keys = []

def read():
    barrier.wait()
    keys.append(key.get())

threads = [Thread(target=read) for _ in range(1000)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(keys), "reads of", len(set(keys)), "key")
`;

/** Asks by the key of each secret that it is told, as the example does, and prints what the example would. */
const ASK = `
import sys
from ai_key import AiKey
from app import ask, report

for arn in sys.argv[1:]:
    try:
        print(AiKey(arn).use(lambda key: ask(key, "who?")))
    except Exception as error:
        report(error)
`;

interface Running {
  readonly app: ExampleApp;
  readonly api: AiApi;
  /** How often it has read the secret. */
  reads(): number;
}

describeWithAws("applications that read the key of a deploy, under the role of the function that was deployed with it", () => {
  let lab: Lab;
  let leakProof: LeakProof;
  let proxy: AwsProxy;
  let secrets: SecretsManagerClient;
  let arn = "";
  let stranger: Credentials;

  /** The sessions that the role of the function was assumed for, and what each has asked AWS for. */
  const sessions = new Map<string, string[]>();
  const running = new Map<string, Running>();
  const started: ExampleApp[] = [];

  const assume = async (role: string): Promise<Credentials> => {
    const sts = new STSClient({ endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS });
    const command = new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`, RoleSessionName: "application" });
    const { Credentials } = await sts.send(command);
    sts.destroy();
    if (!Credentials?.AccessKeyId) {
      throw new Error(`${role} could not be assumed`);
    }
    return Credentials;
  };

  const start = (command: ExampleOptions["command"], credentials: Credentials, settings: NodeJS.ProcessEnv): ExampleApp => {
    const app = new ExampleApp(lab.session, { command, endpoint: proxy.endpoint, credentials, settings });
    started.push(app);
    return app;
  };

  beforeAll(async () => {
    needBoto3();
    lab = await openLab(async (endpoint) => program(await makeStateBucket(endpoint)), { stack: "ai-lambda" });
    leakProof = new LeakProof({ first: FIRST, second: SECOND, third: THIRD, odd: ODD, fallback: FALLBACK });
    for (const stack of ["bootstrap", "ai-secret", "ai-fallback"]) {
      await lab.sandbox.terraform(["init"], {}, lab.sandbox.folderOf(stack));
      await lab.sandbox.terraform(["apply", "-auto-approve"], KEYS, lab.sandbox.folderOf(stack));
    }
    await lab.sandbox.apply({});
    arn = (await outputsOf(lab.sandbox, lab.sandbox.folderOf("ai-secret"))).api_secret_arn ?? "";

    const config = { endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
    secrets = new SecretsManagerClient(config);
    const parameters = new SSMClient(config);
    await parameters.send(new PutParameterCommand({ Name: PARAMETER, Value: arn, Type: "String" }));
    parameters.destroy();
    await lab.aws.makeRole("stranger");
    stranger = await assume("stranger");

    // The local AWS lets everyone in: the proxy stands for the policies, that of the deployed role and none.
    proxy = await startAwsProxy(lab.sandbox.endpoint, (calls, response) => {
      const [, accessKeyId = ""] = String(response.req.headers.authorization).match(/Credential=([^/]+)/) ?? [];
      const asked = sessions.get(accessKeyId);
      asked?.push(...calls.map(({ action }) => action));
      const [call] = calls;
      return asked || !call ? undefined : answerWith("denied", call, response);
    });

    for (const { language, command, variable } of EXAMPLES) {
      const credentials = await assume("ask-ai");
      const asked: string[] = [];
      sessions.set(credentials.AccessKeyId ?? "", asked);
      const api = await startAiApi(FIRST);
      const settings = { [variable]: variable.endsWith("PARAMETER") ? PARAMETER : arn, OPENAI_BASE_URL: api.baseUrl };
      const app = start(command, credentials, settings);
      running.set(language, { app, api, reads: () => asked.filter((action) => action === READ).length });
    }
  });
  afterAll(async () => {
    leakProof?.stop();
    secrets?.destroy();
    await Promise.all(started.map((app) => app.stop()));
    await Promise.all([...running.values()].map(({ api }) => api.close()));
    await proxy?.close();
    await lab?.close();
  });

  const each = <T>(run: (example: Running) => Promise<T>) => Promise.all([...running.values()].map(run));

  /** The lines that it prints. */
  async function askInPython(arns: readonly string[], baseUrl = ""): Promise<string[]> {
    const credentials = await assume("ask-ai");
    sessions.set(credentials.AccessKeyId ?? "", []);
    const app = start(["python3", "-c", ASK, ...arns], credentials, { PYTHONPATH: "examples/python", OPENAI_BASE_URL: baseUrl });
    expect(await app.exitCode()).toBe(0);
    return app.output.trim().split("\n");
  }

  const step = inOrder();

  step("the key reaches the AI API as it was given to the deploy, by one read for a hundred requests at once", async () => {
    await each(async ({ app, api, reads }) => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => app.ask("who are you?")));

      expect(new Set(answers)).toEqual(new Set(["200 You asked: who are you?"]));
      expect([...api.accepted]).toEqual([[`Bearer ${FIRST}`, 100]]);
      expect(api.refused.size).toBe(0);
      expect(reads()).toBe(1);
    });
  });

  step("1,000 threads that read first, in Python, share one read", async () => {
    const credentials = await assume("ask-ai");
    const asked: string[] = [];
    sessions.set(credentials.AccessKeyId ?? "", asked);
    const app = start(["python3", "-c", THREADS], credentials, { PYTHONPATH: "examples/python", AI_API_KEY_SECRET_ARN: arn });

    expect(await app.exitCode()).toBe(0);
    expect(app.output).toBe("1000 reads of 1 key\n");
    expect(asked).toEqual([READ]);
  });

  step("a rotation under load fails no request: the provider revokes the old key once the new one is stored", async () => {
    for (const { api } of running.values()) {
      api.valid.add(SECOND); // made at the provider, before it is stored
    }
    let rotated = false;
    const folder = lab.sandbox.folderOf("ai-secret");
    const stored = lab.sandbox.terraform(["apply", "-auto-approve"], { ai_api_key: SECOND, ai_api_key_version: "2" }, folder);
    const rotation = stored.then(() => {
      for (const { api } of running.values()) {
        api.valid.delete(FIRST);
      }
      rotated = true;
    });
    const loads = each(async ({ app, api, reads }) => {
      const answers: Promise<string>[] = [];
      const ask = (count: number) => answers.push(...Array.from({ length: count }, () => app.ask("still there?")));
      for (; !rotated || answers.length < REQUESTS - 50; await sleep(100)) {
        ask(4);
      }
      ask(50); // at once, with a key that is refused now
      expect(new Set(await Promise.all(answers))).toEqual(new Set(["200 You asked: still there?"]));
      expect(answers.length).toBeGreaterThanOrEqual(REQUESTS);
      expect(api.accepted.get(`Bearer ${FIRST}`)).toBeGreaterThan(100);
      expect(api.accepted.get(`Bearer ${SECOND}`)).toBeGreaterThanOrEqual(50);
      expect(api.refused.get(`Bearer ${FIRST}`)).toBeGreaterThan(0);
      expect(reads()).toBe(2);
      expect(await app.lines(1)).toHaveLength(1); // that it listens
    });
    await Promise.all([rotation, loads]);
  });

  step("a key that is revoked before the new one is stored fails requests, by one line each, until it is stored", async () => {
    await each(async ({ app, api, reads }) => {
      api.refuse = likeXai; // with 400
      api.valid.clear();
      api.valid.add(THIRD);
      api.refused.clear();
      const before = reads();

      const begin = performance.now();
      const answers = await Promise.all(Array.from({ length: 50 }, () => app.ask("and now?")));
      answers.push(await app.ask("and now?"));
      const pauses = Math.floor((performance.now() - begin) / 5_000);

      expect(new Set(answers)).toEqual(new Set(["502 No answer from the AI API\n"]));
      const lines = (await app.lines(52)).slice(1); // after the one that says that it listens
      expect(lines).toHaveLength(51);
      expect(new Set(lines.map((line) => line.replace(/^\w+: /, "")))).toEqual(
        new Set(["The AI API refuses the key (400), also as AWS has it now"]),
      );
      expect([...api.refused]).toEqual([[`Bearer ${SECOND}`, 51]]);
      expect(reads()).toBeLessThanOrEqual(before + 1 + pauses);
    });

    await secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: THIRD }));
    await each(async ({ app, reads }) => {
      const before = reads();
      while (!(await app.ask("and now?")).startsWith("200")) {
        await sleep(200);
      }
      expect(reads()).toBe(before + 1);
    });
  });

  step("the function, as it was packed and configured, answers under its role", async () => {
    const { stackFolder, folder: place } = lab.sandbox;
    const { folder, environment: variables } = deployedFunction(stackFolder, lab.sandbox.state(), join(place, "function"), {});
    expect(variables).toEqual({ AI_API_KEY_SECRET_ARN: arn });

    const script = `require(${JSON.stringify(join(folder, "index.js"))}).handler({ question: "who?" }).then(console.log)`;
    const credentials = await assume("ask-ai");
    sessions.set(credentials.AccessKeyId ?? "", []);
    const { baseUrl = "" } = running.get("Node")?.api ?? {};
    const app = start([process.execPath, "-e", script], credentials, { ...variables, OPENAI_BASE_URL: baseUrl });
    expect(await app.exitCode()).toBe(0);
    expect(app.output).toBe("You asked: who?\n");
  });

  step("the role has the policy of one key of each stack, and no other one", async () => {
    const config = { endpoint: lab.sandbox.endpoint, region: "us-east-1", credentials: DUMMY_CREDENTIALS };
    const iam = new IAMClient(config);
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "ask-ai" }));
    const readable = await Promise.all(
      AttachedPolicies.map(async ({ PolicyArn }) => {
        const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
        const [{ Resource }] = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")).Statement;
        return Resource;
      }),
    );
    iam.destroy();
    const { fallback_api_secret_arn: fallbackArn } = await outputsOf(lab.sandbox, lab.sandbox.folderOf("ai-fallback"));
    expect(new Set(readable)).toEqual(new Set([arn, fallbackArn]));

    const credentials = await assume("ask-ai");
    const reader = new SecretsManagerClient({
      ...config,
      credentials: {
        accessKeyId: credentials.AccessKeyId ?? "",
        secretAccessKey: credentials.SecretAccessKey ?? "",
        sessionToken: credentials.SessionToken ?? "",
      },
    });
    expect((await reader.send(new GetSecretValueCommand({ SecretId: fallbackArn }))).SecretString).toBe(FALLBACK);
    reader.destroy();
  });

  step("a text with a line break or the like is no key, and no error quotes it, as those of urllib do, in Python", async () => {
    const arns: string[] = [];
    for (const [index, SecretString] of ODD_TEXTS.entries()) {
      arns.push((await secrets.send(new CreateSecretCommand({ Name: `odd-${index}`, SecretString }))).ARN ?? "");
    }
    const [key, line] = [JSON.stringify({ apiKey: THIRD }, undefined, 2), "ValueError: The secret holds no key: "];
    arns.push((await secrets.send(new CreateSecretCommand({ Name: "body", SecretString: key }))).ARN ?? "");

    expect(await askInPython(arns, running.get("Python")?.api.baseUrl)).toEqual([
      ...ODD_TEXTS.map(() => expect.stringContaining(line)),
      "You asked: who?",
    ]);
  });

  step("the key does not go along when the AI API redirects to another host, in Python", async () => {
    const reached: string[] = [];
    const other = await startServer(({ url = "" }, response) => {
      reached.push(url);
      response.end("{}");
    });
    const api = await startServer((_, response) => {
      response.writeHead(302, { location: other.url.replace("127.0.0.1", "localhost") }).end();
    });
    expect(await askInPython([arn], api.url)).toEqual(["HTTPError: HTTP Error 302: Found"]);
    await Promise.all([api.close(), other.close()]);
    expect(reached).toEqual([]);
  });

  step("what stands in the way is one line: no ARN, a role that may not read, a secret that is deleted", async () => {
    const refusal = async ({ command }: { command: ExampleOptions["command"] }, settings: NodeJS.ProcessEnv, credentials = stranger) => {
      const app = start(command, credentials, settings);
      expect(await app.exitCode()).toBe(1);
      expect(app.output.trim().split("\n")).toHaveLength(1);
      return app.output;
    };
    await secrets.send(new DeleteSecretCommand({ SecretId: arn }));
    const reader = await assume("ask-ai");
    sessions.set(reader.AccessKeyId ?? "", []);

    await Promise.all(
      EXAMPLES.map(async (example) => {
        expect(await refusal(example, {})).toContain("Set AI_API_KEY_SECRET_ARN, or AI_API_KEY_SECRET_ARN_PARAMETER");
        expect(await refusal(example, { AI_API_KEY_SECRET_ARN: "ai/production/api-key" })).toContain("The secret's ARN is needed");
        expect(await refusal(example, { AI_API_KEY_SECRET_ARN: arn })).toContain("is not authorized to perform");
        expect(await refusal(example, { AI_API_KEY_SECRET_ARN: arn }, reader)).toContain("currently marked deleted");
      }),
    );
  });

  step("all is destroyed in the other order, the application first", async () => {
    await secrets.send(new RestoreSecretCommand({ SecretId: arn }));
    for (const stack of ["ai-lambda", "ai-fallback", "ai-secret", "bootstrap"]) {
      const { output } = await lab.sandbox.terraform(["destroy", "-auto-approve"], KEYS, lab.sandbox.folderOf(stack));
      expect(output).toMatch(/Destroy complete! Resources: [1-9]\d* destroyed\./);
    }
  });

  step("no key, and no part of one that the AI API quotes, is in what they print and leave behind", () => {
    const output = started.map((app) => app.output).join("");
    expect(output).not.toContain("Incorrect API key");
    writeFileSync(join(lab.sandbox.logs, "applications.log"), output);
    expect(describeFindings(leakProof.check(lab.sandbox.folder).findings)).toEqual([]);
  });
});
