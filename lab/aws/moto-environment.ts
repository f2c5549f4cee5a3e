import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { coerce, gte } from "semver";
import { launcherEnvironment } from "../process/child-environment";
import { CommandRunner } from "../process/command";
import type { Session } from "../process/session";

/** https://pypi.org/project/moto/ and https://hub.docker.com/r/motoserver/moto */
export const MOTO = "5.2.1";

/** What `moto` asks for: https://pypi.org/project/moto/5.2.1/ */
const MIN_PYTHON = "3.10.0";

/** A virtual environment of Python with moto in it, in the user's cache folder. */
export interface MotoEnvironment {
  /** The Python that makes it. */
  readonly python: string;
  /** Its folder, named by the versions of moto and of Python. */
  readonly folder: string;
}

/**
 * Where a Python keeps its environment with moto, which need not be there yet.
 *
 * @throws Error when the Python is too old, or can't make a virtual environment, with what to do
 */
export function motoEnvironment(python: string, env: NodeJS.ProcessEnv = process.env): MotoEnvironment {
  const code = "import sys; print('%d.%d' % sys.version_info[:2]); import ensurepip, venv; print('venv')";
  const { stdout } = spawnSync(python, ["-c", code], { encoding: "utf8", env: launcherEnvironment(), timeout: 20_000 });
  const [version = "", venv] = (stdout ?? "").split("\n"); // null when it can not be started
  if (!gte(coerce(version) ?? "0.0.0", MIN_PYTHON)) {
    throw new Error(
      `${python} is Python ${version || "of no known version"}, and moto ${MOTO} needs ${MIN_PYTHON}: install a newer one, or one of uvx, pipx and Docker`,
    );
  }
  if (!venv) {
    throw new Error(`${python} can't make a virtual environment: apt install python3-venv (Debian, Ubuntu)`);
  }
  return { python, folder: join(cacheFolder(env), "cdktf-ai-secret", `moto-${MOTO}-python-${version}`) };
}

/** The Python of an environment; undefined when the environment is not there, or its Python has been removed since. */
export function pythonOf({ folder }: MotoEnvironment): string | undefined {
  const python = join(folder, "bin/python");
  return existsSync(python) ? python : undefined; // follows the link
}

/**
 * Makes an environment with moto, from PyPI. It gets its name when it is complete: neither a run that is stopped nor two at once leave half
 * a one.
 *
 * @param say is told what goes on
 * @returns its Python
 * @throws Error when it can't be made, with the end of what was printed
 */
export async function makeMotoEnvironment(
  environment: MotoEnvironment,
  session: Session,
  say: (progress: string) => void,
): Promise<string> {
  const { python, folder } = environment;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-unfinished-`);
  const clear = () => rmSync(unfinished, { recursive: true, force: true });
  session.defer(clear);

  const runner = new CommandRunner(session, unfinished);
  const env = launcherEnvironment();
  const venv = join(unfinished, "environment");
  await runner.run({ name: "python3 -m venv", file: python, args: ["-m", "venv", venv], cwd: unfinished, env });

  // Python compiles what it loads, and keeps that: to compile all of it first takes half of the installation.
  const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-compile", `moto[server]==${MOTO}`];
  const installed = await runner.try({
    name: "pip install",
    file: join(venv, "bin/python"),
    args: pip,
    cwd: unfinished,
    env,
    onOutput: (text) => text.match(/(Collecting|Downloading|Installing) \S+/g)?.forEach((line) => void say(line)),
  });
  if (installed.exitCode !== 0) {
    const errors = installed.output.match(/^ERROR: .*/gm) ?? [installed.output.trim().slice(-300)];
    throw new Error(
      `moto ${MOTO} can't be installed from PyPI (${errors[0]}). Connect to the network, or name a mirror in PIP_INDEX_URL, and run it again.`,
    );
  }

  if (!pythonOf(environment)) {
    rmSync(folder, { recursive: true, force: true }); // its Python is gone
    moveUnlessThere(venv, folder);
  }
  clear();
  return join(folder, "bin/python");
}

/** Another run may have been faster: what it has made is as good. */
function moveUnlessThere(source: string, target: string): void {
  try {
    renameSync(source, target);
  } catch (error) {
    if (!existsSync(target)) {
      throw error;
    }
  }
}

/** https://specifications.freedesktop.org/basedir-spec/latest/, and what macOS has instead. */
function cacheFolder({ XDG_CACHE_HOME, HOME = homedir() }: NodeJS.ProcessEnv): string {
  return XDG_CACHE_HOME || join(HOME, process.platform === "darwin" ? "Library/Caches" : ".cache");
}
