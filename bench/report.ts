import { type Results, type Summary, summary } from "./rounds";

/** What was measured, and within what it shall be. */
export interface Figure {
  readonly name: string;
  readonly value: Summary;
  /** @default "×": a ratio */
  readonly unit?: string;
  /** @default 0 */
  readonly atLeast?: number;
  /** @default none: there is no goal */
  readonly atMost?: number | undefined;
}

/** How many times as much the one takes as the other. */
export function ratio(results: Results, one: string, other: string, measure: string, atMost?: number): Figure {
  return { name: `${one} ÷ ${other}, ${measure}`, value: results.ratio(one, other, measure), atMost };
}

/** Figures, and whether each goal holds, by the median. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit = "×", atLeast = 0, atMost }) => {
    const holds = atMost !== undefined && value.median >= atLeast && value.median <= atMost;
    const goal = [`${atLeast > 0 ? `${atLeast} to` : "at most"} ${atMost} ${unit}`.trim(), holds ? "yes" : "**no**"];
    return [name, quantity(value, unit), ...(atMost === undefined ? ["", ""] : goal)];
  });
  return markdownTable(["Figure", "Measured", "Goal", "Holds"], rows);
}

/**
 * All that was measured, with the number of rounds. The longer of alternatives and measures goes downwards; a cell is empty where an alternative does not give a measure.
 *
 * @param units of what is not in seconds, by measure
 */
export function resultTable(results: Results, units: Readonly<Record<string, string>> = {}): string {
  const alternatives = [...results.samples.keys()];
  const measures = [...new Set([...results.samples.values()].flat().flatMap((sample) => Object.keys(sample)))];
  const cell = (alternative: string, measure: string) => {
    const values = results.values(alternative, measure);
    return values.length > 0 ? quantity(summary(values), units[measure] ?? "s") : "";
  };
  const corner = `rounds: ${results.rounds}`;
  const rows = alternatives.map((name) => [name, ...measures.map((measure) => cell(name, measure))]);
  const columns = measures.map((measure) => [measure, ...alternatives.map((name) => cell(name, measure))]);
  return rows.length > columns.length ? markdownTable([corner, ...measures], rows) : markdownTable([corner, ...alternatives], columns);
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The median, with the smallest and the largest where they differ: whole, or three figures that mean something, such as 0.213 or 21.3. */
function quantity({ median, min, max }: Summary, unit: string): string {
  const number = (value: number) => (value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3));
  return `${number(median)} ${unit}`.trim() + (min === max ? "" : ` (${number(min)} to ${number(max)})`);
}
