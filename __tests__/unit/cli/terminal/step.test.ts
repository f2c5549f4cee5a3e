import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { show, showError, showJson, step } from "../../../../cli/terminal/step";
import { ROOT } from "../../../support/project";

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  jest.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
});
afterEach(() => jest.restoreAllMocks());

test("a step is one line with its result and its seconds, and gives its value", async () => {
  const value = await step("deploy", async (say) => {
    say("3 resources");
    return 42;
  });

  expect(value).toBe(42);
  expect(lines).toEqual([expect.stringMatching(/^✔ deploy: 3 resources \[\d+\.\d s\]$/)]);
});

test("a step that fails is marked, and the reason reaches the caller", async () => {
  const failing = step("deploy", async () => {
    throw new Error("no network");
  });

  await expect(failing).rejects.toThrow("no network");
  expect(lines).toEqual([expect.stringMatching(/^✖ deploy \[\d+\.\d s\]$/)]);
});

/** Runs a step in a Node of its own, as on a terminal: jest can't load listr2's live renderer. */
function onTerminal(run: string): string {
  const program = `
    Object.assign(process.stdout, { isTTY: true, columns: 80 });
    const { step } = require(${JSON.stringify(join(ROOT, "cli/terminal/step.ts"))});
    step("deploy", ${run}).then((value) => console.log("value: " + value), (error) => console.log("thrown: " + error.message));`;
  const { CI: _, ...env } = process.env;
  return execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", program], { env, encoding: "utf8" });
}

test("on a terminal, a step shows its result and its seconds, and gives its value", () => {
  const shown = onTerminal('async (say) => { say("3 resources"); return 42; }');
  expect(shown).toMatch(/deploy: 3 resources.*\[.*\d+\.\d s.*\]/);
  expect(shown).toContain("value: 42");
});

test("on a terminal, a step that fails throws its reason, which its own line does not show", () => {
  const shown = onTerminal('async () => { throw new Error("no network"); }');
  expect(shown).toContain("deploy");
  expect(shown.match(/no network/g)).toHaveLength(1);
  expect(shown).toContain("thrown: no network");
});

// The last test: there is no way back to lines for people.
test("for machines, each step, what it found and why it ended is an object a line", async () => {
  showJson();
  await step("deploy", async (say) => say("3 resources"));
  show("for people", { roles: [] });
  await expect(step("destroy", () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
  showError("for people", { error: "no network" });

  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { step: "deploy", ok: true, result: "3 resources", seconds: expect.any(Number) },
    { roles: [] },
    { step: "destroy", ok: false, seconds: expect.any(Number) },
    { ok: false, error: "no network" },
  ]);
});
