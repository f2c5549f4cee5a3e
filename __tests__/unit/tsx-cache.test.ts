import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cdktf from "../../cdktf.json";
import example from "../../examples/node/package.json";
import { copyProject, ROOT } from "../support/project";

jest.setTimeout(60_000); // milliseconds, on a busy machine: each test starts Node

const PLANTED = "code of another user";

/** tsx takes compiled code from the folder for temporary files, by a name that anybody can compute. */
const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
const project = join(folder, "project");
const shared = join(folder, "shared");
afterAll(() => rmSync(folder, { recursive: true }));

const run = (file: string, args: readonly string[], settings: NodeJS.ProcessEnv = {}) => {
  const env = { PATH: process.env.PATH, TMPDIR: shared, CDKTF_OUTDIR: join(folder, "out"), ...settings };
  return spawnSync(file, args, { cwd: project, encoding: "utf8", env });
};

beforeAll(() => {
  mkdirSync(shared);
  copyProject(project);
  run(process.execPath, ["--require", "tsx/cjs", "cli/ai-key.ts"]);
  run("sh", ["-c", cdktf.app.replace(/^TSX_DISABLE_CACHE=1 /, "")]);
  const [cache = ""] = readdirSync(shared).filter((name) => name.startsWith("tsx-"));
  for (const name of readdirSync(join(shared, cache))) {
    const path = join(shared, cache, name);
    const { code, ...rest } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...rest, code: `console.error(${JSON.stringify(PLANTED)});${code}` }));
  }
});

test("what another user has left in the shared temporary folder is run by tsx alone", () => {
  expect(run(process.execPath, ["--require", "tsx/cjs", "main.ts"]).stderr).toContain(PLANTED);
});

test.each([
  ["the app of cdktf.json", "sh", ["-c", cdktf.app], {}],
  ["ai-key", process.execPath, ["bin/ai-key.js", "key-version"], { TF_VAR_ai_api_key: ["a-key", "of-the-tests-0123"].join("-") }],
  ["a script of CI", ".ci/which-stack.ts", [], {}],
])("%s does not run it", (_, file, args, settings) => {
  expect(run(file, args, settings)).toMatchObject({ status: 0, stderr: expect.not.stringContaining(PLANTED) });
});

test("the example for Node keeps no cache", () => {
  expect(example.scripts.start).toBe("tsx --no-cache app.ts");
});

test.each([".", ".ci", ".github/workflows", "bench", "bin", "docs", "examples/lambda", "examples/node"])(
  "nothing in the folder %s shows or runs tsx with its cache",
  (path) => {
    const files = readdirSync(join(ROOT, path), { withFileTypes: true }).filter((entry) => entry.isFile());
    const lines = files.flatMap(({ name }) => readFileSync(join(ROOT, path, name), "utf8").split("\n"));
    for (const line of lines.filter((text) => /node --require tsx/.test(text))) {
      expect(line).toContain("TSX_DISABLE_CACHE=1 node --require tsx/cjs");
    }
  },
);
