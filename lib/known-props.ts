import { holdsKey } from "./key/key-in-text";
import { refuse } from "./refuse";

/** The names of an interface's props. One that is missing, or too many, does not compile. */
export type PropsOf<T> = Readonly<Record<keyof T, true>>;

/**
 * Throws for a prop that holds a key, and for one that nobody reads, such as a misspelt one. The latter serves programs that run without type
 * checks, as `cdktf.json` runs them: there, a misspelt `readers` would make a secret without an allow-list.
 *
 * @param owner the class, and the prop that the object is: `AiKeyStack.keys`
 * @throws Error naming the prop, and the known one that is nearest; it never shows a key
 */
export function checkKnownProps(owner: string, given: object | undefined, known: Readonly<Record<string, true>>): void {
  checkNoKey(owner, given);
  const names = Object.keys(known);
  for (const name of Object.keys(given ?? {})) {
    if (!names.includes(name)) {
      refuse(`${owner} has no prop ${name}.${didYouMean(name, names) || ` It has ${names.join(", ")}.`}`);
    }
  }
}

/** Of a construct, such as a stack, the props are its own. */
function checkNoKey(prop: string, given: unknown): void {
  if (typeof given === "string" && holdsKey(given)) {
    refuse(
      `${prop} holds an API key, which would be in the program, in plans and in the state. Take it out, make another one, and hand that over as TF_VAR_… alone.`,
    );
  }
  if (Array.isArray(given)) {
    for (const element of given) {
      checkNoKey(prop, element);
    }
  } else if (isPlain(given)) {
    for (const [name, value] of Object.entries(given)) {
      checkNoKey(prop, name);
      checkNoKey(`${prop}.${name}`, value);
    }
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The end of a message: the known name that a misspelt one is near to; nothing when none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = known.map((other) => ({ other, distance: distance(name.toLowerCase(), other.toLowerCase()) }));
  const [nearest] = near.filter(({ other, distance }) => distance <= Math.ceil(other.length / 3)).sort((a, b) => a.distance - b.distance);
  return nearest ? ` Did you mean ${nearest.other}?` : "";
}

/** How many letters are to be added, taken away or replaced: https://en.wikipedia.org/wiki/Levenshtein_distance */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [place, otherLetter] of [...other].entries()) {
      const replaced = (row[place] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
