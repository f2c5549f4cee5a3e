import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Runs of each; the sizes take turns, so that a busy machine slows all of them. */
const RUNS = 5;
const SIZES = [1, 100, 1_000];

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const seconds = new Map(SIZES.map((size) => [size, [] as number[]]));
const memory = new Map(SIZES.map((size) => [size, [] as number[]]));
for (let run = 0; run < RUNS; run++) {
  for (const size of SIZES) {
    const begin = performance.now();
    const printed = execFileSync(
      process.execPath,
      ["--require", "tsx/cjs", "--require", join(__dirname, "../cli/program-errors.ts"), join(__dirname, "many-keys.ts"), String(size)],
      {
        encoding: "utf8",
      },
    );
    seconds.get(size)?.push((performance.now() - begin) / 1_000);
    memory.get(size)?.push(Number(printed));
  }
}

const one = median(seconds.get(1) ?? []);
console.log(`Synth of a stack with every option on, whole process, medians of ${RUNS}:`);
for (const size of SIZES) {
  const time = median(seconds.get(size) ?? []);
  console.log(
    `${String(size).padStart(5)} keys: ${time.toFixed(2)} s, ${(time / one).toFixed(2)} × one key, ${median(memory.get(size) ?? [])} MiB`,
  );
}
