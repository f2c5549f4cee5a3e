import { table } from "../../../../cli/terminal/table";

test("columns are as wide as their longest text, and lines end with the last one", () => {
  expect(table([["A", "B", "C"], ["long", "", "x"], ["b"]])).toBe("A     B  C\nlong     x\nb");
  expect(table([])).toBe("");
});
