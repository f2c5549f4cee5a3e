import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSourceFile, forEachChild, isCallExpression, isIdentifier, isStringLiteralLike, type Node, ScriptTarget } from "typescript";

/** The titles of a test file's tests and groups of tests, as they are written. */
export function titlesOf(file: string): string[] {
  const titles: string[] = [];
  const visit = (node: Node): void => {
    if (isCallExpression(node) && /^(test|describe|step)/.test(nameOf(node.expression))) {
      const [title] = node.arguments;
      if (title && isStringLiteralLike(title)) {
        titles.push(title.text);
      }
    }
    forEachChild(node, visit);
  };
  visit(createSourceFile(file, readFileSync(join(__dirname, "../..", file), "utf8"), ScriptTarget.Latest));
  return titles;
}

/** `test` of `test("…")`, and of `test.each(…)("…")` too. */
function nameOf(node: Node): string {
  return isIdentifier(node) ? node.text : (forEachChild(node, nameOf) ?? "");
}
