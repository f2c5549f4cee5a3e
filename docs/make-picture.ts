import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A line of a terminal is this long at most, in characters; a longer result is cut, so that the seconds at its end stay. */
const COLUMNS = 112;

/** In pixels. */
const FONT_SIZE = 13;
const LINE_HEIGHT = 19;
const MARGIN = 16;

/** The width of a character, as a part of the font's size: that of most monospaced fonts. */
const CHARACTER = 0.602;

const COLORS = { background: "#0d1117", text: "#e6edf3", good: "#3fb950", quiet: "#8b949e" };

/**
 * Draws what a rehearsal printed as an SVG.
 *
 * @param output what `npm start` printed in a pipe
 * @throws Error for a rehearsal that did not come to its end
 */
export function picture(output: string): string {
  const steps = output.slice(output.indexOf("✔"));
  if (!/^✔/.test(steps) || /^✖/m.test(steps) || !/^Took /m.test(steps)) {
    throw new Error(
      "A picture is made of a rehearsal that passed; this output has no steps, a failed one, or no end. Run npm start alone to see why.",
    );
  }

  const lines = ["$ npm start", ...steps.trimEnd().split("\n").map(withoutPath).map(shortened)];
  const width = Math.ceil(COLUMNS * FONT_SIZE * CHARACTER) + 2 * MARGIN;
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="What npm start prints">
<rect width="100%" height="100%" rx="8" fill="${COLORS.background}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="${COLORS.text}">
${lines.map((line, index) => `<text x="${MARGIN}" y="${MARGIN + 14 + index * LINE_HEIGHT}" xml:space="preserve">${colored(line)}</text>`).join("\n")}
</g>
</svg>
`;
}

/** The folder of a provider mirror is of no use to a reader. */
function withoutPath(line: string): string {
  return line.replace(/the mirror \S+/, "a mirror");
}

function shortened(line: string): string {
  const [, start = line, end = ""] = line.match(/^(.*?)( \[[\d.]+ s\])$/) ?? [];
  return start.length + end.length > COLUMNS ? `${start.slice(0, COLUMNS - end.length - 1)}…${end}` : line;
}

function colored(line: string): string {
  return escaped(line)
    .replace(/^✔/, `<tspan fill="${COLORS.good}">✔</tspan>`)
    .replace(/\[[\d.]+ s\]$/, `<tspan fill="${COLORS.quiet}">$&</tspan>`);
}

function escaped(line: string): string {
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

if (require.main === module) {
  void text(process.stdin).then((output) => writeFileSync(join(__dirname, "rehearsal.svg"), picture(output)));
}
