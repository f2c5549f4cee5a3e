import { Listr, PRESET_TIMER } from "listr2";

/** Adds what a step found to its line. */
type Say = (result: string) => void;

/** How long a step took, as the end of its line. */
const timer = { ...PRESET_TIMER, field: (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s` };

/**
 * Runs one step and shows it as one line with its result and its seconds: live on a terminal, plain in a pipe and in CI.
 *
 * @throws what the step throws; its line shows that it failed, and the caller shows why
 */
export async function step<T>(title: string, run: (say: Say) => Promise<T>): Promise<T> {
  const live = process.stdout.isTTY && process.stdout.columns > 0 && !process.env.CI;
  return live ? liveStep(title, run) : plainStep(title, run);
}

async function plainStep<T>(title: string, run: (say: Say) => Promise<T>): Promise<T> {
  const begin = performance.now();
  let line = title;
  let mark = "✖";
  try {
    const value = await run((result) => {
      line = `${title}: ${result}`;
    });
    mark = "✔";
    return value;
  } finally {
    console.log(`${mark} ${line} [${timer.field(performance.now() - begin)}]`);
  }
}

async function liveStep<T>(title: string, run: (say: Say) => Promise<T>): Promise<T> {
  let begin: (say: Say) => void = () => {};
  const result = new Promise<Say>((resolve) => {
    begin = resolve;
  }).then(run);
  const line = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          begin((text) => {
            task.title = `${title}: ${text}`;
          });
          await result;
        },
      },
    ],
    { registerSignalListeners: false, rendererOptions: { timer, showErrorMessage: false } }, // the session stops everything in order
  );

  await line.run();
  return result;
}
