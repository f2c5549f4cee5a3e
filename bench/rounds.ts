/** What one measurement of an alternative gives, by what is measured. */
export type Sample = Readonly<Record<string, number>>;

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
 * @param wanted how many rounds, unless BENCH_ROUNDS says another number, for a quick look
 */
export async function takeTurns(
  say: (progress: string) => void,
  wanted: number,
  alternatives: Readonly<Record<string, () => Promise<Sample>>>,
): Promise<Results> {
  const rounds = Number(process.env.BENCH_ROUNDS) || wanted;
  const entries = Object.entries(alternatives);
  const samples = new Map<string, Sample[]>(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % entries.length;
    for (const [name, measure] of [...entries.slice(first), ...entries.slice(0, first)]) {
      say(`round ${round + 1} of ${rounds}: ${name}`);
      samples.get(name)?.push(await measure());
    }
  }
  return new Results(rounds, samples);
}

/** All samples of all rounds, by alternative. */
export class Results {
  constructor(
    public readonly rounds: number,
    public readonly samples: ReadonlyMap<string, readonly Sample[]>,
  ) {}

  /** One value a round; none for what an alternative does not give. */
  public values(alternative: string, measure: string): number[] {
    return (this.samples.get(alternative) ?? []).flatMap((sample) => sample[measure] ?? []);
  }

  /** How many times as much the one takes as the other, each round by itself. */
  public ratio(one: string, other: string, measure: string): Summary {
    const [values, others] = [this.values(one, measure), this.values(other, measure)];
    if (values.length !== others.length) {
      throw new Error(`A ratio wants values of the same rounds; got ${values.length} of ${one} and ${others.length} of ${other}`);
    }
    return summary(values.map((value, round) => value / (others[round] ?? Number.NaN)));
  }
}

export function summary(values: readonly number[]): Summary {
  if (values.length === 0) {
    throw new Error("There is no median of no values");
  }
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted.at(index) ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(-1) };
}
