import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gte } from "semver";
import { blocks } from "../__tests__/support/documents";
import { describeWithAws, type Lab, openLab } from "../__tests__/support/lab";
import { ROOT, TWO_KEYS_PROGRAM } from "../__tests__/support/project";
import { differences } from "../cli/handover/differences";
import { KeyScanner } from "../lab/leak-proof/key-scanner";
import { describeFindings } from "../lab/leak-proof/leak-proof";
import { randomKey } from "../lab/random-key";

const KEYS = { ai_api_key: randomKey(), openai_api_key: randomKey("openai") };
const ROTATED = randomKey();

const [BACK = "", BEGIN = "", PACKAGES = "", IMPORTS = "", NAMES = "", PLAN = "", DEPLOY = ""] = blocks("docs/cdk-terrain.md", "sh");

/** The folder of a Node that CDK Terrain's CLI takes: of the one that runs this, or of the one that terrain/package.json brings. */
function folderOfNewNode(): string {
  if (gte(process.versions.node, "22.19.0")) {
    return join(process.execPath, "..");
  }
  const folder = join(ROOT, `terrain/node_modules/node-${process.platform}-${process.arch}/bin`);
  if (!existsSync(folder)) {
    throw new Error(
      `CDK Terrain's CLI needs Node 22.19 or newer, and no package has one for this platform; this is ${process.versions.node}.`,
    );
  }
  return folder;
}

/** Gives the sandbox packages of its own: to share the files of the project's is a matter of seconds, and npm replaces files as a whole. */
function ownPackages(project: string): void {
  const [from, to] = [join(ROOT, "node_modules"), join(project, "node_modules")];
  rmSync(to); // the link to the project's
  try {
    execFileSync("cp", ["-al", from, to], { stdio: "ignore" });
  } catch {
    rmSync(to, { recursive: true, force: true });
    execFileSync("cp", ["-R", from, to]);
  }
  const lock = join(to, ".package-lock.json"); // npm writes into this one
  rmSync(lock);
  cpSync(join(from, ".package-lock.json"), lock);
}

describeWithAws("the documented migration to CDK Terrain", () => {
  let lab: Lab;
  const sh = (script: string, settings: NodeJS.ProcessEnv = {}) =>
    lab.sandbox.shell(script, {
      ...Object.fromEntries(
        Object.entries(KEYS).map(([name]) => [`TF_VAR_${name}`, randomKey(name === "openai_api_key" ? "openai" : undefined)]),
      ),
      npm_config_prefer_offline: "true",
      npm_config_ignore_scripts: "true",
      npm_config_audit: "false",
      npm_config_loglevel: "error",
      ...settings,
    });
  const synthesized = () => lab.sandbox.synthesized().config;
  /** What the state has, less what is in an order by chance. */
  const state = () => {
    const { check_results, serial, ...kept } = JSON.parse(
      JSON.stringify(lab.sandbox.state(), (name, value) => (name === "sensitive_attributes" ? undefined : value)),
    );
    return kept;
  };
  let before: { config: ReturnType<typeof synthesized>; state: ReturnType<typeof state> };

  beforeAll(async () => {
    lab = await openLab(TWO_KEYS_PROGRAM.trimStart());
    ownPackages(lab.sandbox.project);
    await lab.sandbox.deploy(KEYS);
    await lab.sandbox.terraform(["apply", "-refresh-only", "-auto-approve"], KEYS); // as any later deploy leaves it
    before = { config: synthesized(), state: state() };
    await sh("git init -q && git add -A && git -c user.name=me -c user.email=me@example.com -c commit.gpgsign=false commit -qm before");
  });
  afterAll(async () => await lab?.close());

  test("the page has these steps, and no other command", () => {
    expect(blocks("docs/cdk-terrain.md", "sh")).toHaveLength(7);
    expect(readFileSync(join(ROOT, "docs/cdk-terrain.md"), "utf8").match(/^## \d/gm)).toHaveLength(5);
  });

  test("1. cdktf has nothing to do", async () => {
    expect((await sh(BEGIN)).output).toContain("No changes.");
  });

  test("2. and 3. the packages and the imports", async () => {
    lab.sandbox.settings = { ...lab.sandbox.settings, PATH: `${folderOfNewNode()}:${process.env.PATH}` };
    await sh(PACKAGES);
    await sh(IMPORTS);

    expect((await sh("git grep -nE '(from |resolve\\()\"@?cdktf[/\"]' -- '*.ts' ':!oldest' ':!terrain' || true")).output).toBe("");
    expect(existsSync(join(lab.sandbox.project, "node_modules/cdktf"))).toBe(false);
  });

  test("4. and 5. cdktn has nothing to do either, with the same constructs under the same names", async () => {
    await sh(NAMES);
    expect((await sh(PLAN)).output).toContain("No changes.");

    const config = synthesized();
    expect(differences(before.config, config)).toEqual(["terraform.required_providers.aws.source"]);
    expect(config.resource?.aws_secretsmanager_secret).toEqual(before.config.resource?.aws_secretsmanager_secret); // with the paths, in notes
  });

  test("the checks of the job that builds pass", async () => {
    await sh("npm run check");
  });

  test("the provider calls nothing deprecated that the stack uses: Terraform has no warning", async () => {
    expect((await lab.sandbox.terraform(["validate"], KEYS)).output).toContain("Success! The configuration is valid.");
  });

  test("5. a deploy by cdktn leaves the state as it was, and a rotation by it stores the key", async () => {
    await sh(DEPLOY, { TF_VAR_ai_api_key: KEYS.ai_api_key, TF_VAR_openai_api_key: KEYS.openai_api_key });
    expect(state()).toEqual(before.state);

    await sh(DEPLOY, { TF_VAR_ai_api_key: ROTATED, TF_VAR_ai_api_key_version: "2" });
    expect(await lab.aws.secretValue("ai/production/api-key")).toBe(ROTATED);
  });

  test("the job that deploys installs the CLI that it calls, and has nothing to do", async () => {
    const workflow = readFileSync(join(lab.sandbox.project, ".github/workflows/deploy-environment.yml"), "utf8");
    const [install = "", deploy = ""] = workflow.match(/npm ci \S+ --prefix .+|\.ci\/cdktf-cli\/.+ deploy .+/g) ?? [];
    await sh(install);
    const { output } = await sh(deploy, { STACK: "ai-secret", TF_VAR_ai_api_key_version: "2" });
    expect(output).toContain("0 added, 0 changed, 0 destroyed");
  });

  test("npx --no ai-key finds the CLI: a handover to plain HCL", async () => {
    expect((await sh("npm run handover")).output).toContain("cdktn synth");
  });

  test("the way back leads to a cdktf that has nothing to do", async () => {
    await sh(BACK);
    expect((await sh(BEGIN, { TF_VAR_ai_api_key_version: "2" })).output).toContain("No changes.");
  });

  test("no key is left behind", () => {
    rmSync(join(lab.sandbox.project, "node_modules"), { recursive: true }); // more than a gigabyte, and as it came
    expect(describeFindings(new KeyScanner({ ...KEYS, rotated: ROTATED }).scanFolder(lab.sandbox.folder))).toEqual([]);
  });
});
