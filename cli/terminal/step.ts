import { Listr, PRESET_TIMER } from "listr2";

/** Adds what a step found to its line. */
type Say = (result: string) => void;

/** How long a step took, as the end of its line. */
const timer = { ...PRESET_TIMER, field: (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s` };

let json = false;

/** From now on everything is shown as JSON, an object a line as it happens, as Terraform's `-json` does. */
export function showJson(): void {
  json = true;
}

/** Shows what is no step. */
export function show(text: string, data: object): void {
  console.log(json ? JSON.stringify(data) : text);
}

/** Shows why it all ended: to people beside the steps, to machines as the last line. */
export function showError(text: string, data: object): void {
  if (json) {
    console.log(JSON.stringify({ ok: false, ...data }));
  } else {
    console.error(text);
  }
}

/**
 * Runs one step and shows it as one line with its result and its seconds: live on a terminal, plain in a pipe and in CI.
 *
 * @throws what the step throws; its line shows that it failed, and the caller shows why
 */
export async function step<T>(title: string, run: (say: Say) => Promise<T>): Promise<T> {
  const live = process.stdout.isTTY && process.stdout.columns > 0 && !process.env.CI && !json;
  return live ? liveStep(title, run) : plainStep(title, run);
}

async function plainStep<T>(title: string, run: (say: Say) => Promise<T>): Promise<T> {
  const begin = performance.now();
  let result: string | undefined;
  let ok = false;
  try {
    const value = await run((text) => {
      result = text;
    });
    ok = true;
    return value;
  } finally {
    const took = performance.now() - begin;
    const line = result === undefined ? title : `${title}: ${result}`;
    show(`${ok ? "✔" : "✖"} ${line} [${timer.field(took)}]`, { step: title, ok, result, seconds: Number((took / 1_000).toFixed(1)) });
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
