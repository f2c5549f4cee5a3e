import { spawn } from "node:child_process";
import { describeWithAws } from "./support/lab";
import { PROGRAM } from "./support/project";
import { Run } from "./support/rehearsal-run";

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
  "destroying by mistake is refused",
  "destroy leaves nothing behind",
];

describeWithAws("npm start", () => {
  let run: Run;
  afterEach(async () => await run?.clear());

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

  test("with --keep, the secret can be looked at with the printed exports, and the printed command clears up", async () => {
    // A role that the program names: the local AWS has none.
    const program = PROGRAM.replace("app.synth()", 'stack.secret().grantRead({ roleName: "my-app" });\napp.synth()');
    run = new Run({ args: ["--keep"], program: program.replace("new AiKeyStack", "const stack = new AiKeyStack") });
    expect(await run.exitCode()).toBe(0);
    const exports = Object.fromEntries([...run.output.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    const clearUp = run.output.match(/^Then clear up: (.*)$/m)?.[1] ?? "";

    expect(exports).toMatchObject({
      AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      AWS_DEFAULT_REGION: "us-east-1",
    });
    const answer = await fetch(`${exports.AWS_ENDPOINT_URL}/moto-api/data.json`);
    expect(await answer.text()).toContain("ai/production/api-key");
    expect(run.folders()).toHaveLength(1);

    const shell = spawn("sh", ["-c", clearUp]);
    await new Promise((resolve) => shell.on("close", resolve));
    await expect(fetch(`${exports.AWS_ENDPOINT_URL}`)).rejects.toThrow();
    expect(run.folders()).toEqual([]);
  });
});
