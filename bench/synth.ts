import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plainEnvironment } from "../cli/rehearsal/child-environment";
import { copyProject, ROOT } from "../e2e/support/project";
import type { Bench, Measured } from "./bench";
import { goalTable, markdownTable, seconds } from "./report";
import { pairedRatio, summary, takeTurns } from "./rounds";

const ROUNDS = 5;

const BENCH_MODULES = join(__dirname, "node_modules");
const MODULES = join(ROOT, "node_modules");
const TEMPLATE = join(MODULES, "cdktf-cli/bundle/templates/typescript");

const APP = "this app, by cdktf.json";
const STOCK = "`npx ts-node main.ts`, the same app";
const CDK = "AWS CDK, compiled";
const CDK_TS_NODE = "AWS CDK, `npx ts-node`";
const CDK_UNCHECKED = `${CDK}, \`CDK_VALIDATION=false\``;
const CDK_TS_NODE_UNCHECKED = `${CDK_TS_NODE}, \`CDK_VALIDATION=false\``;
const FLOOR = "`require('cdktf')`";

/** Synthesis as a whole process: this app, the stock template's way, AWS CDK, and what cdktf takes to load. */
export async function benchSynth(bench: Bench): Promise<string> {
  const rounds = bench.rounds(ROUNDS);
  const project = bench.newFolder("project");
  copyProject(project, readFileSync(join(ROOT, "main.ts"), "utf8"));
  const stock = stockProject(bench);
  const cdk = await cdkProject(bench);
  const unchecked = { ...plainEnvironment(), CDK_VALIDATION: "false" };

  const results = await takeTurns<Measured>(
    rounds,
    {
      [APP]: () => bench.measure("synth", project, ["sh", "-c", appCommand(project)]),
      [STOCK]: () => bench.measure("ts-node", stock, ["sh", "-c", appCommand(TEMPLATE)]),
      [CDK]: () => bench.measure("cdk", cdk, ["node", "dist/main.js"]),
      [CDK_TS_NODE]: () => bench.measure("cdk-ts-node", cdk, ["npx", "ts-node", "main.ts"]),
      [CDK_UNCHECKED]: () => bench.measure("cdk", cdk, ["node", "dist/main.js"], unchecked),
      [CDK_TS_NODE_UNCHECKED]: () => bench.measure("cdk-ts-node", cdk, ["npx", "ts-node", "main.ts"], unchecked),
      [FLOOR]: () => bench.measure("floor", project, ["node", "-e", "require('cdktf')"]),
    },
    bench.say,
  );

  const times = (name: string) => results(name).map((measured) => measured.seconds);
  const against = (name: string, limit: number) => ({
    figure: `this app ÷ ${name}`,
    value: pairedRatio(times(APP), times(name)),
    limit,
  });
  return [
    `Whole processes, ${rounds} rounds. This app synthesizes two stacks; the AWS CDK app is one, of a secret, a role that may read it and an output.`,
    "",
    markdownTable(
      ["", "Median (min to max)", "Peak memory of the largest Node process"],
      [APP, STOCK, CDK, CDK_TS_NODE, CDK_UNCHECKED, CDK_TS_NODE_UNCHECKED, FLOOR].map((name) => [
        name,
        seconds(summary(times(name))),
        `${Math.max(...results(name).map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`,
      ]),
    ),
    "",
    goalTable([
      against(STOCK, 0.25),
      against(CDK, 0.2),
      against(CDK_TS_NODE, 0.2),
      against(CDK_UNCHECKED, 0.2),
      against(CDK_TS_NODE_UNCHECKED, 0.2),
      against(FLOOR, 2.5),
    ]),
    "",
    `AWS CDK ${version("aws-cdk-lib")} checks each template in \`app.synth()\` by a linter in WebAssembly (aws/aws-cdk pull request 38135), and \`CDK_VALIDATION=false\` ` +
      `leaves that out. ts-node ${version("ts-node")} has the settings of cdktf's own template, but \`lib\`: es2022 instead of es2018, which this library does not compile with.`,
  ].join("\n");
}

/** The template is no JSON yet. */
function appCommand(folder: string): string {
  const [, app] = readFileSync(join(folder, "cdktf.json"), "utf8").match(/"app": "(.*)"/) ?? [];
  if (!app) {
    throw new Error(`cdktf.json in ${folder} names no app`);
  }
  return app;
}

/** This app as `cdktf init --template=typescript` would run it. */
function stockProject(bench: Bench): string {
  const folder = bench.newFolder("stock");
  for (const name of ["lib", "main.ts"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, "tsconfig.json"), readFileSync(join(TEMPLATE, "tsconfig.json"), "utf8").replace("es2018", "es2022"));
  link(folder, MODULES, ["cdktf", "constructs", "@cdktf/provider-aws", "@types/node", "typescript"]);
  link(folder, BENCH_MODULES, ["ts-node", ".bin/ts-node"]);
  return folder;
}

function link(folder: string, modules: string, names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true });
    symlinkSync(join(modules, name), join(folder, "node_modules", name));
  }
}

async function cdkProject(bench: Bench): Promise<string> {
  const folder = bench.newFolder("aws-cdk");
  cpSync(join(__dirname, "aws-cdk"), folder, { recursive: true });
  symlinkSync(BENCH_MODULES, join(folder, "node_modules"));
  await bench.run("tsc", folder, ["npx", "tsc"]);
  return folder;
}

function version(name: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(BENCH_MODULES, name, "package.json"), "utf8"));
  return version;
}
