import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomKey } from "../../lab/random-key";
import { ROOT } from "../support/project";

jest.setTimeout(60_000); // milliseconds, on a busy machine

/** What git has not, and the hashes of packages. */
const LEFT_OUT = /^(node_modules|cdktf\.out|dist|coverage|handed-over|\.git|package-lock\.json)$|\.(tgz|log|tfstate.*)$/;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return LEFT_OUT.test(entry.name) ? [] : entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}

function lint(files: readonly string[]): string[] {
  const script = join(ROOT, "__tests__/support/secretlint.mjs");
  const printed = execFileSync("node", [script], { cwd: ROOT, input: files.join("\n"), encoding: "utf8" });
  return printed.split("\n").filter(Boolean);
}

test("secretlint finds a planted key, and none in a repository that is made from this one", () => {
  const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
  const planted = join(folder, "planted.ts");
  writeFileSync(planted, `const key = "${randomKey("openai")}";\n`);
  try {
    expect(lint([planted])).toEqual([expect.stringContaining(`${planted}:1: `)]);
    expect(lint(filesIn(ROOT))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
