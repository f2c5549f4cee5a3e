import { readFileSync } from "node:fs";
import { join } from "node:path";
import { picture } from "../../../docs/make-picture";
import { ROOT } from "../../support/project";
import { LAST_STEPS, STEPS } from "../../support/rehearsal-steps";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

const OUTPUT = `
> npm's own line

✔ tools found: from the mirror /home/me/mirror [0.3 s]
✔ a placeholder is refused: <KEY> & more [12.0 s]
✔ long: ${"x".repeat(200)} [1.5 s]

Took  94 s
`;

/** The lines of a picture, as one reads them. */
const linesOf = (svg: string) =>
  [...svg.matchAll(/<text .*?>(.*)<\/text>/g)].map(([, line = ""]) =>
    line
      .replaceAll(/<\/?tspan.*?>/g, "")
      .replaceAll("&lt;", "<")
      .replaceAll("&amp;", "&"),
  );

test("a picture has the lines of a rehearsal, short enough, without npm's own and the folders of a machine", () => {
  expect(linesOf(picture(OUTPUT))).toEqual([
    "$ npm start",
    "✔ tools found: from a mirror [0.3 s]",
    "✔ a placeholder is refused: <KEY> & more [12.0 s]",
    expect.stringMatching(/^✔ long: x{95}… \[1\.5 s\]$/),
    "",
    "Took  94 s",
  ]);
});

test.each([
  ["a rehearsal that failed", OUTPUT.replace("✔ long", "✖ long")],
  ["one that was cut off", OUTPUT.replace("Took", "")],
  ["something else", "hello"],
])("fails for %s", (_, output) => {
  expect(() => picture(output)).toThrow("A picture is made of a rehearsal that passed");
});

test("the picture in the README shows the steps that a rehearsal has", () => {
  const steps = linesOf(read("docs/rehearsal.svg")).filter((line) => line.startsWith("✔"));
  expect(steps.map((line) => line.match(/^✔ (.*?)(: | \[)/)?.[1])).toEqual([...STEPS, ...LAST_STEPS]);
});

test("these are all steps that the program has", () => {
  const sources = ["cli/rehearse/rehearse.ts", "cli/rehearse/life-of-a-key.ts", "cli/rehearse/life-of-a-team.ts"].map(read).join("\n");
  const titles = [...sources.matchAll(/\bstep\("(.*?)"/g)].map(([, title]) => title);
  expect(titles.sort()).toEqual([...STEPS, ...LAST_STEPS].sort());
});
