/** Makes a part of a text. */
type Part = () => string;

const WORD = "A-Za-z0-9_";

const below = (limit: number) => Math.floor(Math.random() * limit);

/**
 * Makes texts that a regular expression matches: so a key that trips a secret scanner stands in no file. It knows what the scanners' rules
 * have: letters, classes, groups of alternatives, and how often.
 *
 * @throws Error for anything else
 */
export function matchingTexts(pattern: string): () => string {
  let rest = pattern;
  const take = (expression: RegExp): RegExpMatchArray | undefined => {
    const found = rest.match(expression) ?? undefined;
    rest = rest.slice(found?.[0].length ?? 0);
    return found;
  };

  const alternatives = (): Part => {
    const parts = [sequence()];
    while (take(/^\|/)) {
      parts.push(sequence());
    }
    return () => parts[below(parts.length)]?.() ?? "";
  };

  const sequence = (): Part => {
    const parts: Part[] = [];
    while (rest !== "" && !/^[|)]/.test(rest)) {
      parts.push(repeated(piece()));
    }
    return () => parts.map((part) => part()).join("");
  };

  const repeated = (part: Part): Part => {
    const [least, most] = times();
    return () => Array.from({ length: least + below(most - least + 1) }, part).join("");
  };

  const times = (): [least: number, most: number] => {
    const [sign = "", least, most = least] = take(/^(?:[?+*]|\{(\d+)(?:,(\d+))?\})/) ?? [];
    const signs: Readonly<Record<string, [number, number]>> = { "": [1, 1], "?": [0, 1], "+": [1, 40], "*": [0, 40] };
    return signs[sign] ?? [Number(least), Number(most)];
  };

  const piece = (): Part => {
    if (take(/^\((?:\?:)?/)) {
      const inside = alternatives();
      take(/^\)/);
      return inside;
    }
    const [whole, members] = take(/^(?:\[((?:\\.|[^\]])+)\]|\\[wd.-]|[\w.=~:+/-])/) ?? [];
    if (whole === undefined) {
      throw new Error(`${pattern} has something else: ${rest}`);
    }
    const characters = charactersOf(members ?? { "\\w": WORD, "\\d": "0-9" }[whole] ?? whole);
    return () => characters[below(characters.length)] ?? "";
  };

  return alternatives();
}

export function matchingText(pattern: string): string {
  return matchingTexts(pattern)();
}

/** The characters of a class. */
function charactersOf(members: string): string[] {
  const spelled = members.replaceAll("\\w", WORD).replaceAll("\\d", "0-9").replaceAll("\\", "");
  return [...spelled.matchAll(/([A-Za-z0-9])-([A-Za-z0-9])|./g)].flatMap(([one, from, to]) =>
    from && to
      ? Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, index) => String.fromCharCode(from.charCodeAt(0) + index))
      : [one],
  );
}
