import { figureTable, ratio, resultTable } from "../../../bench/report";
import { Results } from "../../../bench/rounds";

const at = (median: number) => ({ median, min: median / 2, max: median * 2 });

test("a goal holds up to its limit, and is a plain no above and below it", () => {
  const table = figureTable([
    { name: "a ÷ b", value: at(0.25), atMost: 0.25 },
    { name: "c", value: at(120), unit: "ms", atMost: 100 },
    { name: "d", value: at(70), unit: "ms", atLeast: 71, atMost: 100 },
    { name: "e", value: { median: 1, min: 1, max: 1 }, unit: "" },
  ]);

  expect(table.split("\n")).toEqual([
    "| Figure | Measured | Goal | Holds |",
    "| --- | --- | --- | --- |",
    "| a ÷ b | 0.250 × (0.125 to 0.500) | at most 0.25 × | yes |",
    "| c | 120 ms (60 to 240) | at most 100 ms | **no** |",
    "| d | 70 ms (35 to 140) | 71 to 100 ms | **no** |",
    "| e | 1 |  |  |",
  ]);
});

test("a ratio names what is compared, and is the median of the rounds' own", () => {
  const results = new Results(
    2,
    new Map([
      ["a", [{ time: 1 }, { time: 30 }]],
      ["b", [{ time: 4 }, { time: 40 }]],
    ]),
  );

  expect(ratio(results, "a", "b", "time", 1)).toEqual({ name: "a ÷ b, time", value: { median: 0.5, min: 0.25, max: 0.75 }, atMost: 1 });
});

test("the longer of alternatives and measures goes downwards, and what an alternative does not give stays empty", () => {
  const wide = new Results(1, new Map([["a", [{ time: 1.234, memory: 100 }]]]));
  const long = new Results(
    3,
    new Map([
      ["a", [{ time: 1 }, { time: 3 }, { time: 2 }]],
      ["b", [{ time: 4.5 }, { time: 4.5 }, { time: 4.5 }]],
      ["c", [{}, {}, {}]],
    ]),
  );

  expect(resultTable(wide, { memory: "MiB" })).toBe("| rounds: 1 | a |\n| --- | --- |\n| time | 1.23 s |\n| memory | 100 MiB |");
  expect(resultTable(long)).toBe("| rounds: 3 | time |\n| --- | --- |\n| a | 2 s (1 to 3) |\n| b | 4.50 s |\n| c |  |");
});
