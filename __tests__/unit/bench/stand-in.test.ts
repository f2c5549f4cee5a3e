import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeCalls, writeStandIn } from "../../../bench/stand-in";

const folder = mkdtempSync(join(tmpdir(), "ai-key-stand-in-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a stand-in passes on arguments, both outputs and the exit code", () => {
  const both = writeStandIn(folder, "both", `sh -c 'printf "<%s>" "$@"; echo told >&2; exit 3'`);

  expect(() => execFileSync(both, ["zero", "two words", "x"], { encoding: "utf8", stdio: "pipe" })).toThrow(
    expect.objectContaining({ status: 3, stdout: "<two words><x>", stderr: "told\n" }),
  );
  takeCalls(folder);
});

test("calls are noted with their seconds, those of one command together, until they are taken", () => {
  const sleep = writeStandIn(folder, "nap", "sleep");
  const echo = writeStandIn(folder, "echo", "echo");
  for (const args of [["0.2"], ["0.2"]]) {
    execFileSync(sleep, args);
  }
  execFileSync(echo, ["-v"]);
  execFileSync(echo);

  const { "nap 0.2": nap = 0, ...others } = takeCalls(folder);
  expect(nap).toBeGreaterThanOrEqual(0.4);
  expect(Object.keys(others)).toEqual(["echo -v", "echo"]);
  expect(takeCalls(folder)).toEqual({});
});
