import { differences } from "../../../../cli/handover/differences";

test.each([
  ["an expression in quotes or without", { value: "${var.a}" }, { value: "var.a" }],
  ["the white space in an expression", { value: '${jsonencode({"a" = 1})}' }, { value: '${jsonencode({ "a" = 1 })}' }],
  ["a block alone or in a list", { lifecycle: { prevent_destroy: true } }, { lifecycle: [{ prevent_destroy: true }] }],
  ["a number or a string", { days: 30, on: true }, { days: "30", on: "true" }],
  ["an escaped %{", { text: "%%{x}" }, { text: "%{x}" }],
  ["cdktf's notes", { "//": { metadata: {} }, a: 1 }, { a: 1 }],
])("%s is no difference", (_, expected, found) => {
  expect(differences(expected, found)).toEqual([]);
});

test.each([
  ["missing", { variable: { key: { nullable: false } } }, { variable: { key: {} } }, ["variable.key.nullable"]],
  ["added", {}, { import: [{ id: "x" }] }, ["import"]],
  ["another text", { text: "a b" }, { text: "a  b" }, ["text"]],
  ["another expression", { value: "${var.a}" }, { value: "${var.b}" }, ["value"]],
  ["missing from a list", { list: ["a", "b"] }, { list: ["a"] }, ["list.1"]],
  ["in another order", { list: ["a", "b"] }, { list: ["b", "a"] }, ["list.0", "list.1"]],
  ["missing from blocks", { block: [{ a: 1 }, { a: 2 }] }, { block: [{ a: 1 }, {}] }, ["block.1.a"]],
  ["null instead of nothing", { a: null }, {}, ["a"]],
  ["nothing at all", { a: {} }, {}, ["a"]],
])("finds what is %s", (_, expected, found, paths) => {
  expect(differences(expected, found)).toEqual(paths);
});
