import { join } from "node:path";
import { plainEnvironment } from "../cli/rehearsal/child-environment";
import { ROOT } from "../e2e/support/project";
import type { Bench, Measured } from "./bench";
import { goalTable, markdownTable, seconds } from "./report";
import { pairedRatio, summary, takeTurns } from "./rounds";

const ROUNDS = 5;
const SIZES = [1, 10, 100, 1_000];

/** Synthesis of ever more keys. */
export async function benchKeys(bench: Bench): Promise<string> {
  const rounds = bench.rounds(ROUNDS);
  const synth = (size: number) => () =>
    bench.measure("many-keys", ROOT, ["node", "--require", "tsx/cjs", join(__dirname, "many-keys.ts"), String(size)], {
      ...plainEnvironment(),
      CDKTF_OUTDIR: bench.newFolder("out"),
    });
  const results = await takeTurns<Measured>(rounds, Object.fromEntries(SIZES.map((size) => [`${size} keys`, synth(size)])), bench.say);

  const times = (size: number) => results(`${size} keys`).map((measured) => measured.seconds);
  return [
    `One stack with every option on, whole processes, ${rounds} rounds.`,
    "",
    markdownTable(
      ["Keys", "Median (min to max)", "÷ one key", "Peak memory"],
      SIZES.map((size) => [
        size.toLocaleString("en"),
        seconds(summary(times(size))),
        pairedRatio(times(size), times(1)).median.toFixed(2),
        `${Math.max(...results(`${size} keys`).map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`,
      ]),
    ),
    "",
    goalTable([{ figure: "100 keys ÷ one key", value: pairedRatio(times(100), times(1)), limit: 3 }]),
  ].join("\n");
}
