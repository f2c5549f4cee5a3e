import { subscribe } from "node:diagnostics_channel";
import { createHistogram } from "node:perf_hooks";
import { AiKey } from "../examples/node/ai-key";

// Reads the key in a mode, and prints what it took in microseconds, and how many calls of AWS, as JSON; the key is not in it.
const [mode, arn = ""] = process.argv.slice(2);
const key = new AiKey(arn, mode === "uncached" ? 0 : undefined); // uncached: too old as soon as it comes
let calls = 0;
subscribe("http.client.request.start", () => calls++);

async function oneByOne(reads: number): Promise<object> {
  await key.get(); // connects
  const nanoseconds = createHistogram();
  nanoseconds.recordDelta(); // the first one only starts the clock
  for (let index = 0; index < reads; index++) {
    await key.get();
    nanoseconds.recordDelta();
  }
  return { reads, p50: nanoseconds.percentile(50) / 1_000, p99: nanoseconds.percentile(99) / 1_000 };
}

async function atOnce(reads: number): Promise<object> {
  await Promise.all(Array.from({ length: reads }, () => key.get()));
  return { reads };
}

const read = mode === "at once" ? atOnce(1_000) : oneByOne(mode === "uncached" ? 300 : 10_000);
read.then((found) => console.log(JSON.stringify({ ...found, "calls of AWS": calls })));
