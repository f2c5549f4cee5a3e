import { spawn } from "node:child_process";
import { PROGRAM_OF_TWO } from "../support/environments";
import { describeWithAws } from "../support/lab";
import { Run } from "../support/rehearsal-run";
import { STEPS } from "../support/rehearsal-steps";
import { ROLE_MATRIX } from "../support/role-matrix";

/** The lines of a table that begin with a right of the roles. */
function rightsIn(text: string): { what: string; answers: string[] }[] {
  const lines = text.matchAll(/^[| ]+(\S.*?)[ |]{2,}(yes|-|NO)[ |]+(yes|-|NO)[ |]+(yes|-|NO)[ |]*$/gm);
  return [...lines].map(([, what = "", ...answers]) => ({ what, answers }));
}

describeWithAws("npm start -- --keep", () => {
  let run: Run;
  afterEach(async () => await run?.clear());

  test("shows every step with its result and its seconds, plainly in a pipe, and leaves a secret for a look until the printed command clears up", async () => {
    // The second stack of two, with its state in a bucket, and a role that it names: the local AWS has neither.
    run = new Run({
      args: ["ai-production", "--keep"],
      env: { HTTP_PROXY: "http://127.0.0.1:9" }, // the user's proxy, which is down: nothing asks the local AWS through it
      program: PROGRAM_OF_TWO.replace("app.synth()", 'production.secret().grantRead({ roleName: "my-app" });\napp.synth()'),
    });
    const exitCode = await run.exitCode();
    expect({ exitCode, output: exitCode === 0 ? "" : run.output }).toEqual({ exitCode: 0, output: "" });

    const lines = run.output.split("\n").filter((line) => /^[✔✖]/.test(line));
    for (const [index, step] of STEPS.entries()) {
      expect(lines[index]).toMatch(new RegExp(`^✔ ${step}: .+ \\[\\d+\\.\\d s\\]$`));
    }
    expect(rightsIn(run.output)).toEqual(rightsIn(ROLE_MATRIX).filter(({ what }) => run.output.includes(`    ${what} `)));
    expect(run.output).toMatch(/^Copies of a key +none in \d+ files, /m);
    expect(run.output).toMatch(/^Ran +Node .*(Terraform|OpenTofu) .*cdktf .*AWS provider \d/m);
    expect(run.output).toMatch(/^Unproven +by AWS provider \d+\.\d+\.\d+ here: .*S3 Control/m);
    expect(run.output).not.toContain("\u001b");

    const exports = Object.fromEntries([...run.output.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    expect(exports).toMatchObject({
      AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      AWS_DEFAULT_REGION: "eu-central-1",
    });
    const answer = await fetch(`${exports.AWS_ENDPOINT_URL}/moto-api/data.json`);
    const kept = await answer.text();
    expect(kept).toContain("ai/production/api-key");
    expect(kept).not.toContain("ai/staging/api-key");
    expect(run.folders()).toHaveLength(1);

    const shell = spawn("sh", ["-c", run.output.match(/^Then clear up: (.*)$/m)?.[1] ?? ""]);
    await new Promise((resolve) => shell.on("close", resolve));
    await expect(fetch(`${exports.AWS_ENDPOINT_URL}`)).rejects.toThrow();
    expect(run.folders()).toEqual([]);
  });
});
