import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import type { Bench } from "./bench";
import { figureTable, ratio, resultTable } from "./report";
import { summary, takeTurns } from "./rounds";

const BUNDLE = join(__dirname, "../rotator/bundle/index.js");
const FUNCTION = "the rotation function";
const CLIENT = "Node and the AWS SDK's client";

/** As Lambda's runtime has it. */
const SDK = join(dirname(require.resolve("@aws-sdk/client-secrets-manager/package.json")), "../..");

/** How long a process takes until it could call the function: what Lambda's cold start adds on this machine. */
export async function rotator({ say }: Bench): Promise<string[]> {
  const started = (code: string) => async () => {
    const begin = performance.now();
    const { status } = spawnSync(process.execPath, ["-e", code], { env: { PATH: process.env.PATH, NODE_PATH: SDK }, stdio: "ignore" });
    if (status !== 0) {
      throw new Error(`node -e ${JSON.stringify(code)} has failed`);
    }
    return { time: performance.now() - begin };
  };
  const results = await takeTurns(say, 60, {
    "Node alone": started(""),
    [CLIENT]: started('require("@aws-sdk/client-secrets-manager")'),
    [FUNCTION]: started(`require(${JSON.stringify(BUNDLE)})`),
  });
  const code = readFileSync(BUNDLE);
  return [
    "[The function](../rotator/bundle/index.js) that makes a provider's keys, until its first call. It has no dependency but the AWS SDK, which Lambda's runtime brings along.",
    resultTable(results, { time: "ms" }),
    figureTable([
      { name: "its code", value: summary([code.length / 1_000]), unit: "kB", atMost: 30 },
      { name: "its package", value: summary([zipSync({ "index.js": code }).length / 1_000]), unit: "kB", atMost: 10 },
      ratio(results, FUNCTION, CLIENT, "time", 1.25),
    ]),
  ];
}
