import { ROLE_MATRIX } from "../__tests__/role-matrix";
import { describeWithAws } from "./support/lab";
import { TEAM_PROGRAM } from "./support/project";
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
  "the state bucket is closed, and encrypted",
  "the roles' rights",
  "the state moves into the bucket",
  "a lock keeps everyone else out",
  "no copy of the key",
  "destroying by mistake is refused",
  "destroy leaves nothing behind",
];

/** The lines of a table that begin with a right of the roles. */
function rightsIn(text: string): { what: string; answers: string[] }[] {
  const lines = text.matchAll(/^[| ]+(\S.*?)[ |]{2,}(yes|-|NO)[ |]+(yes|-|NO)[ |]+(yes|-|NO)[ |]*$/gm);
  return [...lines].map(([, what = "", ...answers]) => ({ what, answers }));
}

describeWithAws("npm start", () => {
  let run: Run;
  afterEach(async () => await run?.clear());

  test("shows every step with its result and its seconds, plainly in a pipe, and leaves nothing", async () => {
    run = new Run({ program: TEAM_PROGRAM });

    expect(await run.exitCode()).toBe(0);
    const lines = run.output.split("\n").filter((line) => /^[✔✖]/.test(line));
    for (const [index, step] of STEPS.entries()) {
      expect(lines[index]).toMatch(new RegExp(`^✔ ${step}: .+ \\[\\d+\\.\\d s\\]$`));
    }
    expect(rightsIn(run.output)).toEqual(rightsIn(ROLE_MATRIX).filter(({ what }) => run.output.includes(`    ${what} `)));
    expect(run.output).toMatch(/^Copies of a key +none in \d+ files, /m);
    expect(run.output).toMatch(/^Ran +Node .*(Terraform|OpenTofu) .*cdktf .*AWS provider \d/m);
    expect(run.output).not.toContain("\u001b");
    expect(run.folders()).toEqual([]);
    expect(run.processes()).toEqual([]);
  });
});
