import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../cli/rehearsal/find-program";
import { randomKey } from "../cli/rehearsal/life-of-a-key";
import { describeWithAws, type Lab, openLab, ROOT } from "./support/lab";

const STEPS = [
  "tools found",
  "local AWS up",
  "synthesize",
  "a placeholder is refused",
  "deploy",
  "the stored value equals the given key",
  "the attached reader policy names this secret alone",
  "a second deploy changes nothing",
  "a changed key with a new version is stored",
  "no copy of the key",
  "destroy leaves nothing behind",
];

/** A run of `npm start` with a temporary directory of its own, so that what it leaves behind can be seen. */
class Run {
  public readonly temp = mkdtempSync(join(tmpdir(), "ai-key-e2e-"));
  public output = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<number>;

  constructor(options: { env?: NodeJS.ProcessEnv; cwd?: string; args?: string[] } = {}) {
    const env = { PATH: process.env.PATH, HOME: this.temp, TMPDIR: this.temp, LANG: "C.UTF-8", ...options.env };
    const args = ["--silent", "start", "--", ...(options.args ?? [])];
    this.child = spawn("npm", args, { cwd: options.cwd ?? ROOT, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    this.child.stdout?.on("data", (chunk) => (this.output += chunk));
    this.child.stderr?.on("data", (chunk) => (this.output += chunk));
    this.ended = new Promise((resolve) => {
      this.child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  }

  /** As a shell shows it: npm ends by the signal that its script has ended by. */
  public exitCode(): Promise<number> {
    return this.ended;
  }

  /** Waits until a step has been shown. */
  public async shown(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null) {
        throw new Error(`It ended before showing "${text}":\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What a terminal does on Ctrl-C: the signal goes to the whole foreground process group. */
  public signal(name: NodeJS.Signals): void {
    process.kill(-(this.child.pid ?? 0), name);
  }

  /** The folders that rehearsals have left. */
  public folders(): string[] {
    return readdirSync(this.temp).filter((name) => name.startsWith("ai-key-"));
  }

  /** Processes that work in this run's temporary directory or were told of it: its Terraform, its provider, its local AWS. */
  public processes(): string[] {
    return readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`TMPDIR=${this.temp}`))
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "))
      .filter(Boolean);
  }

  public clear(): void {
    rmSync(this.temp, { recursive: true, force: true });
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

describeWithAws("npm start", () => {
  let run: Run;
  let lab: Lab | undefined;
  afterEach(async () => {
    run?.clear();
    await lab?.close();
  });

  test("shows every step with its result and its seconds, plainly in a pipe, and leaves nothing", async () => {
    run = new Run();

    expect(await run.exitCode()).toBe(0);
    const lines = run.output.split("\n");
    for (const [index, step] of STEPS.entries()) {
      expect(lines[index]).toMatch(new RegExp(`^✔ ${step}: .+ \\[\\d+\\.\\d s\\]$`));
    }
    expect(run.output).toMatch(/^Copies of a key +none in \d+ files, /m);
    expect(run.output).toMatch(/^Ran +Node .*(Terraform|OpenTofu) .*cdktf .*AWS provider \d/m);
    expect(run.output).not.toContain("\u001b");
    expect(run.folders()).toEqual([]);
    expect(run.processes()).toEqual([]);
  });

  /** Stops a rehearsal while Terraform and its provider run. */
  async function stopInADeploy(signal: NodeJS.Signals): Promise<void> {
    await run.shown("✔ a placeholder is refused");
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(run.processes().join()).toContain("terraform-provider-aws");
    run.signal(signal);
  }

  test("stopped by Ctrl-C in a deploy, it stops all it has started and removes its files", async () => {
    run = new Run();
    await stopInADeploy("SIGINT");

    expect(await run.exitCode()).toBe(130);
    expect(run.output).toContain("Stopped by SIGINT. What was started is stopped, and its files are removed.");
    expect(run.output).not.toContain("    at ");
    expect(run.processes()).toEqual([]);
    expect(run.folders()).toEqual([]);
  });

  test("stopped by SIGTERM in a deploy to the user's own local AWS, it removes what it has made there", async () => {
    lab = await openLab();
    run = new Run({ env: { AWS_ENDPOINT_URL: lab.sandbox.endpoint } });
    await stopInADeploy("SIGTERM");

    expect(await run.exitCode()).toBe(143);
    expect(run.processes()).toEqual([]);
    expect(run.folders()).toEqual([]);
    expect(await lab.aws.describeSecret("ai/production/api-key")).toBeUndefined();
    expect(await lab.aws.policyArns("ai-production-")).toEqual([]);
  });

  test("fails when the user's own local AWS has such a secret already, and leaves it alone", async () => {
    lab = await openLab();
    await lab.sandbox.apply({ ai_api_key: randomKey() });
    run = new Run({ env: { AWS_ENDPOINT_URL: lab.sandbox.endpoint } });

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toContain("already has the secret ai/production/api-key");
    expect(run.output).toContain("secretsmanager delete-secret --secret-id ai/production/api-key --force-delete-without-recovery");
    expect((await lab.aws.describeSecret("ai/production/api-key"))?.DeletedDate).toBeUndefined();
  });

  test("with --keep, the secret can be looked at with the printed exports, and the printed command clears up", async () => {
    run = new Run({ args: ["--keep"] });
    expect(await run.exitCode()).toBe(0);
    const exports = Object.fromEntries([...run.output.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    const clearUp = run.output.match(/^Then clear up: (.*)$/m)?.[1] ?? "";

    expect(exports).toMatchObject({ AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), AWS_REGION: "us-east-1" });
    const answer = await fetch(`${exports.AWS_ENDPOINT_URL}/moto-api/data.json`);
    expect(await answer.text()).toContain("ai/production/api-key");
    expect(run.folders()).toHaveLength(1);

    const shell = spawn("sh", ["-c", clearUp]);
    await new Promise((resolve) => shell.on("close", resolve));
    await expect(fetch(`${exports.AWS_ENDPOINT_URL}`)).rejects.toThrow();
    expect(run.folders()).toEqual([]);
  });

  test("fails before it starts anything for an endpoint that is not on this machine", async () => {
    run = new Run({ env: { AWS_ENDPOINT_URL: "https://secretsmanager.us-east-1.amazonaws.com" } });

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toContain("AWS_ENDPOINT_URL must be on a loopback address");
    expect(run.folders()).toEqual([]);
  });

  test("fails with the commands that install what is missing", async () => {
    const bin = mkdtempSync(join(tmpdir(), "ai-key-e2e-bin-"));
    for (const name of ["node", "npm", "sh", "env"]) {
      symlinkSync(findProgram(name) ?? "", join(bin, name));
    }
    try {
      run = new Run({ env: { PATH: bin } });
      expect(await run.exitCode()).toBe(1);
      expect(run.output).toContain("pip install 'moto[server]");

      run.clear();
      run = new Run({ env: { PATH: bin, AWS_ENDPOINT_URL: "http://127.0.0.1:9" } });
      expect(await run.exitCode()).toBe(1);
      expect(run.output).toContain("terraform was not found on PATH. Install Terraform 1.11.0 or newer");
    } finally {
      rmSync(bin, { recursive: true });
    }
  });

  test("fails when a check fails: it says what was expected and found, and keeps the folder", async () => {
    const project = mkdtempSync(join(tmpdir(), "ai-key-e2e-project-"));
    for (const name of ["cli", "lib", "main.ts", "cdktf.json", "package.json", "tsconfig.json"]) {
      cpSync(join(ROOT, name), join(project, name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
    const file = join(project, "lib", "ai-key-secret.ts");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("resources: [secret.arn]", 'resources: ["arn:aws:secretsmanager:*:*:secret:*"]'),
    );
    try {
      run = new Run({ cwd: project });

      expect(await run.exitCode()).toBe(1);
      expect(run.output).toMatch(/✖ the attached reader policy names this secret alone/);
      expect(run.output).toMatch(
        /the secrets that the policy names\n {2}expected: \["arn:aws:secretsmanager:us-east-1:.*\n {2}found: +\["arn:aws:secretsmanager:\*/,
      );
      expect(run.output).toMatch(/The working folder is kept: (\S+)/);
      expect(run.folders()).toHaveLength(1);
      expect(run.processes()).toEqual([]);
    } finally {
      rmSync(project, { recursive: true });
    }
  });
});
