import { goalTable, withSection } from "../../bench/report";

const TITLES = ["First", "Second", "Third"];
const at = (median: number) => ({ median, min: median / 2, max: median * 2 });

test("a goal holds up to its limit, and is a plain no above it", () => {
  const table = goalTable([
    { figure: "a ÷ b", value: at(0.25), limit: 0.25 },
    { figure: "c", value: at(120), limit: 100, unit: " ms" },
  ]);

  expect(table.split("\n").slice(2)).toEqual([
    "| a ÷ b | 0.250 × (0.125 to 0.500) | at most 0.25 × | yes |",
    "| c | 120 ms (60.0 to 240) | at most 100 ms | **no** |",
  ]);
});

test("sections come in order, whatever is measured first", () => {
  const second = withSection("", "# Head", TITLES, "Second", "two");
  expect(second).toBe("# Head\n\n## Second\n\ntwo\n");

  expect(withSection(second, "# Head", TITLES, "First", "one")).toBe("# Head\n\n## First\n\none\n\n## Second\n\ntwo\n");
});

test("a section that is measured again replaces its old self alone", () => {
  const document = "# Old\n\n## First\n\none\n\n### Part\n\nmore\n\n## Second\n\ntwo\n\n## Third\n\nthree\n";

  expect(withSection(document, "# New", TITLES, "Second", "2")).toBe(document.replace("# Old", "# New").replace("two", "2"));
});

test("a section that is no longer measured goes", () => {
  expect(withSection("# Head\n\n## Gone\n\nx\n\n## First\n\none\n", "# Head", ["First"], "First", "1")).toBe("# Head\n\n## First\n\n1\n");
});
