/** The errors of this library that nothing has caught so far. */
const thrown = new WeakSet<Error>();

let listening = false;

/**
 * Throws a user's error. Where nothing catches it, the program ends with one line, which says where in the program it comes from, in place
 * of a stack trace. A program that listens for uncaught exceptions itself gets it as any other.
 *
 * @throws Error always
 */
export function refuse(message: string): never {
  const error = new Error(message);
  thrown.add(error);
  if (!listening && process.listenerCount("uncaughtException") === 0) {
    listening = true;
    process.on("uncaughtException", endProgram);
  }
  throw error;
}

/**
 * For a construct's validation, which knows what is wrong at the end of the program only.
 *
 * @returns nothing that is wrong
 * @throws Error with all that is wrong
 */
export function refuseAll(problems: readonly string[]): string[] {
  return problems.length > 0 ? refuse(problems.join("\n")) : [];
}

function endProgram(error: Error): void {
  if (!thrown.has(error)) {
    process.off("uncaughtException", endProgram);
    throw error; // as without this listener
  }
  console.error(`${placeOf(error)}${error.message}`);
  process.exitCode = 1;
}

/** The first line of the stack that is neither of this library, nor of an installed package, nor of Node itself. */
function placeOf({ stack = "" }: Error): string {
  const places = [...stack.matchAll(/^ +at .*?\(?((?:file:\/\/)?\/[^()\n]+):(\d+):\d+\)?$/gm)];
  const [, file, line] = places.find(([, path = ""]) => !path.includes("/node_modules/") && !path.includes(__dirname)) ?? [];
  return file === undefined ? "" : `${file.replace("file://", "").replace(`${process.cwd()}/`, "")}:${line}: `;
}
