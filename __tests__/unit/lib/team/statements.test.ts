import { policyText } from "../../../../lib/policy-document";
import { joined, type Statement, spread } from "../../../../lib/team/statements";

const allow = (sid: string, actions: string[], resources: string[], arns?: string[]): Statement => ({
  sid,
  effect: "Allow",
  actions,
  resources,
  ...(arns ? { condition: [{ test: "ArnLike", variable: "iam:PolicyARN", values: arns }] } : {}),
});

const lengthOf = (statements: readonly Statement[]) => policyText(statements).length;

/** What statements allow: each action on each resource, for each ARN of a condition. */
function allowed(statements: readonly Statement[]): string[] {
  const all = statements.flatMap(({ actions, resources, condition = [] }) =>
    actions.flatMap((action) =>
      resources.flatMap((resource) => (condition[0]?.values ?? [""]).map((value) => [action, resource, value].join(" "))),
    ),
  );
  return [...new Set(all)].sort();
}

const many = (name: string, count: number) => Array.from({ length: count }, (_, index) => `arn:aws:iam::111122223333:${name}/${index}`);

describe("statements that differ in one list become one", () => {
  test("by their resources, by the ARNs of a condition, or by their actions", () => {
    expect(joined([allow("A", ["x"], ["1"]), allow("B", ["x"], ["2"])])).toEqual([allow("A", ["x"], ["1", "2"])]);
    expect(joined([allow("A", ["x"], ["1"], ["p"]), allow("B", ["x"], ["1"], ["q"])])).toEqual([allow("A", ["x"], ["1"], ["p", "q"])]);
    expect(joined([allow("A", ["x"], ["1"]), allow("B", ["y"], ["1"])])).toEqual([allow("A", ["x", "y"], ["1"])]);
  });

  test("and those that differ in two, or in what they do, stay: together they would allow more", () => {
    const apart = [
      allow("A", ["x"], ["1"]),
      allow("B", ["y"], ["2"]),
      allow("C", ["x"], ["3"], ["p"]),
      allow("D", ["x"], ["4"], ["q"]),
      { ...allow("E", ["x"], ["1"]), effect: "Deny" as const },
    ];
    expect(joined(apart)).toEqual(apart);
  });
});

describe("statements are spread over policies", () => {
  const roles = many("role", 80);
  const policies = many("policy", 90);
  const statements = [allow("Grant", ["a", "b"], roles, policies), allow("See", ["c"], many("user", 300)), allow("Any", ["d"], ["*"])];

  test("and say the same there, each policy within its room", () => {
    const found = spread(statements, [3_000, 2_000], lengthOf);
    expect(found.map(lengthOf).every((length, index) => length <= (index === 0 ? 3_000 : 2_000))).toBe(true);
    expect(found.length).toBeGreaterThan(5);
    expect(allowed(found.flat())).toEqual(allowed(statements));
  });

  test("and stay one where they fit", () => {
    expect(spread(statements, [100_000, 10], lengthOf)).toEqual([statements]);
  });

  test("each of another name in its policy", () => {
    for (const policy of spread([...statements, allow("See", ["e"], ["*"])], [3_000, 2_000], lengthOf)) {
      const names = policy.map(({ sid }) => sid);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("one that can't be taken apart any more is left too long, for the check of limits to refuse", () => {
    expect(spread([allow("A", ["x"], ["a".repeat(100)])], [50], lengthOf)).toEqual([[allow("A", ["x"], ["a".repeat(100)])]]);
  });
});
