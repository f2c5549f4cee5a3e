import { expectEqual, expectOutput } from "../../cli/rehearsal/expect";

test("a failed check says what was expected and what was found", () => {
  expect(() => expectEqual("the stored versions stay", ["a", "b"], ["a"])).toThrow(
    'the stored versions stay\n  expected: ["a"]\n  found:    ["a","b"]',
  );
  expect(() => expectEqual("nothing", [], [])).not.toThrow();
});

test("an output is searched as it reads without Terraform's frame", () => {
  expect(() => expectOutput("Terraform says why", "│ Instance cannot\n│ be destroyed", "Instance cannot be destroyed")).not.toThrow();
  expect(() => expectOutput("Terraform says why", "No changes.", "Instance cannot be destroyed")).toThrow("Terraform says why");
});
