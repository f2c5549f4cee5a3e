import { writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { version as cdktf } from "cdktf/package.json";
import { Session } from "../lab/process/session";
import { findTerraform } from "../lab/terraform/find-terraform";
import { Bench } from "./bench";
import { deploy } from "./deploy";
import { installation } from "./installation";
import { jobs } from "./jobs";
import { keyVersion } from "./key-version";
import { pipeline } from "./pipeline";
import { reading } from "./reading";
import { keys, synth } from "./synth";

/** What is measured: each gives the paragraphs and tables of a section. */
const SECTIONS: Readonly<Record<string, readonly [title: string, measure: (bench: Bench) => Promise<string[]>]>> = {
  synth: ["Synthesis", synth],
  keys: ["Synthesis of many keys", keys],
  deploy: ["Deploy", deploy],
  pipeline: ["Pipeline", pipeline],
  jobs: ["Jobs", jobs],
  installation: ["Installation", installation],
  "key-version": ["The version of a key", keyVersion],
  reading: ["Reading", reading],
};

/** Measures the named sections and prints them; or all, and writes bench/RESULTS.md: figures of one run on one machine. */
async function main(names: readonly string[]): Promise<void> {
  const session = new Session();
  try {
    const unknown = names.find((name) => !SECTIONS[name]);
    if (unknown) {
      throw new Error(`There is no section ${unknown}; there is ${Object.keys(SECTIONS).join(", ")}.`);
    }
    const document = [await head()];
    for (const [name, [title, measure]] of Object.entries(SECTIONS).filter(([name]) => names.length === 0 || names.includes(name))) {
      const bench = new Bench(session, (progress) => console.log(`[${(performance.now() / 1_000).toFixed(0)} s] ${name}: ${progress}`));
      const section = [`## ${title}`, ...(await measure(bench))].join("\n\n");
      console.log(`\n${section}\n`);
      document.push(section);
    }
    if (names.length === 0) {
      writeFileSync(join(__dirname, "RESULTS.md"), document.join("\n\n").concat("\n"));
      await new Bench(session, () => {}).run("npx biome format --write bench/RESULTS.md");
    }
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = session.exitCode;
  } finally {
    await session.close();
  }
}

/** How to read the figures, and what they come from, without a name or a path of the machine. */
async function head(): Promise<string> {
  const { product, version } = await findTerraform();
  return `# Measurements

Written by \`npm run bench\`; \`npm run bench -- synth\` prints one section of it (${Object.keys(SECTIONS).join(", ")}). The alternatives take turns within a round, and
a ratio is the median of the rounds' own ratios, with the smallest and the largest: a busy machine distorts it less than the seconds. Other figures are medians too, with the smallest and the
largest where they differ. A goal is held against the median.

Measured on: ${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, ${type()} ${release()}; Node ${process.versions.node}, ${product} ${version}, cdktf ${cdktf}.`;
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true"; // pinned to a version that supports Node 20
main(process.argv.slice(2));
