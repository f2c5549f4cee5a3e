import { isListed, readRulesIn } from "../../../../cli/access/resource-policy";

const READER = "arn:aws:iam::111122223333:role/my-app";
const OTHER = "arn:aws:iam::111122223333:role/other";

const denial = (parts: object = {}) => ({
  Effect: "Deny",
  Principal: "*",
  Action: "secretsmanager:GetSecretValue",
  Resource: "*",
  Condition: { ArnNotLike: { "aws:PrincipalArn": [READER, OTHER] } },
  ...parts,
});
const listIn = (...Statement: object[]) => readRulesIn(JSON.stringify({ Version: "2012-10-17", Statement })).allowList;

test("the allow-list is whom the denial leaves out", () => {
  expect(listIn({ Effect: "Allow", Principal: "*", Action: "*" }, denial())).toEqual([READER, OTHER]);
  expect(listIn(denial({ Principal: { AWS: "*" }, Action: ["secretsmanager:*"] }))).toEqual([READER, OTHER]);
  expect(listIn(denial({ Condition: { ArnNotEquals: { "AWS:principalarn": READER } } }))).toEqual([READER]);
});

test("a denial of reading is known by any pattern, as an allowance is", () => {
  const Action = ["secretsmanager:G*", "secretsmanager:*Value", "secretsmanager:Get?ecretValue", "SECRETSMANAGER:getsecretvalue"];
  for (const pattern of Action) {
    expect([pattern, listIn(denial({ Action: pattern }))]).toEqual([pattern, [READER, OTHER]]);
  }
  expect(listIn(denial({ Action: undefined, NotAction: "secretsmanager:DescribeSecret" }))).toEqual([READER, OTHER]);
  expect(listIn(denial({ Action: undefined, NotAction: ["secretsmanager:Get*", "kms:*"] }))).toBeUndefined();
  expect(listIn(denial({ Action: "secretsmanager:GetResourcePolicy" }))).toBeUndefined();
});

test("a condition is known by its operator, also one for keys that a call may lack", () => {
  expect(listIn(denial({ Condition: { ArnNotLikeIfExists: { "aws:PrincipalArn": READER } } }))).toEqual([READER]);
});

test("of two lists, only who is on both may read", () => {
  expect(listIn(denial(), denial({ Condition: { StringNotLike: { "aws:PrincipalArn": OTHER } } }))).toEqual([OTHER]);
});

test("a denial without a condition is for everyone", () => {
  expect(listIn(denial({ Condition: undefined }))).toEqual([]);
});

test("other denials are no list, and are told", () => {
  expect(readRulesIn(undefined)).toEqual({ allowList: undefined, allowed: [], refusals: [], denied: [] });
  expect(listIn(denial({ Action: "secretsmanager:DeleteSecret" }))).toBeUndefined();
  expect(listIn(denial({ Principal: { AWS: READER } }))).toBeUndefined();

  const vpc = denial({ Condition: { StringNotEquals: { "aws:SourceVpc": "vpc-1" }, ArnNotLike: { "aws:PrincipalArn": READER } } });
  expect(readRulesIn(JSON.stringify({ Statement: vpc }))).toMatchObject({
    allowList: undefined,
    allowed: [],
    denied: ["secretsmanager:GetSecretValue to * where StringNotEquals aws:SourceVpc vpc-1 and ArnNotLike aws:PrincipalArn"],
  });
  const named = denial({ Sid: "DenyOthers", Condition: { StringNotEquals: { "aws:PrincipalAccount": ["111122223333", "444455556666"] } } });
  expect(readRulesIn(JSON.stringify({ Statement: named })).denied).toEqual([
    "DenyOthers: secretsmanager:GetSecretValue to * where StringNotEquals aws:PrincipalAccount 111122223333 or 444455556666",
  ]);
  const all = { Effect: "Deny", Principal: "*", NotAction: "secretsmanager:DescribeSecret", Resource: "*" };
  expect(readRulesIn(JSON.stringify({ Statement: all })).denied).toEqual(["all but secretsmanager:DescribeSecret to *"]);
});

