import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DEFAULT_REGION, DUMMY_CREDENTIALS, launcherEnvironment } from "../process/child-environment";
import { findProgram } from "../process/find-program";
import type { Session } from "../process/session";
import { MOTO, type MotoEnvironment, makeMotoEnvironment, motoEnvironment, pythonOf } from "./moto-environment";
import { startRelay } from "./relay";

/** A way to start a local AWS. */
interface Launcher {
  readonly program: string;
  /** For the report, with the version. */
  describe(path: string): string;
  /** Seconds until it answers: uvx, pipx and Docker download moto at the first start. */
  readonly timeout: number;
  args(port: number): string[];
  /** Whether the program can do it here. */
  usable?(path: string): boolean;
  /** What has to be done besides killing the process. */
  stop?(port: number): void;
  /** Where the program, a Python, finds moto. */
  environment?(path: string, env: NodeJS.ProcessEnv): MotoEnvironment;
}

const serverArgs = (port: number) => ["-H", "127.0.0.1", "-p", String(port)];
const container = (port: number) => `ai-key-local-aws-${port}`;

const LAUNCHERS: readonly Launcher[] = [
  { program: "moto_server", describe: (path) => `moto ${installedMoto(path)}`, timeout: 60, args: serverArgs },
  {
    program: "uvx",
    describe: () => `moto ${MOTO} by uvx`,
    timeout: 300,
    args: (port) => ["--from", `moto[server]==${MOTO}`, "moto_server", ...serverArgs(port)],
  },
  {
    program: "pipx",
    describe: () => `moto ${MOTO} by pipx`,
    timeout: 300,
    args: (port) => ["run", "--spec", `moto[server]==${MOTO}`, "moto_server", ...serverArgs(port)],
  },
  {
    program: "docker",
    describe: () => `moto ${MOTO} by Docker`,
    timeout: 300,
    args: (port) => ["run", "--rm", "--name", container(port), "--publish", `127.0.0.1:${port}:5000`, `motoserver/moto:${MOTO}`],
    usable: (docker) => succeeds(docker, ["version", "--format", "{{.Server.Version}}"]),
    stop: (port) => void succeeds("docker", ["rm", "--force", container(port)]),
  },
  {
    program: "python3",
    describe: () => `moto ${MOTO} by python3`,
    timeout: 60,
    args: (port) => ["-m", "moto.server", ...serverArgs(port)],
    environment: motoEnvironment,
  },
];

/** How a local AWS will be had. */
export type LocalAwsPlan =
  | { readonly description: string; readonly endpoint: string }
  | {
      readonly description: string;
      readonly launcher: Launcher;
      readonly path: string;
      readonly environment?: MotoEnvironment;
      /** What the start does first, once on this machine, for the user to know. */
      readonly firstUse?: string;
    };

/** A local AWS that answers. */
export interface LocalAws {
  /** For clients that repeat requests, on a loopback address: it ends with the session. */
  readonly endpoint: string;
  /** Its own endpoint. */
  readonly ownEndpoint: string;
  /** Lets it live on after the session; undefined: it is the user's own. */
  readonly keep?: () => { pid: number };
}

/**
 * Chooses a local AWS: the user's own at `AWS_ENDPOINT_URL`, else moto by the first program of `LAUNCHERS` that is here. Starts nothing.
 *
 * @throws Error when `AWS_ENDPOINT_URL` is not on a loopback address, or when there is nothing to start, with what installs it
 */
export function planLocalAws(env: NodeJS.ProcessEnv = process.env): LocalAwsPlan {
  if (env.AWS_ENDPOINT_URL) {
    const endpoint = loopbackEndpoint(env.AWS_ENDPOINT_URL);
    return { description: `your own at ${endpoint}`, endpoint };
  }

  for (const launcher of LAUNCHERS) {
    const path = findProgram(launcher.program, env.PATH);
    if (path && (launcher.usable?.(path) ?? true)) {
      const plan = { description: launcher.describe(path), launcher, path };
      const environment = launcher.environment?.(path, env);
      if (!environment) {
        return plan;
      }
      return { ...plan, environment, ...(pythonOf(environment) ? {} : { firstUse: firstUseOf(environment) }) };
    }
  }
  throw new Error(
    "No local AWS was found: moto_server, uvx, pipx, a running Docker engine and python3 are all missing. Install one, for example with " +
      `pip install 'moto[server]==${MOTO}', or run LocalStack, MiniStack or moto on this machine and set AWS_ENDPOINT_URL=http://127.0.0.1:PORT.`,
  );
}

