import { Results, summary, takeTurns } from "../../../bench/rounds";

const results = (values: Readonly<Record<string, readonly number[]>>) =>
  new Results(2, new Map(Object.entries(values).map(([name, times]) => [name, times.map((time) => ({ time }))])));

test("the median of an odd number of values is the middle one, of an even number the mean of the two in the middle", () => {
  const values = [9, 1, 5];

  expect(summary(values)).toEqual({ median: 5, min: 1, max: 9 });
  expect(summary([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(summary([7])).toEqual({ median: 7, min: 7, max: 7 });
  expect(values).toEqual([9, 1, 5]);
});

test("a ratio is taken within each round: a round that was slow for both does not count more", () => {
  expect(results({ a: [1, 100, 3], b: [2, 200, 4] }).ratio("a", "b", "time")).toEqual({ median: 0.5, min: 0.5, max: 0.75 });
});

test("fails for values of different numbers of rounds, and for none", () => {
  const uneven = results({ a: [1, 2], b: [1] });

  expect(() => uneven.ratio("a", "b", "time")).toThrow("A ratio wants values of the same rounds; got 2 of a and 1 of b");
  expect(() => uneven.ratio("a", "a", "memory")).toThrow("There is no median of no values");
});

test("the alternatives take turns, and each begins a round", async () => {
  const order: string[] = [];
  const measure = (name: string) => async () => ({ place: order.push(name) });
  const said: string[] = [];
  const turns = await takeTurns((line) => said.push(line), 3, { a: measure("a"), b: measure("b"), c: measure("c") });

  expect(order.join("")).toBe("abcbcacab");
  expect(turns.values("b", "place")).toEqual([2, 4, 9]);
  expect([said[0], said.at(-1)]).toEqual(["round 1 of 3: a", "round 3 of 3: b"]);
});
