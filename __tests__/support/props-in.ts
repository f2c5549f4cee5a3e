import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "./project";

/** The names of all props in the interfaces of some files of the library. */
export function propsIn(...files: string[]): string[] {
  return files.flatMap((file) =>
    ts
      .createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.ES2022)
      .statements.filter(ts.isInterfaceDeclaration)
      .flatMap(({ members }) => members.map(({ name }) => (name && ts.isIdentifier(name) ? name.text : ""))),
  );
}
