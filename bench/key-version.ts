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
const EXPONENTS = [13, 14, 15, 16];
const name = (exponent: number) => `N = 2^${exponent}`;

/** The cost of the number that changes with the key, and of others. */
export async function benchKeyVersion(bench: Bench): Promise<string> {
  const rounds = bench.rounds(ROUNDS);
  const key = randomKey();
  const hash = (exponent: number) => () => scryptSync(key, SALT, 6, { N: 2 ** exponent, r: 8, p: 1, maxmem: 2 ** 28 });
  hash(13)(); // the first one loads OpenSSL's part

  const results = await takeTurns<number>(
    rounds,
    {
      [OURS]: milliseconds(() => keyVersion(key, SALT)),
      ...Object.fromEntries(EXPONENTS.map((exponent) => [name(exponent), milliseconds(hash(exponent))])),
    },
    () => {},
  );
  const median = (alternative: string) => summary(results(alternative)).median;
  const nearestTo = (wanted: number) => {
    const distance = (exponent: number) => Math.abs(Math.log(median(name(exponent)) / wanted));
    return name([...EXPONENTS].sort((a, b) => distance(a) - distance(b))[0] ?? 0);
  };
  const time = (alternative: string) => {
    const { median, min, max } = summary(results(alternative));
    return `${median.toFixed(0)} ms (${min.toFixed(0)} to ${max.toFixed(0)})`;
  };
  return [
    `scrypt with r = 8 and p = 1, as \`ai-key version\` has it, ${rounds} rounds.`,
    "",
    markdownTable(
      ["", "Median (min to max)", "Memory"],
      EXPONENTS.map((exponent) => [name(exponent), time(name(exponent)), `${(128 * 8 * 2 ** exponent) / 2 ** 20} MiB`]),
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
