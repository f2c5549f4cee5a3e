import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsView } from "../cli/rehearsal/aws-view";
import { findProgram } from "../cli/rehearsal/find-program";
import { randomKey } from "../cli/rehearsal/random-key";
import { describeWithAws, emptyAws } from "./support/lab";
import { startServer } from "./support/loopback-server";
import { PROGRAM } from "./support/project";
import { Run } from "./support/rehearsal-run";

describeWithAws("npm start that does not come to its end", () => {
  let run: Run;
  let aws: AwsView;
  beforeEach(async () => {
    aws = await emptyAws();
  });
  afterEach(async () => {
    await run?.clear();
    aws?.close();
  });

  test("stopped by Ctrl-C in a deploy, it stops all it has started and removes its files", async () => {
    run = new Run();
    await run.process("terraform-provider-aws");
    run.signal("SIGINT");

    expect(await run.exitCode()).toBe(130);
    expect(run.output).toContain("Stopped by SIGINT. What was started is stopped, and its files are removed.");
    expect(run.output).not.toContain("    at ");
    expect(run.processes()).toEqual([]);
    expect(run.folders()).toEqual([]);
  });

  test("stopped by SIGTERM in a deploy to the user's own local AWS, it removes what it has made there", async () => {
    run = new Run({ env: { AWS_ENDPOINT_URL: aws.endpoint } });
    await run.until(() => aws.describeSecret("ai/production/api-key"));
    run.signal("SIGTERM");

    expect(await run.exitCode()).toBe(143);
    expect(run.processes()).toEqual([]);
    expect(run.folders()).toEqual([]);
    expect(await aws.describeSecret("ai/production/api-key")).toBeUndefined();
    expect(await aws.policyArns("ai-production-")).toEqual([]);
  });

  test("when its local AWS crashes, it says so (here to a machine), stops all it has started and removes its files", async () => {
    run = new Run({ args: ["--json"] });
    await run.process("cdktf");
    process.kill((await run.process("moto_server")).pid, "SIGKILL");

    expect(await run.exitCode()).toBe(1);
    const lines: unknown[] = run.output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ step: "tools found", ok: true });
    expect(lines.at(-1)).toEqual({ ok: false, error: expect.stringMatching(/^The local AWS \(moto .*\) stopped by itself \(SIGKILL\)/) });
    expect(run.processes()).toEqual([]);
    expect(run.folders()).toEqual([]);
  });

  test("stopped by Ctrl-C while an AWS of the user's own does not answer, it does not wait for it", async () => {
    const silent = await startServer(() => {});
    try {
      run = new Run({ env: { AWS_ENDPOINT_URL: silent.url } });
      await run.shown("✔ tools found");
      run.signal("SIGINT");
      expect(await run.exitCode()).toBe(130);
    } finally {
      await silent.close();
    }
  });

  test("fails when the user's own local AWS has such a secret already, and leaves it alone", async () => {
    await aws.makeSecret("ai/production/api-key", randomKey());
    run = new Run({ env: { AWS_ENDPOINT_URL: aws.endpoint } });

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toContain("already has the secret ai/production/api-key");
    expect(run.output).toContain("secretsmanager delete-secret --secret-id ai/production/api-key --force-delete-without-recovery");
    expect((await aws.describeSecret("ai/production/api-key"))?.DeletedDate).toBeUndefined();
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

      await run.clear();
      run = new Run({ env: { PATH: bin, AWS_ENDPOINT_URL: "http://127.0.0.1:9" } });
      expect(await run.exitCode()).toBe(1);
      expect(run.output).toContain("terraform was not found on PATH. Install Terraform 1.11.0 or newer");
    } finally {
      rmSync(bin, { recursive: true });
    }
  });

  test("fails for a program with a bad prop, with one line that says so, and keeps the folder for a look", async () => {
    run = new Run({ program: PROGRAM.replace("us-east-1", "Frankfurt") });
    expect(await run.exitCode()).toBe(1);
    expect(run.output).toMatch(/main\.ts:\d: AiKeyStack\.region must be an AWS region such as eu-central-1; got "Frankfurt"$/m);
    expect(run.output).not.toContain("    at ");
    expect(run.output).toMatch(/The working folder is kept: (\S+)/);
    expect(run.folders()).toHaveLength(1);
    expect(run.processes()).toEqual([]);
  });
});
