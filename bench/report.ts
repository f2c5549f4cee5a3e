import type { Summary } from "./rounds";

/** A figure that shall not exceed its goal. */
export interface Goal {
  readonly figure: string;
  readonly value: Summary;
  readonly limit: number;
  /** What follows the numbers, such as ` s`; without it they are ratios. */
  readonly unit?: string;
}

/** Whether each goal holds, by its median. */
export function goalTable(goals: readonly Goal[]): string {
  return markdownTable(
    ["Figure", "Measured", "Goal", "Holds"],
    goals.map(({ figure, value, limit, unit = " ×" }) => [
      figure,
      `${number(value.median)}${unit}${range(value)}`,
      `at most ${limit}${unit}`,
      yesOrNo(value.median <= limit),
    ]),
  );
}

export function yesOrNo(holds: boolean): string {
  return holds ? "yes" : "**no**";
}

/** Seconds, with the smallest and the largest. */
export function seconds(value: Summary): string {
  return `${number(value.median)} s${range(value)}`;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * Puts a section into a document, in the place of the one with its title, else where the order of titles has it. What has none of these
 * titles goes.
 *
 * @param head what comes before the sections
 * @param titles of all sections, in order
 */
export function withSection(document: string, head: string, titles: readonly string[], title: string, body: string): string {
  const parts = document.split(/^## /m).slice(1);
  const sections = new Map(parts.map((part) => [part.split("\n", 1)[0], part.slice(part.indexOf("\n")).trim()]));
  sections.set(title, body.trim());

  const known = titles.filter((name) => sections.has(name));
  return `${[head.trim(), ...known.map((name) => `## ${name}\n\n${sections.get(name)}`)].join("\n\n")}\n`;
}

/** Three figures that mean something: 0.213, 2.13, 21.3, 213. */
export function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function range({ min, max }: Summary): string {
  return ` (${number(min)} to ${number(max)})`;
}
