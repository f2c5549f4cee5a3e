import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planLocalAws } from "../../../../lab/aws/local-aws";

const folder = mkdtempSync(join(tmpdir(), "ai-key-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A PATH with stand-ins for these programs and nothing else: only that they exist, and how they exit, matters here. */
function pathWith(...programs: string[]): string {
  const path = mkdtempSync(join(folder, "path-"));
  for (const program of programs) {
    const [name = "", exitCode = "0"] = program.split("=");
    writeFileSync(join(path, name), `#!/bin/sh\nexit ${exitCode}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

/** A PATH with python3 alone: the shell script that is given, or a real one. */
function pathWithPython(script: string): string {
  const path = pathWith();
  writeFileSync(join(path, "python3"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const REAL_PYTHON = `exec ${execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim()} "$@"`;

const chosen = (...programs: string[]) => planLocalAws({ PATH: pathWith(...programs) }).description;

test("moto_server is taken before what downloads it, and Docker comes last", () => {
  expect(chosen("docker", "pipx", "uvx", "moto_server")).toMatch(/^moto (?!.* by )/);
  expect(chosen("docker", "pipx", "uvx")).toMatch(/^moto [\d.]+ by uvx$/);
  expect(chosen("docker", "pipx")).toMatch(/^moto [\d.]+ by pipx$/);
  expect(chosen("docker")).toMatch(/^moto [\d.]+ by Docker$/);
});

test("python3 alone is enough: moto goes into the user's cache folder, once", () => {
  const env = { PATH: pathWithPython(REAL_PYTHON), XDG_CACHE_HOME: mkdtempSync(join(folder, "cache-")) };
  const plan = planLocalAws(env);
  expect(plan).toMatchObject({
    description: expect.stringMatching(/^moto [\d.]+ by python3$/),
    environment: { folder: expect.stringMatching(/\/cdktf-ai-secret\/moto-[\d.]+-python-3\.\d+$/) },
    firstUse: expect.stringContaining(`into ${env.XDG_CACHE_HOME}/`),
  });

  const made = "environment" in plan ? (plan.environment?.folder ?? "") : "";
  mkdirSync(join(made, "bin"), { recursive: true });
  symlinkSync(process.execPath, join(made, "bin/python"));
  expect(planLocalAws(env)).not.toHaveProperty("firstUse");

  rmSync(join(made, "bin/python"));
  symlinkSync(join(made, "a-python-that-was-upgraded-away"), join(made, "bin/python"));
  expect(planLocalAws(env)).toHaveProperty("firstUse");
});

test("without XDG_CACHE_HOME the cache folder is the system's own", () => {
  const plan = planLocalAws({ PATH: pathWithPython(REAL_PYTHON), HOME: folder });
  expect(plan).toHaveProperty(
    "environment.folder",
    expect.stringContaining(join(folder, process.platform === "darwin" ? "Library/Caches" : ".cache", "cdktf-ai-secret")),
  );
});

test("fails for a python3 that moto does not run on", () => {
  expect(() => planLocalAws({ PATH: pathWithPython("echo 3.9; echo venv") })).toThrow(
    /python3 is Python 3\.9, and moto [\d.]+ needs 3\.10/,
  );
});

test("fails for a python3 that can't make a virtual environment, as on Debian, with what installs it", () => {
  const modules = mkdtempSync(join(folder, "modules-"));
  writeFileSync(join(modules, "ensurepip.py"), "raise ImportError('python3-venv is another package')\n");
  const path = pathWithPython(`export PYTHONPATH=${modules}\n${REAL_PYTHON}`);
  expect(() => planLocalAws({ PATH: path })).toThrow("can't make a virtual environment: apt install python3-venv");
});

test("fails without anything to start, with the command that installs it", () => {
  expect(() => chosen()).toThrow("No local AWS was found");
  expect(() => chosen()).toThrow(/pip install 'moto\[server\]==[\d.]+'/);
});

test("fails with a Docker client whose engine does not answer", () => {
  expect(() => chosen("docker=1")).toThrow("a running Docker engine");
});

test("a folder of that name is not a program", () => {
  const path = pathWith();
  mkdirSync(join(path, "moto_server"));
  expect(() => planLocalAws({ PATH: path })).toThrow("No local AWS was found");
});

test.each(["http://127.0.0.1:4566", "http://localhost:5000", "http://127.8.9.1:80", "http://[::1]:5000", "https://localhost:4566/"])(
  "the user's own local AWS is used: %s",
  (url) => {
    expect(planLocalAws({ AWS_ENDPOINT_URL: url })).toMatchObject({ endpoint: new URL(url).origin });
  },
);

test.each([
  "https://secretsmanager.us-east-1.amazonaws.com",
  "http://10.0.0.1:4566",
  "http://localhost.evil.example:4566",
  "http://127.0.0.1.evil.example",
  "http://0.0.0.0:5000",
  "ftp://127.0.0.1",
  "127.0.0.1:5000",
  `http://user:${"pass"}@127.0.0.1:5000`, // built here: no scanner of a repository takes it for a password
])("fails for an endpoint that could leave this machine: %s", (url) => {
  expect(() => planLocalAws({ AWS_ENDPOINT_URL: url })).toThrow("AWS_ENDPOINT_URL must be on a loopback address");
  expect(() => planLocalAws({ AWS_ENDPOINT_URL: url })).not.toThrow("pass");
});
