/** What a value, measured once a round, comes to. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Measures alternatives in turn, round after round, so that a busy moment of the machine meets all of them. Each round begins with
 * another one, so that none always follows the same.
 *
 * @returns by alternative, what was measured in each round
 */
export async function takeTurns<T>(
  rounds: number,
  alternatives: Readonly<Record<string, () => Promise<T>>>,
  say: (progress: string) => void,
): Promise<(alternative: string) => T[]> {
  const names = Object.keys(alternatives);
  const measured = new Map<string, T[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      say(`round ${round + 1} of ${rounds}: ${name}`);
      const value = await alternatives[name]?.();
      if (value !== undefined) {
        measured.get(name)?.push(value);
      }
    }
  }
  return (name) => measured.get(name) ?? [];
}

export function summary(values: readonly number[]): Summary {
  return { median: percentile(values, 50), min: Math.min(...values), max: Math.max(...values) };
}

/** How many times as much the one takes as the other, each round by itself. */
export function pairedRatio(values: readonly number[], others: readonly number[]): Summary {
  if (values.length !== others.length) {
    throw new Error(`Paired values must come from the same rounds; got ${values.length} and ${others.length}`);
  }
  return summary(values.map((value, round) => value / (others[round] ?? Number.NaN)));
}

/** The smallest value that so many percent of the values don't exceed; between two values for the median of an even number. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) {
    throw new Error("There is no percentile of no values");
  }
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (above - below) * (rank % 1);
}
