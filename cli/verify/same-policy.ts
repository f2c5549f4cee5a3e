import { isDeepStrictEqual } from "node:util";

/** Whether two policy documents say the same: lists have no order, and a list of one is its only member. */
export function samePolicy(one: string, other: string): boolean {
  return isDeepStrictEqual(canonical(JSON.parse(one)), canonical(JSON.parse(other)));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(canonical).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    return members.length === 1 ? members[0] : members;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => a.localeCompare(b));
    return Object.fromEntries(entries.map(([key, member]) => [key, canonical(member)]));
  }
  return value;
}
