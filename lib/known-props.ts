import type { IConstruct } from "constructs";
import { holdsKey } from "./key/key-in-text";
import { memberOf } from "./prop-of";
import { refuse } from "./refuse";

/** What a prop holds. A construct's class says more than that, so it is checked where it is used. */
type Kind = "text" | "text or object" | "number" | "boolean" | "list" | "object" | "construct";

type KindOf<T> = [T] extends [string | object]
  ? [string] extends [T]
    ? [T] extends [string]
      ? "text"
      : "text or object"
    : KindOfOne<T>
  : KindOfOne<T>;

type KindOfOne<T> = T extends string
  ? "text"
  : T extends number
    ? "number"
    : T extends boolean
      ? "boolean"
      : T extends readonly unknown[]
        ? "list"
        : T extends IConstruct
          ? "construct"
          : "object";

/** An interface's props, with what each holds; one with a `!` can't be left out. One that is missing, or too many, or other than that, does not compile. */
export type PropsOf<T> = {
  readonly [Name in keyof T]-?: undefined extends T[Name] ? KindOf<NonNullable<T[Name]>> : `${KindOf<T[Name]>}!`;
};

/**
 * Throws for a prop that holds a key, that nobody reads, such as a misspelt one, that is missing, or that holds what it can't. But for the key,
 * it serves programs that run without type checks, as `cdktf.json` runs them: there, a misspelt `readers` would make a secret without an allow-list.
 *
 * @param owner the construct, and the prop that the object is, as `propOf` writes them
 * @throws Error naming the prop, and the known one that is nearest; never the value, which may be a key
 */
export function checkKnownProps(owner: string, given: unknown, known: Readonly<Record<string, Kind | `${Kind}!`>>): void {
  const props = typeof given === "object" && given !== null && !Array.isArray(given) ? given : undefined;
  if (props === undefined) {
    refuse(`${owner} must have its props in an object; got ${kindOf(given)}`);
  }
  checkNoKey(owner, props);
  const names = Object.keys(known);
  for (const name of Object.keys(props)) {
    if (!names.includes(name)) {
      refuse(`${owner} has no prop ${name}.${didYouMean(name, names) || ` It has ${names.join(", ")}.`}`);
    }
  }
  const values = new Map<string, unknown>(Object.entries(props));
  for (const [name, must] of Object.entries(known)) {
    const value = values.get(name);
    const kind = must.replace("!", "");
    if (value === undefined && must.endsWith("!")) {
      refuse(`${memberOf(owner, name)} must be set; got undefined`);
    }
    if (value !== undefined && kind !== "construct" && !kind.split(" or ").includes(kindOf(value))) {
      refuse(`${memberOf(owner, name)} must be of the type ${kind}; got ${kindOf(value)}`);
    }
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    return "list";
  }
  return value === null ? "null" : typeof value === "string" ? "text" : typeof value;
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
      checkNoKey(memberOf(prop, name), value);
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
