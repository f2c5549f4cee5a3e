import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf } from "../../../bench/installation";

const folder = mkdtempSync(join(tmpdir(), "ai-key-installation-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a package has the size of its own files on disk, without the packages inside it; a missing one has none", () => {
  for (const path of ["lib", "node_modules/inner"]) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "code.js"), "x".repeat(100_000));
  }
  const own = [join(folder, "lib"), join(folder, "lib/code.js")].map((path) => statSync(path).blocks * 512);

  expect(bytesOf(folder)).toBe(own.reduce((sum, bytes) => sum + bytes));
  expect(bytesOf(join(folder, "missing"))).toBe(0);
});
