import { scryptSync } from "node:crypto";
import { keyVersion as versionOf } from "../cli/key-version/key-version";
import { randomKey } from "../lab/random-key";
import type { Bench } from "./bench";
import { figureTable, resultTable } from "./report";
import { summary, takeTurns } from "./rounds";

const SALT = "ai/production/api-key";
const OURS = "`ai-key key-version`";

/** The cost of the number that changes with the key, and of others: for the deploy once, and for somebody who guesses keys each time. */
export async function keyVersion({ say }: Bench): Promise<string[]> {
  const key = randomKey();
  const timed = (run: () => unknown) => async () => {
    const begin = performance.now();
    run();
    return { time: performance.now() - begin };
  };
  const scrypt = (N: number, p: number) => timed(() => scryptSync(key, SALT, 6, { N, r: 8, p, maxmem: 2 ** 28 }));
  await scrypt(2 ** 13, 1)(); // the first one loads OpenSSL's part
  const alternatives = {
    "N = 2^13, p = 1, 8 MiB": scrypt(2 ** 13, 1),
    "N = 2^14, p = 1, 16 MiB": scrypt(2 ** 14, 1),
    "N = 2^14, p = 3, 16 MiB": scrypt(2 ** 14, 3),
    "N = 2^15, p = 1, 32 MiB": scrypt(2 ** 15, 1),
    "N = 2^16, p = 1, 64 MiB": scrypt(2 ** 16, 1),
    [OURS]: timed(() => versionOf(key, SALT)),
  };
  const results = await takeTurns(say, 15, alternatives);
  return [
    "scrypt with r = 8. About 100 ms are wanted: neither half nor double the cost would be nearer.",
    resultTable(results, { time: "ms" }),
    figureTable([{ name: OURS, value: summary(results.values(OURS, "time")), unit: "ms", atLeast: 71, atMost: 141 }]),
  ];
}
