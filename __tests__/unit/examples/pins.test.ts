import example from "../../../examples/node/package.json";
import root from "../../../package.json";

test("the example for Node has the versions that the tests run with, and no range", () => {
  const ours: Record<string, string> = { ...root.dependencies, ...root.devDependencies };
  for (const [name, version] of Object.entries(example.dependencies)) {
    expect([name, version]).toEqual([name, ours[name]]);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});
