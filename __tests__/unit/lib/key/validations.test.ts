import { generateKeyPairSync } from "node:crypto";
import { keyProblem, keyRules, keyValidations, rulesSaying } from "../../../../lib/key/rules";
import { KEY_FORMS } from "../../../../lib/key/validations";
import { KEY_KINDS } from "../../../support/key-kinds";
import { PLAN_ONLY } from "../../../support/plan-only";

const rules = keyRules("ai_api_key", {});
const problem = (key: string, kind = {}) => keyProblem(keyRules("ai_api_key", kind), key);

test("there is a rule for each way a key goes wrong", () => {
  expect(rules.map(({ message }) => message.split(/[:,.(]/)[0])).toEqual([
    "ai_api_key is empty",
    "ai_api_key is JSON",
    "ai_api_key begins or ends with white space or a newline",
    "ai_api_key contains white space",
    "ai_api_key is wrapped in quotes",
    "ai_api_key is a placeholder",
    "ai_api_key is shorter than 16 characters",
    "ai_api_key is longer than the 65536 bytes that AWS Secrets Manager stores",
    "ai_api_key is the value for a plan",
    "ai_api_key is an admin key",
    "ai_api_key seems to be a key of another service",
  ]);
});

test("every message says what to do, and none can contain the value", () => {
  for (const { message } of [...rules, ...KEY_FORMS.flatMap((format) => keyRules("ai_api_key", { format }))]) {
    expect(message).toMatch(/\. |: /);
    expect(message).not.toContain("var.");
    expect(message).not.toContain("${");
  }
});

test("an empty key is explained as a CI secret that does not exist", () => {
  expect(problem("")).toContain("A CI secret that does not exist arrives as an empty string");
});

test("no regular expression opens a Terraform template by accident", () => {
  for (const { condition } of keyValidations("ai_api_key", { provider: "openai" })) {
    expect(condition).toMatch(/^\$\{.*\}$/s);
    expect(condition.slice(2, -1)).not.toMatch(/(?<![$%])[$%]\{/);
  }
});

test("a value for a plan is refused by an apply alone, and here, where it would become a number", () => {
  for (const value of ["plan-only-0123456789", "not-the-key-but-well-formed", `sk-${"planonly".repeat(6)}`]) {
    expect(problem(value)).toContain("is the value for a plan, which is no key");
  }
  const applying = keyValidations("ai_api_key", {}).filter(({ condition }) => condition.includes("terraform.applying"));
  expect(applying.map(({ errorMessage }) => errorMessage)).toEqual([expect.stringContaining("is the value for a plan")]);
});

test.each(KEY_KINDS)("the value for a plan that the documentation has breaks that rule alone as a key of %j", (kind) => {
  const broken = keyRules("key", kind).filter(({ refuses }) => refuses.holds(PLAN_ONLY));
  expect(broken.map(({ name, applyOnly }) => [name, applyOnly])).toEqual([["plan-only", true]]);
});

describe("a credential that is JSON", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const account = { type: "service_account", private_key: privateKey.export({ type: "pkcs8", format: "pem" }), client_email: "a@b.iam" };
  const minified = JSON.stringify(account);
  const lines = `${JSON.stringify(account, null, 2)}\n`;

  test("is refused elsewhere, by one message that names the option", () => {
    for (const key of [minified, lines, ` ${minified}`, '{"endpoint":"x"}']) {
      for (const kind of [{}, { format: "any" as const }, { format: "gateway" as const }]) {
        const broken = keyRules("ai_api_key", kind).filter(({ refuses }) => refuses.holds(key));
        expect(broken.map(({ message }) => message)).toEqual([expect.stringContaining('set format: "json"')]);
      }
      expect(problem(key, { provider: "google-gemini" })).toContain('set format: "json"');
    }
  });

  test("is taken by its format, on one line or several", () => {
    expect([problem(minified, { format: "json" }), problem(lines, { format: "json" })]).toEqual([undefined, undefined]);
  });

  test.each([
    ["", "is empty"],
    [minified.slice(0, 80), "is not a whole JSON object"],
    [`'${minified}'`, "is not a whole JSON object"],
    ["credentials.json", "is not a whole JSON object"],
    ["[1]", "is not a whole JSON object"],
    [Buffer.from(minified).toString("base64"), "is not a whole JSON object"],
    [`\ufeff${minified}`, "is not a whole JSON object"],
    ['{"note":"schlüssel"}', "contains a control character or a character outside ASCII"],
    [JSON.stringify({ key: "k".repeat(65_536) }), "is longer than the 65536 bytes"],
    ['{"private_key":"planonlyplanonlyplanonly"}', "is the value for a plan"],
  ])("%# is refused where it is none: %s", (key, message) => {
    expect(problem(key, { format: "json" })).toContain(message);
  });
});

describe("a made-up key of a gateway", () => {
  test("is refused elsewhere when it is short, by a message that names the option", () => {
    expect(problem("token-abc123")).toContain('set format: "gateway"');
    expect(problem("token-abc123", { format: "any" })).toContain('set format: "gateway"');
  });

  test.each(["token-abc123", "k", "a-key-of-a-gateway-of-our-own"])("%s is taken by its format", (key) => {
    expect(problem(key, { format: "gateway" })).toBeUndefined();
  });

  test.each([
    ["", "is empty"],
    ["changeme", "is a placeholder"],
    ["token abc", "contains white space"],
    ['"token"', "is wrapped in quotes"],
  ])("%j is refused all the same", (key, message) => {
    expect(problem(key, { format: "gateway" })).toContain(message);
  });
});

test("what GitLab leaves of a key with a $ in it is refused where that can be known, by a message that says so", () => {
  const expanded = (key: string) => key.replace(/[$]\w+/, "");
  expect(problem(expanded("sk-a$GxVbQbT0aWcXrZk6LmN2"))).toContain("GitLab takes a $ out of a variable that it expands");
  expect(problem(expanded(`sk-proj-${"a1".repeat(30)}$${"b2".repeat(30)}`), { provider: "openai" })).toContain("GitLab takes a $ out");
});

test("the rules of a variable are known by its messages, whatever its kind", () => {
  for (const kind of [{}, { provider: "openai" }, ...KEY_FORMS.map((format) => ({ format, provider: "openai" }))]) {
    const said = keyRules("chat_key", kind).map(({ message }) => message);
    expect(rulesSaying("chat_key", ["of the program's own", ...said]).map(({ message }) => message)).toEqual(expect.arrayContaining(said));
    expect(rulesSaying("chat_key", said)).toHaveLength(said.length);
  }
});
