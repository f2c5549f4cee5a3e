/** A table as Biome formats it. The first row is the heading. */
export function markdownTable([heading = [], ...rows]: readonly string[][]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cell: (width: number, column: number) => string) => `| ${widths.map(cell).join(" | ")} |`;
  const text = (row: readonly string[]) => line((width, column) => (row[column] ?? "").padEnd(width));
  return [text(heading), line((width) => "-".repeat(width)), ...rows.map(text)].join("\n");
}
