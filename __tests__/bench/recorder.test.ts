import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { covered, Recorder } from "../../bench/recorder";

const folder = mkdtempSync(join(tmpdir(), "ai-key-recorder-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a stand-in passes on arguments, output and exit code, and notes when it ran", () => {
  const recorder = new Recorder(folder);
  const echo = recorder.standIn("echo", "echo");
  const early = Date.now() - 1;

  expect(execFileSync(echo, ["-n", "two words", "x"], { encoding: "utf8" })).toBe("two words x");
  expect(() => execFileSync(recorder.standIn("false", "false"))).toThrow("Command failed");

  const calls = recorder.since(early);
  expect(calls.map(({ name }) => name)).toEqual(["echo two", "false"]);
  expect(calls.every(({ begin, end }) => end >= begin)).toBe(true);
  expect(recorder.since(Date.now() + 1_000)).toEqual([]);
});

test("time that two calls share is counted once", () => {
  const call = (begin: number, end: number) => ({ name: "x", begin, end });

  expect(covered([call(1_000, 1_010), call(1_005, 1_020), call(1_006, 1_007), call(1_030, 1_031)])).toBe(21);
});
