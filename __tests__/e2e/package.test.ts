import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { satisfies } from "semver";
import { keyVersion } from "../../cli/key-version/key-version";
import { type LoopbackServer, startServer } from "../../lab/process/loopback-server";
import { randomKey } from "../../lab/random-key";
import { block } from "../support/documents";
import { ROOT } from "../support/project";

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const app = mkdtempSync(join(tmpdir(), "ai-key-e2e-app-"));
afterAll(() => rmSync(app, { recursive: true }));

const run = (file: string, args: string[], cwd: string, variables = {}) =>
  execFileSync(file, args, { cwd, env: { ...process.env, ...variables }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** Links a file or a folder of the app's `node_modules`. */
function link(name: string, target: string): void {
  const path = join(app, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

test("the package, beside what it declares and nothing else, compiles and synthesizes the documented stack, and brings the command", () => {
  const [, pack = ""] = block("docs/own-stack.md", "sh", "npm pack").split("\n"); // npm ci is behind us
  expect(pack).toBe('npm pack --pack-destination "$YOUR_APP"');
  const [{ filename, files }] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", app], ROOT)) as [
    { filename: string; files: { path: string }[] },
  ];
  expect(files.map(({ path }) => path).filter((path) => !/^dist\/(lib|lab|cli)\/[\w/-]+\.(js|d\.ts)$/.test(path))).toEqual([
    "LICENSE",
    "README.md",
    "bin/ai-key.js",
    "package.json",
  ]);

  const installed = join(app, "node_modules/cdktf-ai-secret");
  mkdirSync(join(app, "node_modules"));
  run("tar", ["-xzf", filename], app);
  renameSync(join(app, "package"), installed);
  const { bin, dependencies, peerDependencies } = manifestIn(installed);
  for (const [name, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
    expect({ name, satisfied: satisfies(manifestIn(join(ROOT, "node_modules", name)).version, range) }).toEqual({ name, satisfied: true });
    link(name, join(ROOT, "node_modules", name));
  }
  for (const name of ["cdktf", "constructs", "@cdktf/provider-aws"]) {
    expect(dependencies).not.toHaveProperty([name]); // a second copy of them would not know the app's constructs
    expect(peerDependencies).toHaveProperty([name]);
  }
  link(".bin/ai-key", join(installed, bin["ai-key"] ?? ""));

  writeFileSync(join(app, "main.ts"), block("docs/own-stack.md", "ts", "cdktf-ai-secret"));
  writeFileSync(join(app, "google.ts"), block("docs/google.md", "ts", "new GoogleAiKeySecret("));
  const options = ["--strict", "--module", "commonjs", "--target", "ES2022", "--skipLibCheck"];
  run("node", [join(ROOT, "node_modules/.bin/tsc"), ...options, "main.ts", "google.ts"], app); // it knows no exports of packages
  const synthesized = (program: string) => {
    run("node", [program], app);
    return JSON.parse(readFileSync(join(app, "cdktf.out", "stacks", "mine", "cdk.tf.json"), "utf8"));
  };
  expect(Object.keys(synthesized("google.js").resource)).toEqual([
    "google_secret_manager_secret",
    "google_secret_manager_secret_iam_member",
    "google_secret_manager_secret_version",
  ]);
  const stack = synthesized("main.js");
  expect(Object.keys(stack.resource).sort()).toEqual([
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_version",
  ]);
  expect(stack.variable.openai_api_key).toMatchObject({ ephemeral: true, sensitive: true });

  const key = randomKey("openai"); // the only key of the program
  for (const name of ["ai-key", "cdktf-ai-secret"]) {
    const printed = run("npx", ["--no", name, "key-version", "--json"], app, { TF_VAR_openai_api_key: key });
    expect(JSON.parse(printed)).toMatchObject({ version: keyVersion(key, "ai/production/openai-api-key") });
  }
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(run("node", ["node_modules/.bin/ai-key", "--version"], app)).toBe(`${version}\n`);
});

describe("where the package is not installed", () => {
  const empty = mkdtempSync(join(tmpdir(), "ai-key-e2e-empty-"));
  afterAll(() => rmSync(empty, { recursive: true }));

  /** A registry where a stranger has taken the names of the command and of the package. */
  async function startRegistry(): Promise<LoopbackServer> {
    const packed = new Map<string, string>();
    for (const name of ["ai-key", "cdktf-ai-secret"]) {
      const folder = join(empty, "stranger", name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", bin: { "ai-key": "run.js" } }));
      writeFileSync(join(folder, "run.js"), '#!/usr/bin/env node\nconsole.log("a stranger\'s code");\n');
      const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--silent"], folder));
      packed.set(name, join(folder, filename));
    }
    const server: LoopbackServer = await startServer((request, response) => {
      const [, name = "", archive] = (request.url ?? "").split("/");
      const file = packed.get(name);
      if (file === undefined) {
        response.writeHead(404).end("{}");
      } else if (archive) {
        response.end(readFileSync(file));
      } else {
        const dist = { tarball: `${server.url}/${name}/archive.tgz` };
        const versions = { "1.0.0": { name, version: "1.0.0", bin: { "ai-key": "run.js" }, dist } };
        response.end(JSON.stringify({ name, "dist-tags": { latest: "1.0.0" }, versions }));
      }
    });
    return server;
  }

  test("npx --no runs no code of a stranger who has its name, which npx alone does", async () => {
    const registry = await startRegistry();
    const folder = join(empty, "project");
    mkdirSync(folder);
    const npx = (...args: string[]) => {
      const home = mkdtempSync(join(empty, "home-")); // what npx has installed once, it runs without a question
      const env = { PATH: process.env.PATH, HOME: home, npm_config_registry: registry.url, npm_config_update_notifier: "false" };
      const stopped = (error: { stdout: string }) => error.stdout;
      return promisify(execFile)("npx", args, { cwd: folder, env }).then(({ stdout }) => stdout, stopped);
    };
    try {
      expect(await npx("ai-key", "verify")).toBe("a stranger's code\n");
      expect(await npx("--no", "ai-key", "verify")).toBe("");
      expect(await npx("--no", "cdktf-ai-secret", "verify")).toBe("");
    } finally {
      await registry.close();
    }
  });

  test("every page says npx --no", () => {
    for (const page of ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)]) {
      expect(readFileSync(join(ROOT, page), "utf8")).not.toMatch(/npx (ai-key|cdktf-ai-secret)/);
    }
  });
});

test("git ignores what may hold a key, and what is made of the project", () => {
  const repository = mkdtempSync(join(tmpdir(), "ai-key-e2e-git-"));
  run("git", ["init", "--quiet"], repository);
  copyFileSync(join(ROOT, ".gitignore"), join(repository, ".gitignore"));
  const names = [
    ".env",
    ".env.production",
    "production.tfvars",
    "secrets.auto.tfvars.json",
    "rotate.tfplan",
    "errored.tfstate",
    "terraform.ai-secret.tfstate",
    "terraform.ai-secret.tfstate.backup",
    "report.20261126.120000.1.0.001.json",
    "cdktf.log",
    "handover/ai-secret/main.tf",
    "cdktf.out/stacks/ai-secret/cdk.tf.json",
  ];
  expect(
    run("git", ["check-ignore", ...names, "main.ts", "cdktf.json", "cli/handover/handover.ts"], repository)
      .trim()
      .split("\n"),
  ).toEqual(names);
  rmSync(repository, { recursive: true });
});
