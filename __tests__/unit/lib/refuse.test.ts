import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../support/project";

const LIB = JSON.stringify(join(ROOT, "lib"));

/** Runs a main.ts as cdktf.json says. */
function run(program: string): { status: number | null; stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), "ai-key-program-"));
  try {
    writeFileSync(join(folder, "main.ts"), program);
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const args = ["--require", require.resolve("tsx/cjs"), "main.ts"];
    return spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: { ...process.env, CDKTF_OUTDIR: join(folder, "out") } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const IMPORTS = `import { App } from "cdktf";
import { AiKeyStack } from ${LIB};
interface Removed { // by the compiler
  readonly lines: string;
}
`;

test("a prop that breaks its rule ends the program with one line: the place in the program, and what is wrong", () => {
  expect(run(`${IMPORTS}new AiKeyStack(new App(), "ai-secret", { region: "Frankfurt" });\n`)).toMatchObject({
    status: 1,
    stderr: 'main.ts:6: [ai-secret] region must be an AWS region such as eu-central-1; got "Frankfurt"\n',
  });
});

test("so does what is only known at the end of the program", () => {
  const program = `${IMPORTS}const app = new App();\nnew AiKeyStack(app, "ai-secret", { readers: [] });\napp.synth();\n`;
  expect(run(program)).toMatchObject({
    status: 1,
    stderr: "[ai-secret/ai-key] readers must name a principal, or grantRead one\n",
  });
});

test("an error that the program catches is an ordinary one, with its stack", () => {
  const program = `${IMPORTS}try { new AiKeyStack(new App(), "ai-secret", { region: "Frankfurt" }); } catch ({ stack }) { console.error(stack); }\n`;
  const { status, stderr } = run(program);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Error: \[ai-secret\] region must .*\n {4}at refuse .*\n {4}at checkProp /);
});

test("a defect of the program keeps its stack, before and after such an error", () => {
  const defect = 'throw new TypeError("a defect");\n';
  for (const first of ["", 'try { new AiKeyStack(new App(), "ai-secret", { region: "Frankfurt" }); } catch {}\n']) {
    const { status, stderr } = run(`${IMPORTS}${first}${defect}`);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/TypeError: a defect\n {4}at .*main\.ts:\d+/);
  }
});

test("a program that listens for uncaught exceptions itself gets it", () => {
  const program = `${IMPORTS}process.on("uncaughtException", ({ message }) => console.error("mine:", message));\nnew AiKeyStack(new App(), "ai-secret", { region: "Frankfurt" });\n`;
  expect(run(program).stderr).toMatch(/^mine: \[ai-secret\] region must .*\n$/);
});
