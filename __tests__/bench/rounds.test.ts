import { pairedRatio, percentile, summary, takeTurns } from "../../bench/rounds";

test("the median of an odd number of values is the middle one, of an even number the mean of the two in the middle", () => {
  expect(summary([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
  expect(summary([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
});

test("a percentile does not change the values, and lies among the largest for a large percentage", () => {
  const values = Array.from({ length: 101 }, (_, index) => 100 - index);

  expect([percentile(values, 0), percentile(values, 50), percentile(values, 99), percentile(values, 100)]).toEqual([0, 50, 99, 100]);
  expect(values[0]).toBe(100);
});

test("a ratio is taken within each round: a round that was slow for both does not count more", () => {
  expect(pairedRatio([1, 100, 3], [2, 200, 4])).toEqual({ median: 0.5, min: 0.5, max: 0.75 });
});

test("fails for values of different numbers of rounds, and for none", () => {
  expect(() => pairedRatio([1, 2], [1])).toThrow("Paired values must come from the same rounds; got 2 and 1");
  expect(() => summary([])).toThrow("There is no percentile of no values");
});

test("the alternatives take turns, and each begins a round", async () => {
  const order: string[] = [];
  const measure = (name: string) => async () => order.push(name);
  const results = await takeTurns(3, { a: measure("a"), b: measure("b"), c: measure("c") }, () => {});

  expect(order.join("")).toBe("abcbcacab");
  expect(results("b")).toEqual([2, 4, 9]);
});
