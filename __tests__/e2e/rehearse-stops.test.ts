import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareAws } from "../../cli/rehearse/prepare-aws";
import { randomKey } from "../../lab/random-key";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { PROGRAM } from "../support/project";
import { Run } from "../support/rehearsal-run";

// What stops a rehearsal before it deploys is in __tests__/unit/cli/rehearse/rehearse.test.ts.
describeWithAws("npm start that does not come to its end", () => {
  let run: Run;
  afterEach(async () => await run?.clear());

  test("stopped by Ctrl-C in a deploy, it stops all it has started and removes its files", async () => {
    run = new Run();
    await run.process("terraform-provider-aws");
    run.signal("SIGINT");

    expect(await run.exitCode()).toBe(130);
    expect(run.output.trim().split("\n").at(-1)).toBe("Stopped by SIGINT. What was started is stopped, and its files are removed.");
    expect(run.output).not.toContain("    at ");
    expect(run.processes()).toEqual([]);
    expect(run.folders()).toEqual([]);
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
});

describeWithAws("what a rehearsal is made of", () => {
  let lab: Lab;
  afterEach(async () => await lab?.close());

  test("a program with a bad prop fails with one line that says so", async () => {
    lab = await openLab(undefined, { noProvider: true });
    const { sandbox } = lab;
    writeFileSync(join(sandbox.project, "main.ts"), PROGRAM.replace("us-east-1", "Frankfurt"));
    const error = await sandbox.synth().then(String, ({ message }: Error) => message);

    expect(error).toMatch(/main\.ts:\d: \[ai-secret\] region must be an AWS region such as eu-central-1; got "Frankfurt"$/m);
    expect(error).not.toContain("    at ");
  });

  test("stopped by SIGTERM in a deploy to the user's own local AWS, it removes what it has made there", async () => {
    lab = await openLab();
    const { sandbox, aws, session } = lab;
    await prepareAws(sandbox, aws, session, false);
    const deploy = sandbox.apply({ ai_api_key: randomKey() }).then(String, ({ message }: Error) => message);
    while (!(await aws.describeSecret("ai/production/api-key"))) {
      await sleep(20);
    }
    process.emit("SIGTERM");

    expect(await deploy).toBe("Stopped by SIGTERM");
    expect(session.exitCode).toBe(143);
    await session.close();
    expect(await aws.describeSecret("ai/production/api-key")).toBeUndefined();
    expect(await aws.policyArns("ai-production-")).toEqual([]);
  });
});
