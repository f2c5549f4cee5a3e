import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Token } from "cdktf";
import { AiKeyStack, type DenyStatement } from "../../../../lib";
import { PROVIDER_CALLS } from "../../../../lib/team/provider-calls";
import { keyWith, ROLE, resources, statements, synthesized } from "../../../support/access";
import { ROOT } from "../../../support/project";

const FROM_ELSEWHERE: DenyStatement = {
  sid: "DenyFromElsewhere",
  effect: "Deny",
  actions: ["secretsmanager:GetSecretValue"],
  condition: [{ test: "StringNotEquals", variable: "aws:SourceVpce", values: ["vpce-1a2b3c4d"] }],
};

const withStatement = (parts: object, more: readonly DenyStatement[] = []) =>
  keyWith({ readers: [ROLE], policyStatements: [{ ...FROM_ELSEWHERE, ...parts }, ...more] }).stack;

test("a statement of one's own stands beside those of the list, for everyone and on the secret itself", () => {
  const { data } = synthesized(withStatement({}));
  const [policy] = Object.entries<{ statement: { sid: string }[] }>(data.aws_iam_policy_document).filter(([id]) =>
    id.includes("allow-list"),
  );
  expect(policy?.[1].statement.map(({ sid }) => sid)).toEqual(["AllowReaders", "DenyEveryoneElse", "DenyMcpServers", "DenyFromElsewhere"]);
  expect(statements(withStatement({}), "DenyFromElsewhere")).toEqual([
    { ...FROM_ELSEWHERE, principals: [{ type: "*", identifiers: ["*"] }], resources: ["*"] },
  ]);
  expect(resources(withStatement({}), "aws_secretsmanager_secret_policy")).toHaveLength(1);
});

test("without statements of one's own, the policy is as before", () => {
  const json = (policyStatements?: DenyStatement[]) => JSON.stringify(synthesized(keyWith({ readers: [ROLE], policyStatements }).stack));
  expect(json([])).toBe(json());
});

test("the stack's statements are those of all its keys, and a key's own are that key's", () => {
  const own = { ...FROM_ELSEWHERE, sid: "DenyFromOutside" };
  const keys = [{ provider: "openai" }, { provider: "anthropic", policyStatements: [own] }];
  const stack = new AiKeyStack(new App({ outdir: "never-written" }), "keys", { readers: [ROLE], policyStatements: [FROM_ELSEWHERE], keys });
  const { data } = synthesized(stack);
  const sidsOf = (provider: string) =>
    Object.entries<{ statement: { sid: string }[] }>(data.aws_iam_policy_document)
      .filter(([id]) => id.startsWith(`${provider}-key_allow-list`))
      .flatMap(([, { statement }]) => statement.map(({ sid }) => sid));
  expect(sidsOf("openai")).toContain("DenyFromElsewhere");
  expect(sidsOf("anthropic")).toContain("DenyFromOutside");
  expect(sidsOf("anthropic")).not.toContain("DenyFromElsewhere");
});

test("values that a deploy alone knows are taken", () => {
  const [one, list] = [[Token.asString("${var.endpoint}")], Token.asList("${var.endpoints}")].map((values) =>
    statements(withStatement({ condition: [{ test: "StringNotEquals", variable: "aws:SourceVpce", values }] }), "DenyFromElsewhere"),
  );
  expect(one?.[0].condition[0].values).toEqual(["${var.endpoint}"]);
  expect(list?.[0].condition[0].values).toBe("${var.endpoints}");
});

test("fails for what allows, before all else that is wrong with it, and says who says who may read", () => {
  const allowing = { effect: "Allow", principals: [{ type: "*", identifiers: ["*"] }] };
  expect(() => withStatement(allowing)).toThrow(
    '[own/key] policyStatements[0].effect must be "Deny": who may read is said by readers and grantRead; got "Allow"',
  );
  expect(() => withStatement({ effect: undefined })).toThrow('policyStatements[0].effect must be "Deny"');
  const nothing = { readers: [ROLE], policyStatements: [null] };
  expect(() => Reflect.apply(keyWith, undefined, [nothing])).toThrow('policyStatements[0].effect must be "Deny"');
});

