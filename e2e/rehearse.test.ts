import { describeWithAws } from "./support/lab";
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
});
