import { join, relative } from "node:path";
import ts from "typescript";

/** What `lib` uses though it is deprecated, as `file: name`. */
const KNOWN: readonly string[] = [];

const ROOT = join(__dirname, "..");
const PLANTED = join(ROOT, "lib/planted.ts");
const PLANTED_TEXT = `
  import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
  import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
  import { Resource } from "cdktf";
  import { type Construct, Node } from "constructs";

  interface Config {
    /** @deprecated */
    readonly old: unknown;
    readonly fresh: string;
  }
  export function plant(scope: Construct): Config | string {
    const version = new SecretsmanagerSecretVersion(scope, "version", { secretId: "id", secretStringWo: "x" });
    const { valueWo, type } = new SsmParameter(scope, "parameter", { name: "n", type: "String" });
    return { old: [version.secretStringWo, valueWo, Resource, Node.of(scope)], fresh: type };
  }
`;

const configHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
const { fileNames = [], options = {} } = ts.getParsedCommandLineOfConfigFile(join(__dirname, "tsconfig.json"), {}, configHost) ?? {};

const host = ts.createCompilerHost(options);
const program = ts.createProgram([...fileNames.filter((file) => relative(ROOT, file).startsWith("lib/")), PLANTED], options, {
  ...host,
  getSourceFile: (file, version) =>
    file === PLANTED ? ts.createSourceFile(file, PLANTED_TEXT, version) : host.getSourceFile(file, version),
});
const checker = program.getTypeChecker();

/** What a name stands for: in a pattern or an object literal, the property. */
function symbolsOf(name: ts.Identifier): readonly (ts.Symbol | undefined)[] {
  const { parent } = name;
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)) {
    return [checker.getTypeAtLocation(parent.parent).getProperty(name.text)];
  }
  if ((ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) && parent.name === name) {
    const type = checker.getContextualType(parent.parent);
    return (type?.isUnion() ? type.types : [type]).map((part) => part?.getProperty(name.text));
  }
  const symbol = checker.getSymbolAtLocation(name);
  return [symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol];
}

/**
 * What the files use that its declaration calls deprecated. TypeScript's own diagnostics, 6385 and 6387, tell neither a getter that has a
 * setter too nor a name in an object literal, and bindings have little else.
 */
function deprecatedIn(files: readonly ts.SourceFile[]): string[] {
  const found = new Set<string>();
  for (const file of files) {
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const tags = symbolsOf(node).flatMap((symbol) => symbol?.getJsDocTags(checker) ?? []);
        if (tags.some(({ name }) => name === "deprecated")) {
          found.add(`${relative(ROOT, file.fileName)}: ${node.text}`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return [...found].sort();
}

const sources = program.getSourceFiles().filter(({ fileName }) => relative(ROOT, fileName).startsWith("lib/"));

test("the tests of this run are on CDK Terrain", () => {
  expect(require.resolve("cdktf")).toContain("terrain/node_modules/cdktn/");
  expect(require.resolve("constructs")).toContain("terrain/node_modules/constructs/");
});

test("what is deprecated is found, in the bindings and beside them, wherever its name stands", () => {
  const planted = deprecatedIn(sources.filter(({ fileName }) => fileName === PLANTED));
  expect(planted).toEqual(["Resource", "of", "old", "secretStringWo", "valueWo"].map((name) => `lib/planted.ts: ${name}`));
});

test("lib uses nothing that is deprecated, but for what the list has", () => {
  const found = deprecatedIn(sources.filter(({ fileName }) => fileName !== PLANTED));
  const findings = [
    ...found
      .filter((name) => !KNOWN.includes(name))
      .map((name) => `${name} is deprecated: do as the note at its declaration says, or list it`),
    ...KNOWN.filter((name) => !found.includes(name)).map((name) => `${name} is not used, or not deprecated: take it off the list`),
  ];
  expect(findings).toEqual([]);
});
