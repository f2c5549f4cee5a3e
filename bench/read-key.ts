import { AiKey } from "../examples/node/ai-key";
import { percentile } from "./rounds";

const CACHED = 10_000;
const UNCACHED = 300;
const CONCURRENT = 1_000;

const MODES: Readonly<Record<string, (arn: string) => Promise<object>>> = {
  /** Reads of a key that is there. */
  cached: async (arn) => {
    const key = new AiKey(arn);
    await key.get();
    return oneByOne(CACHED, () => key.get());
  },
  /** Reads of a key that is too old as soon as it comes. */
  uncached: async (arn) => {
    const key = new AiKey(arn, 0);
    await key.get(); // connects
    return oneByOne(UNCACHED, () => key.get());
  },
  /** First reads, all at once. */
  concurrent: async (arn) => {
    const key = new AiKey(arn);
    const keys = await Promise.all(Array.from({ length: CONCURRENT }, () => key.get()));
    return { different: new Set(keys).size };
  },
};

async function oneByOne(count: number, read: () => Promise<string>): Promise<object> {
  const milliseconds: number[] = [];
  const keys = new Set<string>();
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    const key = await read();
    milliseconds.push(performance.now() - begin);
    keys.add(key);
  }
  return { reads: count, p50: percentile(milliseconds, 50), p99: percentile(milliseconds, 99), different: keys.size };
}

// Prints what a mode found as JSON; the key is not in it.
const [mode = "", arn = ""] = process.argv.slice(2);
MODES[mode]?.(arn).then((found) => console.log(JSON.stringify(found)));
