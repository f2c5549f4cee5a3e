import { join } from "node:path";
import { expectEqual } from "../cli/rehearsal/expect";
import { randomKey } from "../cli/rehearsal/random-key";
import { startAwsProxy } from "../e2e/support/aws-proxy";
import { ROOT } from "../e2e/support/project";
import type { Bench } from "./bench";
import { LocalAws } from "./local-aws";
import { goalTable, markdownTable, number } from "./report";
import { summary, takeTurns } from "./rounds";

const ROUNDS = 5;

interface Reading {
  readonly reads: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How many different keys were read. */
  readonly different: number;
  /** Of GetSecretValue. */
  readonly calls: number;
}

/** Reads of the key by examples/node, from its cache and from a local AWS, and how often that is asked. */
export async function benchReading(bench: Bench): Promise<string> {
  const rounds = bench.rounds(ROUNDS);
  const aws = await LocalAws.start(bench);
  const project = await aws.project();
  const arn = await aws.storeSecret("ai/production/api-key", randomKey());

  let calls = 0;
  const proxy = await startAwsProxy(project.endpoint, (requests) => {
    calls += requests.filter(({ action }) => action === "secretsmanager:GetSecretValue").length;
    return undefined;
  });
  bench.session.defer(() => proxy.close());

  const read = (mode: string) => async (): Promise<Reading> => {
    calls = 0;
    const args = ["node", "--require", "tsx/cjs", join(__dirname, "read-key.ts"), mode, arn];
    const output = await bench.run(`read-key ${mode}`, ROOT, args, {
      ...project.environment({}),
      AWS_ENDPOINT_URL: proxy.endpoint,
      ...QUIET,
    });
    return { ...JSON.parse(output), calls };
  };
  const modes = { cached: read("cached"), uncached: read("uncached"), concurrent: read("concurrent") };
  const results = await takeTurns<Reading>(rounds, modes, bench.say);
  for (const { reads, calls: asked } of results("uncached")) {
    expectEqual("calls of AWS for uncached reads", asked, reads + 1);
  }
  for (const { different } of Object.keys(modes).flatMap(results)) {
    expectEqual("different keys", different, 1);
  }

  const cell = (milliseconds: number[]) => {
    const { median } = summary(milliseconds);
    return median < 1 ? `${number(median * 1_000)} µs` : `${number(median)} ms`;
  };
  return [
    `[The Node example](../examples/node/ai-key.ts), one read after the other, medians of ${rounds} rounds. Uncached reads ask a local AWS on this machine: a real one is farther away.`,
    "",
    markdownTable(
      ["", "Reads", "p50", "p99"],
      ["cached", "uncached"].map((mode) => [
        mode,
        String(results(mode)[0]?.reads),
        cell(results(mode).map(({ p50 }) => p50)),
        cell(results(mode).map(({ p99 }) => p99)),
      ]),
    ),
    "",
    goalTable([
      {
        figure: "AWS calls for 1,000 first reads at once",
        value: summary(results("concurrent").map((reading) => reading.calls)),
        limit: 1,
        unit: " call",
      },
    ]),
  ].join("\n");
}

/** The child prints JSON alone. */
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
