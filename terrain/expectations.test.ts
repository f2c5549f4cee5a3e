import { onTerrain } from "./expectations.js";

const listed = [{ file: "a.test.ts", cdktf: "6.25.0", terrain: "6.66.0", reason: "newer" }];

test("the tests of this run are on CDK Terrain", () => {
  expect(require.resolve("cdktf")).toContain("terrain/node_modules/cdktn/");
  expect(require.resolve("constructs")).toContain("terrain/node_modules/constructs/");
});

test("a difference holds for its file alone", () => {
  expect(onTerrain("a.test.ts", "is 6.25.0", listed)).toBe("is 6.66.0");
  expect(onTerrain("b.test.ts", "is 6.25.0", listed)).toBe("is 6.25.0");
});

test("fails for a listed difference that is not in its file, or twice", () => {
  expect(() => onTerrain("a.test.ts", "is 6.26.0", listed)).toThrow("a.test.ts must have 6.25.0 once; it has it 0 times");
  expect(() => onTerrain("a.test.ts", "6.25.0 6.25.0", listed)).toThrow("it has it 2 times");
});
