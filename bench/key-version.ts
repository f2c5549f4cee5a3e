import { scryptSync } from "node:crypto";
import { keyVersion } from "../cli/key-version";
import { randomKey } from "../cli/rehearsal/random-key";
import type { Bench } from "./bench";
import { markdownTable, yesOrNo } from "./report";
import { summary, takeTurns } from "./rounds";

const ROUNDS = 15;
const SALT = "ai/production/api-key";

/** What somebody who guesses keys shall pay for each guess. */
const GOAL = 100;

const OURS = "`ai-key version`";
const COSTS = [
  { exponent: 13, p: 1 },
  { exponent: 14, p: 1 },
  { exponent: 14, p: 3 },
  { exponent: 15, p: 1 },
  { exponent: 16, p: 1 },
];
type Cost = (typeof COSTS)[number];
const name = ({ exponent, p }: Cost) => `N = 2^${exponent}, p = ${p}`;

/** The cost of the number that changes with the key, and of others. */
export async function benchKeyVersion(bench: Bench): Promise<string> {
  const rounds = bench.rounds(ROUNDS);
  const key = randomKey();
  const hash =
    ({ exponent, p }: Cost) =>
    () =>
      scryptSync(key, SALT, 6, { N: 2 ** exponent, r: 8, p, maxmem: 2 ** 28 });
  hash({ exponent: 13, p: 1 })(); // the first one loads OpenSSL's part

  const results = await takeTurns<number>(
    rounds,
    {
      [OURS]: milliseconds(() => keyVersion(key, SALT)),
      ...Object.fromEntries(COSTS.map((cost) => [name(cost), milliseconds(hash(cost))])),
    },
    () => {},
  );
  const median = (alternative: string) => summary(results(alternative)).median;
  const nearestTo = (wanted: number) => {
    const distance = (cost: Cost) => Math.abs(Math.log(median(name(cost)) / wanted));
    const [nearest] = [...COSTS].sort((a, b) => distance(a) - distance(b));
    return nearest && name(nearest);
  };
  const time = (alternative: string) => {
    const { median, min, max } = summary(results(alternative));
    return `${median.toFixed(0)} ms (${min.toFixed(0)} to ${max.toFixed(0)})`;
  };
  return [
    `scrypt with r = 8; ${rounds} rounds.`,
    "",
    markdownTable(
      ["", "Median (min to max)", "Memory"],
      COSTS.map((cost) => [name(cost), time(name(cost)), `${(128 * 8 * 2 ** cost.exponent) / 2 ** 20} MiB`]),
    ),
    "",
    markdownTable(
      ["Figure", "Measured", "Goal", "Holds"],
      [
        [
          OURS,
          time(OURS),
          `about ${GOAL} ms, to which ${nearestTo(GOAL)} is nearest`,
          yesOrNo(nearestTo(median(OURS)) === nearestTo(GOAL)),
        ],
      ],
    ),
  ].join("\n");
}

function milliseconds(run: () => unknown): () => Promise<number> {
  return async () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  };
}
