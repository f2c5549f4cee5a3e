import { relative } from "node:path";

/**
 * A prop that breaks its rule is its user's error. The message and where in the program it comes from; the whole stack for what is no plain Error,
 * such as a TypeError: a defect.
 */
export function describeProgramError(error: unknown): string {
  if (!(error instanceof Error) || error.constructor !== Error) {
    return error instanceof Error ? String(error.stack) : String(error);
  }
  const place = error.stack?.match(/\(?(\/[^()\n]*\/main\.ts):(\d+):\d+\)?$/m);
  return place ? `${relative(process.cwd(), place[1] ?? "")}:${place[2]}: ${error.message}` : error.message;
}

// cdktf.json loads this before main.ts.
process.on("uncaughtException", (error: unknown) => {
  Reflect.deleteProperty(Error, "prepareStackTrace"); // an error's stack is put together when it is first read: now, by Node itself
  console.error(describeProgramError(error));
  process.exitCode = 1;
});

// cdktf notes for every token where it was made, with source maps: 40 % of a large synth, for the sake of its own messages.
Error.prepareStackTrace = () => "";
