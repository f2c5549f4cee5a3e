import { ROOT } from "../__tests__/support/project";
import { AwsView } from "../lab/aws/aws-view";
import { DEFAULT_REGION } from "../lab/process/child-environment";
import { randomKey } from "../lab/random-key";
import type { Bench } from "./bench";
import { startAws } from "./local-aws";
import { figureTable, resultTable } from "./report";
import { summary, takeTurns } from "./rounds";

const SECRET = "ai/production/api-key";

/** Reads of the key by examples/node, from its cache and from a local AWS, and how often that is asked. */
export async function reading(bench: Bench): Promise<string[]> {
  const { initialized: project } = await startAws(bench);
  const view = new AwsView(project.endpoint, DEFAULT_REGION);
  bench.session.defer(() => view.close());
  await view.makeSecret(SECRET, randomKey());
  const arn = (await view.describeSecret(SECRET))?.ARN;

  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" }; // it prints JSON alone
  const read = (mode: string) => async () => {
    const line = `TSX_DISABLE_CACHE=1 node --require tsx/cjs bench/read-key.ts "${mode}" ${arn}`;
    return JSON.parse(await bench.run(line, ROOT, { ...project.environment({}), ...quiet }));
  };
  const results = await takeTurns(bench.say, 5, { cached: read("cached"), uncached: read("uncached"), "at once": read("at once") });
  const calls = summary(results.values("at once", "calls of AWS"));
  return [
    "[The Node example](../examples/node/ai-key.ts). Reads come one after the other, after a first one that is not timed; or are first reads, at once. " +
      "Uncached reads ask a local AWS on this machine: a real one is farther away.",
    resultTable(results, { reads: "", p50: "µs", p99: "µs", "calls of AWS": "" }),
    figureTable([{ name: "AWS calls for 1,000 first reads at once", value: calls, unit: "", atMost: 1 }]),
  ];
}
