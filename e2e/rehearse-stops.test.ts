import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../cli/rehearsal/find-program";
import { randomKey } from "../cli/rehearsal/life-of-a-key";
import { describeWithAws, type Lab, openLab, ROOT } from "./support/lab";
import { Run } from "./support/rehearsal-run";

describeWithAws("npm start that does not come to its end", () => {
  let run: Run;
  let lab: Lab | undefined;
  afterEach(async () => {
    run?.clear();
    await lab?.close();
  });

  /** Stops a rehearsal while Terraform and its provider run. */
  async function stopInADeploy(signal: NodeJS.Signals): Promise<void> {
    await run.shown("✔ a placeholder is refused");
    await run.until(() => run.processes().join().includes("terraform-provider-aws"));
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
