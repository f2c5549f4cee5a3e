import { expectEqual, expectOutput } from "../../../lab/expect";
import { SAYS } from "../../../lab/terraform/terraform-says";

test("a failed check says what was expected and what was found", () => {
  expect(() => expectEqual("the stored versions stay", ["a", "b"], ["a"])).toThrow(
    'the stored versions stay\n  expected: ["a"]\n  found:    ["a","b"]',
  );
  expect(() => expectEqual("nothing", [], [])).not.toThrow();
});

test("an output is searched as it reads without Terraform's frame", () => {
  expect(() => expectOutput("Terraform says why", "│ Instance cannot\n│ be destroyed", "Instance cannot be destroyed")).not.toThrow();
  const cut = "ai-staging  │ Instance cannot\nai-staging  │ be destroyed"; // by cdktf
  expect(() => expectOutput("Terraform says why", cut, "Instance cannot be destroyed")).not.toThrow();
  expect(() => expectOutput("Terraform says why", "No changes.", "Instance cannot be destroyed")).toThrow("Terraform says why");
});

test.each([
  ["Terraform 1.11.4", "│ Error: Instance cannot be destroyed\n│ \n│   on cdk.tf.json line 92"],
  ["OpenTofu 1.12.6", "│ Error: Resource instance cannot be destroyed\n│ \n│ The configuration for aws_secretsmanager_secret.x"],
])("that destroying is refused is understood as %s says it", (_, output) => {
  expect(() => expectOutput("Terraform says why", output, SAYS.notDestroyed)).not.toThrow();
});

test("a text that comes in no wording fails with all of them", () => {
  expect(() => expectOutput("Terraform says why", "Plan: 0 to add, 0 to change, 3 to destroy.", SAYS.notDestroyed)).toThrow(
    'Terraform says why\n  expected: "Instance cannot be destroyed" or "Resource instance cannot be destroyed" in the output\n  found:    Plan:',
  );
});
