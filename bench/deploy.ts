import type { Bench } from "./bench";
import { LocalAws } from "./local-aws";
import { covered } from "./recorder";
import { goalTable, markdownTable, number, seconds } from "./report";
import { pairedRatio, summary, takeTurns } from "./rounds";
import { type Deploy, type Deploys, Ways } from "./ways";

const ROUNDS = 5;

const CDKTF = "`cdktf deploy`";
const FAST = "fast path, lock file";
const HCL = "hand-written HCL";
const HCL_LOCK = "hand-written HCL, lock file";

/** Deploys of the same resources: by the cdktf CLI, by Terraform alone after a synth, and from hand-written HCL. */
export async function benchDeploy(bench: Bench): Promise<string> {
  const rounds = bench.rounds(ROUNDS);
  const ways = new Ways(bench, await LocalAws.start(bench));
  await ways.makeLock();

  const results = await takeTurns<Deploys>(
    rounds,
    { [CDKTF]: () => ways.cdktf(), [FAST]: () => ways.fast(), [HCL]: () => ways.hcl(false), [HCL_LOCK]: () => ways.hcl(true) },
    bench.say,
  );

  const deploys = (name: string, which: keyof Deploys) => results(name).map((both) => both[which]);
  const times = (name: string, which: keyof Deploys) => deploys(name, which).map((deploy) => deploy.seconds);
  const against = (name: string, other: string, limit: number) => [
    { figure: `${name} ÷ ${other}, first deploy`, value: pairedRatio(times(name, "first"), times(other, "first")), limit },
    { figure: `${name} ÷ ${other}, nothing to do`, value: pairedRatio(times(name, "again"), times(other, "again")), limit },
  ];
  return [
    `The stack \`ai-secret\` of \`main.ts\`, ${rounds} rounds, each in a new folder and against an emptied local AWS; that all make the same resources is checked each time. ` +
      `Hand-written HCL is deployed by \`terraform init\` and \`apply\`, [the fast path](../docs/ci-without-the-cdktf-cli.md) by a synth, \`init\` and \`apply\`. ` +
      `AWS provider ${ways.provider}, ${ways.providerSource}.`,
    "",
    markdownTable(
      ["", "First deploy", "Nothing to do"],
      [CDKTF, FAST, HCL, HCL_LOCK].map((name) => [name, seconds(summary(times(name, "first"))), seconds(summary(times(name, "again")))]),
    ),
    "",
    goalTable([...against(CDKTF, HCL, 1.2), ...against(FAST, HCL_LOCK, 1.05)]),
    "",
    "Where the seconds go: the programs that each calls, in order, and what is left for itself. Medians.",
    "",
    markdownTable(
      ["", "First deploy", "Nothing to do"],
      [CDKTF, FAST, HCL, HCL_LOCK].map((name) => [name, parts(deploys(name, "first")), parts(deploys(name, "again"))]),
    ),
  ].join("\n");
}

/** The calls are the same in each round. */
function parts(deploys: readonly Deploy[]): string {
  const names = deploys[0]?.calls.map(({ name }) => name) ?? [];
  const calls = names.map((name, index) => `${name} ${median(deploys.map(({ calls }) => duration(calls[index])))}`);
  return [...calls, `itself ${median(deploys.map(({ seconds, calls }) => seconds - covered(calls) / 1_000))}`].join(", ");
}

function duration(call: { readonly begin: number; readonly end: number } | undefined): number {
  return call ? (call.end - call.begin) / 1_000 : Number.NaN;
}

function median(values: readonly number[]): string {
  return `${number(summary(values).median)} s`;
}
