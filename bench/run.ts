import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Session } from "../cli/rehearsal/session";
import { findTerraform } from "../cli/rehearsal/terraform";
import { ROOT } from "../e2e/support/project";
import { Bench } from "./bench";
import { benchDeploy } from "./deploy";
import { installAlternatives } from "./install";
import { benchKeyVersion } from "./key-version";
import { benchKeys } from "./keys";
import { describeMachine } from "./machine";
import { benchPipeline } from "./pipeline";
import { benchReading } from "./reading";
import { withSection } from "./report";
import { benchSynth } from "./synth";

interface Group {
  readonly title: string;
  readonly measure: (bench: Bench) => Promise<string>;
}

const GROUPS: Readonly<Record<string, Group>> = {
  synth: { title: "Synthesis", measure: benchSynth },
  keys: { title: "Synthesis of many keys", measure: benchKeys },
  deploy: { title: "Deploy", measure: benchDeploy },
  pipeline: { title: "Pipeline", measure: benchPipeline },
  "key-version": { title: "The version of a key", measure: benchKeyVersion },
  reading: { title: "Reading", measure: benchReading },
};

const RESULTS = join(__dirname, "RESULTS.md");

const HEAD = `# Measurements

Written by \`npm run bench\`, or one section of it by \`npm run bench -- synth\` (${Object.keys(GROUPS).join(", ")}). The alternatives take turns within a round, and
a ratio is the median of the rounds' own ratios, with the smallest and the largest: a busy machine distorts it less than the seconds. A goal is held against the median.`;

/** Each group's section is written as soon as it is measured. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !GROUPS[name]);
  if (unknown) {
    console.error(`There is no group ${unknown}; there is ${Object.keys(GROUPS).join(", ")}.`);
    return 1;
  }

  const begin = Date.now();
  const session = new Session();
  try {
    const machine = describeMachine(await findTerraform());
    for (const [name, { title, measure }] of Object.entries(GROUPS).filter(([name]) => names.length === 0 || names.includes(name))) {
      const bench = new Bench(session, (progress) => console.log(`[${elapsed(begin)}] ${name}: ${progress}`));
      await installAlternatives(bench);
      const body = `${await measure(bench)}\n\nMeasured on: ${machine}.`;
      writeSection(title, body);
      await bench.run("biome format", ROOT, ["node_modules/.bin/biome", "format", "--write", RESULTS]);
      console.log(`\n${body}\n`);
    }
    return 0;
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    return session.exitCode;
  } finally {
    await session.close();
  }
}

function writeSection(title: string, body: string): void {
  const before = existsSync(RESULTS) ? readFileSync(RESULTS, "utf8") : "";
  const titles = Object.values(GROUPS).map((group) => group.title);
  writeFileSync(RESULTS, withSection(before, HEAD, titles, title, body));
}

/** Minutes and seconds. */
function elapsed(begin: number): string {
  const seconds = Math.floor((Date.now() - begin) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true"; // pinned to a version that supports Node 20
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