function firstUseOf({ folder }: MotoEnvironment): string {
  return `Installing moto ${MOTO} from PyPI into ${folder}: once, about 300 MB and a minute`;
}

/**
 * Starts what was planned and waits until it answers. What was started ends with the session, and the session ends when it does.
 *
 * @param logFile where what it prints goes
 * @param say is told what the first start on this machine installs
 * @throws Error when it does not answer in time, with the end of what it printed
 */
export async function startLocalAws(
  plan: LocalAwsPlan,
  session: Session,
  logFile: string,
  say: (progress: string) => void = () => {},
): Promise<LocalAws> {
  const relayed = async (ownEndpoint: string) => {
    const { url: endpoint, close } = await startRelay(ownEndpoint);
    session.defer(close);
    return { endpoint, ownEndpoint };
  };

  if ("endpoint" in plan) {
    if (!(await comesUp(plan.endpoint, 5, session))) {
      throw new Error(
        `Nothing like AWS answers at AWS_ENDPOINT_URL=${plan.endpoint}. Start your local AWS, or unset AWS_ENDPOINT_URL to have one started.`,
      );
    }
    return relayed(plan.endpoint);
  }

  const { launcher, environment } = plan;
  const path = environment ? (pythonOf(environment) ?? (await makeMotoEnvironment(environment, session, say))) : plan.path;
  const port = await freePort();
  const log = openSync(logFile, "wx", 0o600);
  const server = spawn(path, launcher.args(port), { env: launcherEnvironment(), stdio: ["ignore", log, log], detached: true });
  closeSync(log);

  const fail = (what: string) =>
    session.abort(
      new Error(`The local AWS (${plan.description}) ${what}. It printed:\n${readFileSync(logFile, "utf8").slice(-2_000).trim()}`),
    );
  const onExit = (code: number | null, signal: string | null) => fail(`stopped by itself (${signal ?? `exit code ${code}`})`);
  server.once("error", (error) => fail(`could not be started: ${error.message}`));
  server.once("exit", onExit);

  const { pid } = server;
  if (pid === undefined) {
    throw new Error(`The local AWS (${plan.description}) could not be started: ${path} is not a program`);
  }
  let kept = false;
  session.adopt(pid);
  session.defer(() => {
    server.off("exit", onExit);
    if (!kept) {
      launcher.stop?.(port);
    }
  });

  const endpoint = `http://127.0.0.1:${port}`;
  if (!(await comesUp(endpoint, launcher.timeout, session))) {
    throw new Error(`The local AWS (${plan.description}) does not answer after ${launcher.timeout} s`);
  }
  return {
    ...(await relayed(endpoint)),
    keep: () => {
      kept = true;
      session.release(pid);
      server.unref();
      return { pid };
    },
  };
}

/** @throws Error for any URL that does not stay on this machine */
function loopbackEndpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const local = url && /^https?:$/.test(url.protocol) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (!local || url.username || url.password) {
    throw new Error(
      "AWS_ENDPOINT_URL must be on a loopback address, such as http://127.0.0.1:5000: a rehearsal never leaves this machine; " +
        `got ${local || !url ? "another form of URL" : url.origin}. Unset it to have a local AWS started.`,
    );
  }
  return url.origin;
}

async function comesUp(endpoint: string, seconds: number, session: Session): Promise<boolean> {
  const client = new SecretsManagerClient({
    endpoint,
    region: DEFAULT_REGION,
    credentials: DUMMY_CREDENTIALS,
    maxAttempts: 1,
  });
  const end = Date.now() + seconds * 1_000;
  try {
    while (Date.now() < end) {
      session.throwIfAborted();
      try {
        const abortSignal = AbortSignal.any([session.signal, AbortSignal.timeout(2_000)]);
        await client.send(new ListSecretsCommand({ MaxResults: 1 }), { abortSignal });
        return true;
      } catch {
        await sleep(200);
      }
    }
    return false;
  } finally {
    client.destroy();
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no free port"))));
    });
  });
}

/** The version of an installed moto, which moto_server itself does not tell: by the Python that its first line names, else by python3. */
function installedMoto(path: string): string {
  const interpreter = readFileSync(path, "utf8").match(/^#!(\S*python\S*)/)?.[1] ?? "python3";
  try {
    const code = "from importlib.metadata import version; print(version('moto'))";
    return execFileSync(interpreter, ["-c", code], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 20_000 }).trim();
  } catch {
    return "of unknown version";
  }
}

function succeeds(file: string, args: string[]): boolean {
  try {
    execFileSync(file, args, { env: launcherEnvironment(), stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}
