import { spawn } from "node:child_process";
import { describeWithAws } from "./support/lab";
import { PROGRAM } from "./support/project";
import { Run } from "./support/rehearsal-run";

describeWithAws("npm start -- --keep", () => {
  let run: Run;
  afterEach(async () => await run?.clear());

  test("leaves a secret that can be looked at with the printed exports, and the printed command clears up", async () => {
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
