import { join } from "node:path";
import { type App, TerraformStack } from "cdktf";
import ts from "typescript";
import { ROOT } from "./project";

/**
 * What the compiler says of programs that are in no file.
 *
 * @param strictness options of the compiler that this project does not have
 */
export function diagnostics(
  programs: readonly { readonly file: string; readonly text: string }[],
  strictness: ts.CompilerOptions = {},
): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT);
  const host = ts.createCompilerHost({ ...options, ...strictness });
  const { getSourceFile } = host;
  host.getSourceFile = (file, ...rest) => {
    const program = programs.find((program) => program.file === file);
    return program ? ts.createSourceFile(file, program.text, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest);
  };
  const program = ts.createProgram(
    programs.map(({ file }) => file),
    { ...options, ...strictness },
    host,
  );
  const all = programs.flatMap(({ file }) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  return all.map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

/** The stacks of a program, without anything that is written. It ends with `app.synth();`. */
export function stacksOf(program: string): TerraformStack[] {
  const { outputText } = ts.transpileModule(program.replace("app.synth()", "made(app)"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const load = (name: string) => jest.requireActual(name.replace(/^\.\/lib\b/, "../../lib"));
  const apps: App[] = [];
  new Function("require", "exports", "made", outputText)(load, {}, (app: App) => apps.push(app));
  return apps.flatMap(({ node }) => node.children).filter((child) => TerraformStack.isStack(child));
}
