import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalAwsPlan, planLocalAws, startLocalAws } from "../../lab/aws/local-aws";
import { MOTO, makeMotoEnvironment, motoEnvironment } from "../../lab/aws/moto-environment";
import { Session } from "../../lab/process/session";

const folder = mkdtempSync(join(tmpdir(), "ai-key-e2e-python-"));

/** The interpreter itself: a version manager's own python3 needs more on PATH. */
const PYTHON = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();

/** With CI set the test fails where there is no PyPI. */
const testWithPyPi = process.env.CI || canDownload() ? test : skipWithoutPyPi;

function skipWithoutPyPi(title: string): void {
  console.error(`SKIPPED: ${title}. It needs PyPI, or a mirror of it in PIP_INDEX_URL.`);
  test.skip(title, () => {});
}

function canDownload(): boolean {
  try {
    execFileSync(PYTHON, ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, `moto==${MOTO}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("a local AWS by python3 alone", () => {
  let session: Session;
  let cache = "";
  beforeEach(() => {
    session = new Session();
    cache = mkdtempSync(join(folder, "cache-"));
  });
  afterEach(async () => {
    await session.close();
    delete process.env.PIP_NO_DEPS;
    delete process.env.PIP_NO_INDEX;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const environment = () => motoEnvironment(PYTHON, { XDG_CACHE_HOME: cache });
  const left = () => readdirSync(join(cache, "cdktf-ai-secret"));

  testWithPyPi("moto is installed once, with its progress told, and answers", async () => {
    const path = mkdtempSync(join(folder, "path-"));
    symlinkSync(PYTHON, join(path, "python3"));
    const plan = (): LocalAwsPlan => planLocalAws({ PATH: path, XDG_CACHE_HOME: cache });
    const progress: string[] = [];

    expect(plan()).toHaveProperty("firstUse");
    const { endpoint } = await startLocalAws(plan(), session, join(folder, "first.log"), (line) => progress.push(line));
    expect(progress).toContainEqual(expect.stringMatching(/^Collecting moto/));
    expect((await fetch(`${endpoint}/moto-api/data.json`)).status).toBe(200);
    expect(left()).toEqual([expect.stringMatching(/^moto-[\d.]+-python-3\.\d+$/)]);

    expect(plan()).not.toHaveProperty("firstUse");
    const again: string[] = [];
    await startLocalAws(plan(), session, join(folder, "second.log"), (line) => again.push(line));
    expect(again).toEqual([]);
  });

  testWithPyPi("two runs at once end with one whole environment", async () => {
    process.env.PIP_NO_DEPS = "1"; // moto alone takes a tenth of the time
    const made = environment();
    const pythons = await Promise.all([makeMotoEnvironment(made, session, () => {}), makeMotoEnvironment(made, session, () => {})]);

    expect(new Set(pythons)).toEqual(new Set([join(made.folder, "bin/python")]));
    expect(left()).toHaveLength(1);
    execFileSync(pythons[0], ["-m", "pip", "show", "moto"]);
  });

  testWithPyPi("a run that is stopped leaves nothing", async () => {
    const stopped = makeMotoEnvironment(environment(), session, () => session.abort(new Error("stopped")));
    await expect(stopped).rejects.toThrow("stopped");
    await session.close();
    expect(left()).toEqual([]);
  });

  test("fails without a network, with one line that says so, and leaves nothing", async () => {
    process.env.PIP_NO_INDEX = "1";
    await expect(makeMotoEnvironment(environment(), session, () => {})).rejects.toThrow(
      /^moto [\d.]+ can't be installed from PyPI \(ERROR: .*\)\. Connect to the network, or name a mirror in PIP_INDEX_URL, and run it again\.$/,
    );
    await session.close();
    expect(left()).toEqual([]);
  });
});