describe("a denial beside the list", () => {
  const PARTNER = "arn:aws:iam::444455556666:role/partner";
  /** Whether READER, OTHER and PARTNER are denied, by each of the refusals. */
  const answers = (...Statement: object[]) =>
    readRulesIn(JSON.stringify({ Statement })).refusals.map(({ name, denies }) => [name, ...[READER, OTHER, PARTNER].map(denies)]);
  const where = (Condition: object, parts: object = {}) => answers(denial({ Sid: "Own", Condition, ...parts }));

  test("the list itself is none, nor is the denial of a way to read, which each list has", () => {
    expect(
      answers(denial(), denial({ Condition: { Bool: { "aws:ViaAWSMCPService": "true" } } }), denial({ Condition: undefined })),
    ).toEqual([]);
    expect(where({ StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, { Action: "secretsmanager:DeleteSecret" })).toEqual([]);
  });

  test("by the network or the organization, it may be for everyone", () => {
    expect(where({ StringNotEquals: { "aws:SourceVpce": "vpce-1" } })).toEqual([["Own", undefined, undefined, undefined]]);
    expect(where({ StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } })).toEqual([["Own", undefined, undefined, undefined]]);
  });

  test("by the account or the ARN, it is for those alone", () => {
    expect(where({ StringNotEquals: { "aws:PrincipalAccount": ["111122223333"] } })).toEqual([["Own", false, false, true]]);
    expect(where({ StringEquals: { "aws:principalaccount": "444455556666" } })).toEqual([["Own", false, false, true]]);
    expect(where({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/o*" } })).toEqual([["Own", false, true, false]]);
    expect(where({ StringEquals: { "aws:PrincipalArn": "arn:aws:iam::*:role/o*" } })).toEqual([["Own", false, false, false]]);
  });

  test("by both, it may be for those whom the ARN does not leave out", () => {
    const network = { StringNotEquals: { "aws:SourceVpce": "vpce-1" } };
    expect(where({ ...network, ArnNotEquals: { "aws:PrincipalArn": READER } })).toEqual([["Own", false, undefined, undefined]]);
  });

  test("by its principals, it is for those alone, and for all of an account", () => {
    const [Principal, Condition] = [{ AWS: [READER, "arn:aws:iam::444455556666:root"] }, undefined];
    expect(answers(denial({ Principal, Condition }))).toEqual([["a statement without a Sid", true, false, true]]);
    expect(answers(denial({ Principal: { AWS: "444455556666" }, Condition }))).toEqual([["a statement without a Sid", false, false, true]]);
    expect(answers(denial({ Principal: { Service: "lambda.amazonaws.com" }, Condition }))).toEqual([
      ["a statement without a Sid", false, false, false],
    ]);
  });

  test("of a group and of an account, the ARN tells nothing", () => {
    const [refusal] = readRulesIn(
      JSON.stringify({ Statement: denial({ Condition: { ArnLike: { "aws:PrincipalArn": READER } } }) }),
    ).refusals;
    expect(["group devs", "arn:aws:iam::111122223333:root", "everyone"].map((who) => refusal?.denies(who))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test("a place on the list is for one ARN, or for those that its wildcards mean", () => {
  expect(isListed([READER], READER)).toBe(true);
  expect(isListed([READER], `${READER}-2`)).toBe(false);
  expect(isListed(["arn:aws:iam::111122223333:role/my-*"], READER)).toBe(true);
  expect(isListed(["arn:aws:iam::111122223333:role/my.app"], READER)).toBe(false);
});

test("whom it allows reading is told: by a condition on the principal, else by the principals", () => {
  const allowance = (parts: object) => ({ Effect: "Allow", Principal: { AWS: "arn:aws:iam::999999999999:root" }, Resource: "*", ...parts });
  const allowedIn = (...Statement: object[]) => readRulesIn(JSON.stringify({ Statement })).allowed;
  const Action = "secretsmanager:Get*";
  expect(allowedIn(allowance({ Action }))).toEqual(["arn:aws:iam::999999999999:root"]);
  expect(allowedIn(allowance({ Action, Principal: "*" }))).toEqual(["*"]);
  expect(allowedIn(allowance({ NotAction: "secretsmanager:DeleteSecret" }))).toEqual(["arn:aws:iam::999999999999:root"]);
  expect(allowedIn(allowance({ Action, Condition: { ArnLike: { "aws:PrincipalArn": [READER, OTHER] } } }))).toEqual([READER, OTHER]);
  expect(allowedIn(allowance({ Action, Condition: { ArnLikeIfExists: { "aws:PrincipalArn": READER } } }))).toEqual([READER]);
  expect(allowedIn(allowance({ Action: "secretsmanager:DescribeSecret" }))).toEqual([]);
  expect(allowedIn(allowance({ NotAction: "secretsmanager:GetSecretValue" }))).toEqual([]);
});
