import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { RotationEvent } from "../../rotator/rotation";

/** A function as Lambda has it. */
export interface DeployedFunction {
  /** Where its code is: index.js. */
  readonly folder: string;
  /** Its environment, and where its clients find AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** What stands for the AI providers. */
  readonly providerUrl: string;
}

/** What a run has printed, as the function's log has it. */
export interface FunctionRun {
  readonly ok: boolean;
  readonly log: string;
}

/** Lambda's part: it loads the handler, calls it, and logs what it throws. The providers' hosts lead to the stub. */
const RUNTIME = `
const call = fetch;
globalThis.fetch = (url, init) => {
  const { pathname, search } = new URL(url);
  return call(process.env.PROVIDER_URL + pathname + search, init);
};
require(process.env.HANDLER).handler(JSON.parse(process.env.EVENT)).catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
`;

/** The AWS SDK, which Lambda's runtime brings along. */
const SDK = join(dirname(require.resolve("@aws-sdk/client-secrets-manager/package.json")), "../..");

/** Calls the function once, in a process of its own. */
export function runFunction({ folder, environment, providerUrl }: DeployedFunction, event: RotationEvent): Promise<FunctionRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", RUNTIME], {
      env: {
        ...environment,
        NODE_PATH: SDK,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        HANDLER: join(folder, "index.js"),
        EVENT: JSON.stringify(event),
        PROVIDER_URL: providerUrl,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        log += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, log }));
  });
}