test.each<[string, object, string]>([
  ["principals", { principals: [] }, " has no prop principals. It has sid, effect, actions, condition."],
  ["conditions", { conditions: [] }, " has no prop conditions. Did you mean condition?"],
  ["no name", { sid: undefined }, ".sid must be set"],
  ["a name with a space", { sid: "From elsewhere" }, ".sid must consist of letters and digits"],
  ["no action", { actions: [] }, ".actions must have at least one action"],
  ["a wildcard", { actions: ["secretsmanager:*"] }, ".actions must be single actions of Secrets Manager such as"],
  ["another service's action", { actions: ["kms:Decrypt"] }, ".actions must be single actions of Secrets Manager such as"],
  ["no condition", { condition: [] }, ".condition must have at least one condition, as nobody is let in without"],
  ["a condition without values", { condition: [{ ...FROM_ELSEWHERE.condition[0], values: [] }] }, ".condition[0].values must be texts"],
  [
    "a value that is missing",
    { condition: [{ ...FROM_ELSEWHERE.condition[0], values: [undefined] }] },
    ".condition[0].values must be texts, one at least: a value may be missing here; got [null]",
  ],
  ["a condition's other props", { condition: [{ operator: "Bool" }] }, ".condition[0] has no prop operator."],
])("fails for %s", (_, parts, message) => {
  expect(() => withStatement(parts)).toThrow(`[own/key] policyStatements[0]${message}`);
});

test("fails for what a deploy calls before it can take the statement back", () => {
  const of = (type: string, calls: "read" | "change") => PROVIDER_CALLS[type]?.[calls].secret ?? [];
  const kept = [
    ...of("aws_secretsmanager_secret", "read"),
    ...of("aws_secretsmanager_secret_version", "read"),
    ...of("aws_secretsmanager_secret_policy", "read"),
    ...of("aws_secretsmanager_secret_policy", "change"),
  ];
  expect(kept).toContain("secretsmanager:PutResourcePolicy");
  const page = readFileSync(join(ROOT, "docs/access.md"), "utf8").match(/Synth refuses statements on .*?: (.*?)\./)?.[1];
  expect(page?.split(", ").sort()).toEqual([...new Set(kept)].map((action) => `\`${action.replace("secretsmanager:", "")}\``).sort());
  for (const action of [...kept, "secretsmanager:putresourcepolicy"]) {
    expect(() => withStatement({ actions: [action] })).toThrow("none by which a deploy takes the statement back");
  }
  expect(() => withStatement({ actions: ["secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"] })).not.toThrow();
});

test.each(["AllowReaders", "DenyEveryoneElse", "DenyMcpServers"])("fails for the name %s, which the list has", (sid) => {
  expect(() => withStatement({ sid })).toThrow(
    `[own/key] policyStatements.sid must be another one for each statement, and none of the library's own; got "${sid}"`,
  );
});

test("fails for two statements of one name", () => {
  expect(() => withStatement({}, [FROM_ELSEWHERE])).toThrow("policyStatements.sid must be another one for each statement");
});

test("fails for a key in a statement, and does not repeat it", () => {
  const key = "sk-proj-0123456789abcdefghijT3BlbkFJ0123456789abcdefghij";
  const withKey = () => withStatement({ condition: [{ test: "StringEquals", variable: "aws:PrincipalTag/key", values: [key] }] });
  expect(withKey).toThrow("holds an API key");
  expect(withKey).not.toThrow(key);
});

test("fails for more statements than the policy has room for, and says what to do", () => {
  const values = Array.from({ length: 2_000 }, (_, index) => `vpce-${index + 10_000_000}`);
  expect(() => synthesized(withStatement({ condition: [{ ...FROM_ELSEWHERE.condition[0], values }] }))).toThrow(
    /the resource policy of a secret: \d+ characters, and AWS takes 20480 .* Or say fewer policyStatements\./,
  );
});
