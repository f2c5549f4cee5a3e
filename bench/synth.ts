import { join } from "node:path";
import { app } from "../cdktf.json";
import type { Bench } from "./bench";
import { dependencies } from "./package.json";
import { figureTable, ratio, resultTable } from "./report";
import { takeTurns } from "./rounds";

const APP = "this app";

/** What this app is compared with, how many times its time this app may take, and how it is run. */
type Other = readonly [name: string, limit: number, line: string, cwd?: string, settings?: NodeJS.ProcessEnv];

/** Synthesis as a whole process: this app, the stock template's way, AWS CDK, and what cdktf takes to load. */
export async function synth(bench: Bench): Promise<string[]> {
  bench.say("npm ci in bench, for the others");
  await bench.run("npm ci --ignore-scripts --no-audit --no-fund", __dirname);
  const [stock, cdk, unchecked] = [await stockProject(bench), join(__dirname, "aws-cdk"), { CDK_VALIDATION: "false" }];
  await bench.run("npx tsc", cdk);
  const others: readonly Other[] = [
    ["`npx ts-node main.ts`, the same app", 0.25, "npx ts-node main.ts", stock],
    ["AWS CDK, compiled", 0.2, "node dist/main.js", cdk],
    ["AWS CDK, `npx ts-node`", 0.2, "npx ts-node main.ts", cdk],
    ["AWS CDK, compiled, `CDK_VALIDATION=false`", 0.2, "node dist/main.js", cdk, unchecked],
    ["AWS CDK, `npx ts-node`, `CDK_VALIDATION=false`", 0.2, "npx ts-node main.ts", cdk, unchecked],
    ["`require('cdktf')`", 2.5, `node -e "require('cdktf')"`],
  ];
  const results = await takeTurns(bench.say, 5, {
    [APP]: () => bench.measure(app),
    ...Object.fromEntries(others.map(([name, _, ...command]) => [name, () => bench.measure(...command)])),
  });
  return [
    "Whole processes, this app by the command of cdktf.json; peak memory is that of the largest Node process. This app synthesizes two stacks; the AWS CDK app is one, of a secret, a role that may read it and an output.",
    resultTable(results, { "peak memory": "MiB" }),
    figureTable(others.map(([name, limit]) => ratio(results, APP, name, "time", limit))),
    `AWS CDK ${dependencies["aws-cdk-lib"]} checks each template in \`app.synth()\` by a linter in WebAssembly (aws/aws-cdk pull request 38135), and \`CDK_VALIDATION=false\` ` +
      `leaves that out. ts-node ${dependencies["ts-node"]} has the settings of cdktf's own template, but \`lib\`: es2022 instead of es2018, which this library does not compile with.`,
  ];
}

/** Synthesis of ever more keys. */
export async function keys(bench: Bench): Promise<string[]> {
  const synthOf = (count: number) => () => bench.measure(app.replace("main.ts", `bench/many-keys.ts ${count}`));
  const alternatives = { "1 key": synthOf(1), "10 keys": synthOf(10), "100 keys": synthOf(100), "1,000 keys": synthOf(1_000) };
  const results = await takeTurns(bench.say, 5, alternatives);
  return [
    "One stack with every option on, whole processes.",
    resultTable(results, { "peak memory": "MiB" }),
    figureTable([
      ratio(results, "10 keys", "1 key", "time"),
      ratio(results, "100 keys", "1 key", "time", 3),
      ratio(results, "1,000 keys", "1 key", "time"),
    ]),
  ];
}

/** This app as `cdktf init --template=typescript` would run it. */
async function stockProject(bench: Bench): Promise<string> {
  const folder = bench.newFolder("stock");
  const lines = [
    `cp -r lib main.ts ${folder}`,
    `sed s/es2018/es2022/ node_modules/cdktf-cli/bundle/templates/typescript/tsconfig.json > ${folder}/tsconfig.json`,
    `mkdir ${folder}/node_modules`,
    `for name in cdktf constructs @cdktf; do ln -s "$PWD/node_modules/$name" ${folder}/node_modules; done`,
    `for name in ts-node typescript @types .bin; do ln -s "$PWD/bench/node_modules/$name" ${folder}/node_modules; done`,
  ];
  await bench.run(lines.join("\n"));
  return folder;
}
