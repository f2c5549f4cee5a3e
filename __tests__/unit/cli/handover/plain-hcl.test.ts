import { plainHcl } from "../../../../cli/handover/plain-hcl";

const config = { terraform: { required_version: ">= 1.11.0" } };

test("a setting of Terraform that cdktf numbers gets its name and its value", () => {
  expect(plainHcl('terraform {\n\n  0 = "required_version"\n}', config)).toContain('\nrequired_version = ">= 1.11.0"\n');
});

test("what is false, 0 or empty in a variable is there again, and nothing is twice", () => {
  const variable = { key: { type: "string", nullable: false, sensitive: true }, count: { default: 0 }, text: { default: "" } };
  const hcl = 'variable "key" {\n  type = string\n}\nvariable "count" {\n}\nvariable "text" {\n}';

  expect(plainHcl(hcl, { ...config, variable })).toBe(
    'variable "key" {\n  nullable = false\n  type = string\n}\n\nvariable "count" {\n  default = 0\n}\n\nvariable "text" {\n  default = ""\n}',
  );
});

test("each condition is a block of its own", () => {
  const list = (name: string, ...conditions: string[]) =>
    `    ${name} = [\n${conditions.map((condition) => `      {\n        condition     = "\${${condition}}"\n      },\n`).join("")}    ]\n`;

  const hcl = plainHcl(`  lifecycle {\n${list("precondition", "var.a", "var.b[0]")}${list("postcondition", "self.c")}  }`, config);
  expect(hcl.replaceAll(/\s+/g, " ")).toBe(
    [
      " lifecycle {",
      'precondition { condition = "${var.a}" }',
      'precondition { condition = "${var.b[0]}" }',
      'postcondition { condition = "${self.c}" }',
      "}",
    ].join(" "),
  );
});

test("references to resources lose their quotes, other lists keep them", () => {
  const hcl = plainHcl('  depends_on = [\n    "aws_kms_key.a",\n  ]\n  values = [\n    "aws_kms_key.a",\n  ]', config);
  expect(hcl).toBe('  depends_on = [\n    aws_kms_key.a,\n  ]\n  values = [\n    "aws_kms_key.a",\n  ]');
});

test("blocks are apart from each other", () => {
  expect(plainHcl('data "a" "b" {\n}\nresource "c" "d" {\n}\n\noutput "e" {\n}', config)).toBe(
    'data "a" "b" {\n}\n\nresource "c" "d" {\n}\n\noutput "e" {\n}',
  );
});
