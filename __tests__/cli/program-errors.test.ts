import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeProgramError } from "../../cli/program-errors";

const at = (error: Error, stack: string) => Object.assign(error, { stack });

test("a prop that breaks its rule is shown by its message and its place in the program, without a stack", () => {
  const stack = `Error: bad\n    at checkProp (/x/lib/check-prop.ts:10:11)\n    at Object.<anonymous> (${process.cwd()}/main.ts:6:1)\n    at node:internal`;
  expect(describeProgramError(at(new Error("bad"), stack))).toBe("main.ts:6: bad");
});

test("one from elsewhere is shown by its message alone", () => {
  expect(describeProgramError(at(new Error("bad"), "Error: bad\n    at x (/x/y.ts:1:1)"))).toBe("bad");
  expect(describeProgramError("text")).toBe("text");
});

test("a defect keeps its stack", () => {
  expect(describeProgramError(at(new TypeError("x is undefined"), "TypeError: x\n    at y"))).toBe("TypeError: x\n    at y");
});

test("a program has the place of its error in its own lines, though stacks are left out while it runs", () => {
  const folder = mkdtempSync(join(tmpdir(), "ai-key-program-"));
  try {
    writeFileSync(join(folder, "main.ts"), 'interface Removed {\n  readonly line: string;\n}\n\nthrow new Error("bad");\n');
    const preload = (name: string) => ["--require", require.resolve(name)];
    const run = () =>
      execFileSync(process.execPath, [...preload("tsx/cjs"), ...preload("../../cli/program-errors"), "main.ts"], {
        cwd: folder,
        stdio: "pipe",
      });

    expect(run).toThrow("main.ts:5: bad\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
