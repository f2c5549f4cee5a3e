import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, environmentProblems } from "../../../lib/log-leaks";
import { ROOT } from "../../support/project";

jest.setTimeout(60_000); // milliseconds, on a busy machine: some tests start Node and a program

const KEY = "a-key-that-must-not-be-shown";

const REFUSED: readonly Environment[] = [
  ...["debug", "TRACE", "1", "JSON", "json", "on", "true", KEY].flatMap((level) => [{ TF_LOG: level }, { TF_LOG_PROVIDER: level }]),
  { TF_LOG_CORE: "trace" },
  { TF_LOG_CORE: "1", AWS_WEB_IDENTITY_TOKEN_FILE: "/token" },
  { TF_LOG_CORE: "debug", AWS_PROFILE: "production" },
  { TF_LOG_SDK_PROTO_DATA_DIR: "/tmp" },
  { TF_CLI_ARGS: `-var=ai_api_key=${KEY}` },
  { TF_CLI_ARGS_plan: `-no-color -var 'ai_api_key=${KEY}'` },
  { TF_CLI_ARGS_apply: `--var=ai_api_key=${KEY}` },
  { TF_CLI_ARGS_apply: `"-var=ai_api_key=${KEY}"` },
  { NODE_OPTIONS: "--max-old-space-size=4096 --report-on-fatalerror" },
  { NODE_OPTIONS: "--report_uncaught_exception" },
  { NODE_OPTIONS: "--report-on-signal" },
  { NODE_OPTIONS: "--heapsnapshot-near-heap-limit=1" },
  { NODE_DEBUG: "http,child_process" },
  { NODE_DEBUG: "*" },
];

const ACCEPTED: readonly Environment[] = [
  {},
  ...["", "info", "WARN", "error", "off"].map((level) => ({ TF_LOG: level, TF_LOG_PROVIDER: level, TF_LOG_CORE: level })),
  { TF_LOG_CORE: "trace", AWS_ACCESS_KEY_ID: "test" }, // these credentials are not exchanged for others
  { TF_LOG_PATH: "/tmp/terraform.log", TF_LOG_SDK_PROTO_DATA_DIR: "" },
  {
    TF_CLI_ARGS_plan: "-lock=false -no-color",
    TF_CLI_ARGS_init: "-backend-config=use_path_style=true",
    TF_CLI_ARGS: "-var-file=tags.tfvars",
  },
  { NODE_OPTIONS: "--max-old-space-size=4096 --report-uncaught-exception --report-exclude-env", NODE_DEBUG: "http" },
];

test.each(REFUSED)("%j is refused in one line that says why, without the value", (environment) => {
  const problems = environmentProblems(environment);
  expect(problems).toEqual([expect.stringMatching(/^[A-Z]+_\w+, as it is set, .+ docs\/logs\.md of cdktf-ai-secret\.$/)]);
  expect(problems.join()).not.toContain(KEY);
});

test.each(ACCEPTED)("%j is accepted", (environment) => {
  expect(environmentProblems(environment)).toEqual([]);
});

test("docs/logs.md has each variable that is refused", () => {
  const page = readFileSync(join(ROOT, "docs/logs.md"), "utf8");
  for (const name of REFUSED.flatMap((environment) => Object.keys(environment)).filter((name) => !name.startsWith("AWS_"))) {
    expect(page).toContain(name.startsWith("TF_CLI_ARGS") ? "`TF_CLI_ARGS`" : `\`${name}\``);
  }
});

describe("in a folder of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const node = (args: readonly string[], settings: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, CDKTF_OUTDIR: folder, ...settings },
    });

  test.each(["AiKeyStack", "AiKeySecret"])("a program with an %s is refused, in one line", (construct) => {
    const program = {
      AiKeyStack: 'new AiKeyStack(new App(), "ai-secret");',
      AiKeySecret: `const stack = new TerraformStack(new App(), "own");
        new AiKeySecret(stack, "key", { apiKey: new EphemeralVariable(stack, "ai_api_key"), name: "ai/key" });`,
    }[construct];
    writeFileSync(
      join(folder, "main.ts"),
      `import { App, TerraformStack } from ${JSON.stringify(join(ROOT, "node_modules/cdktf"))};
       import { AiKeySecret, AiKeyStack, EphemeralVariable } from ${JSON.stringify(join(ROOT, "lib"))};
       ${program}`,
    );
    const run = (settings: NodeJS.ProcessEnv) => node(["--require", require.resolve("tsx/cjs"), "main.ts"], settings);

    expect(run({ TF_LOG: "info" })).toMatchObject({ status: 0, stderr: "" });
    expect(run({ TF_LOG: "1" })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^main\.ts:\d+: TF_LOG, as it is set, [^\n]+\n$/),
    });
  });

  test("ai-key is refused, in one line and without an answer", () => {
    const run = (settings: NodeJS.ProcessEnv) =>
      node([join(ROOT, "bin/ai-key.js"), "key-version"], { TF_VAR_ai_api_key: KEY, ...settings });
    expect(run({})).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\n$/) });
    expect(run({ TF_LOG_PROVIDER: "on" })).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^TF_LOG_PROVIDER, as it is set, [^\n]+\n$/),
    });
  });

  test("Node's report has the environment, and none with --report-exclude-env, which Node 20 does not know", () => {
    const reports = (options: string) => {
      const { stdout, stderr } = node(["-e", "throw new Error('crash')"], { NODE_OPTIONS: options, TF_VAR_ai_api_key: KEY });
      const files = readdirSync(folder).filter((name) => name.startsWith("report."));
      const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
      for (const name of files) {
        rmSync(join(folder, name));
      }
      return [stdout, stderr, ...texts].join("");
    };
    expect(reports("--report-uncaught-exception")).toContain(KEY);
    expect(reports("--report-uncaught-exception --report-exclude-env")).not.toContain(KEY);
  });

  test("Node's debug log has the environment of the programs that it starts", () => {
    const { stderr } = node(["-e", "require('node:child_process').spawnSync('true')"], {
      NODE_DEBUG: "child_process",
      TF_VAR_ai_api_key: KEY,
    });
    expect(stderr).toContain(KEY);
  });
});
