import type { Holder } from "../../../../cli/access/holders";
import { readerRows } from "../../../../cli/access/readers";

const ACCOUNT = "111122223333";
const READER = `arn:aws:iam::${ACCOUNT}:role/team/my-app`;
const PARTNER = "arn:aws:iam::444455556666:role/partner";

const holder = (kind: Holder["kind"], name: string, arn?: string): Holder => ({ kind, name, arn });
const rows = (allowList: string[] | undefined, ...holders: Holder[]) =>
  readerRows({ allowList, allowed: [], refusals: [], denied: [] }, holders, ACCOUNT).map(({ who, listed, readPolicy, reads }) => [
    who,
    listed,
    readPolicy,
    reads,
  ]);

test("who is on the list and has the read policy reads", () => {
  expect(rows([READER], holder("role", "my-app", READER))).toEqual([[READER, "yes", "yes", "yes"]]);
});

test("who has one of the two only, does not by it", () => {
  const other = `arn:aws:iam::${ACCOUNT}:role/my-app`;
  expect(rows([READER, PARTNER], holder("role", "my-app", other))).toEqual([
    [READER, "yes", "no", "only by another policy"],
    [PARTNER, "yes", "elsewhere", "by a policy of its own account"],
    [other, "no", "yes", "NO, denied"],
  ]);
});

test("a role that may not be looked up is known by its name", () => {
  expect(rows([READER], holder("role", "my-app"), holder("role", "app"), holder("user", "my-app"))).toEqual([
    [READER, "yes", "yes", "yes"],
    ["role app", "no", "yes", "NO, denied"],
    ["user my-app", "no", "yes", "NO, denied"],
  ]);
});

test("a group is no principal: its members have to be on the list", () => {
  expect(rows([], holder("group", "devs"))).toEqual([["group devs", "no", "yes", "its members who are on the list"]]);
  expect(rows(undefined, holder("group", "devs"))).toEqual([["group devs", "no list", "yes", "yes, its members"]]);
});

test("without a list, who has the read policy reads", () => {
  expect(rows(undefined, holder("user", "u", "arn:u"))).toEqual([["arn:u", "no list", "yes", "yes"]]);
});

test("a stranger whom the resource policy allows reading is listed, with a list as denied", () => {
  const allowed = ["arn:aws:iam::999999999999:role/stranger", "999999999999", "*"];
  const found = (allowList?: string[]) =>
    readerRows({ allowList, allowed, refusals: [], denied: [] }, [], ACCOUNT).map(({ who, reads }) => [who, reads]);
  expect(found()).toEqual([
    [allowed[0], "yes, by the secret's resource policy"],
    [allowed[1], "yes, its principals with a policy of their own"],
    ["everyone", "yes, by the secret's resource policy"],
  ]);
  expect(found([READER]).slice(1)).toEqual([
    [allowed[0], "NO, denied"],
    [allowed[1], "NO, denied"],
    ["everyone", "NO, denied"],
  ]);
});

test("who reads by one of AWS's own policies is listed", () => {
  const managed = new Map([
    ["AdministratorAccess", [holder("role", "my-app", READER), holder("user", "root-like", "arn:u"), holder("group", "g")]],
  ]);
  const found = (allowList?: string[]) =>
    readerRows({ allowList, allowed: [], refusals: [], denied: [] }, [], ACCOUNT, managed).map(({ who, reads }) => [who, reads]);
  expect(found()).toEqual([
    [READER, "yes, by AdministratorAccess"],
    ["arn:u", "yes, by AdministratorAccess"],
    ["group g", "yes, its members, by AdministratorAccess"],
  ]);
  expect(found([READER])).toEqual([
    [READER, "yes, by AdministratorAccess"],
    ["arn:u", "NO, denied"],
    ["group g", "its members who are on the list"],
  ]);
});

describe("of those whose ARN is not known, whom their kind and name tell", () => {
  const app = holder("role", "my-app");
  const found = (holders: Holder[], managed: [string, Holder[]][], allowed: string[] = [], allowList?: string[]) =>
    readerRows({ allowList, allowed, refusals: [], denied: [] }, holders, ACCOUNT, new Map(managed)).map(({ who, reads }) => [who, reads]);

  test("a group with one of AWS's own policies is listed beside another group, with the read policy", () => {
    expect(found([holder("group", "devs")], [["AdministratorAccess", [holder("group", "admins"), holder("group", "devs")]]])).toEqual([
      ["group devs", "yes, its members"],
      ["group admins", "yes, its members, by AdministratorAccess"],
    ]);
  });

  test("a role that may not be looked up is listed beside another one, too", () => {
    expect(found([holder("role", "other")], [["AdministratorAccess", [app, holder("user", "other")]]])).toEqual([
      ["role other", "yes"],
      ["role my-app", "yes, by AdministratorAccess"],
      ["user other", "yes, by AdministratorAccess"],
    ]);
  });

  test("who has several of AWS's own policies is listed once", () => {
    const admins = holder("group", "admins");
    expect(
      found(
        [],
        [
          ["AdministratorAccess", [admins, app]],
          ["PowerUserAccess", [admins, app]],
        ],
      ),
    ).toEqual([
      ["group admins", "yes, its members, by AdministratorAccess"],
      ["role my-app", "yes, by AdministratorAccess"],
    ]);
  });

  test("whom the resource policy allows reading by its ARN is not listed a second time", () => {
    expect(found([app], [], [READER])).toEqual([["role my-app", "yes"]]);
  });

  test("the role of a permission set is on the list by a name with question marks", () => {
    const name = "AWSReservedSSO_OnCall_0123456789abcdef";
    const listed = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_OnCall_????????????????`;
    expect(found([holder("role", name), holder("role", "AWSReservedSSO_Other_0123456789abcdef")], [], [], [listed])).toEqual([
      [listed, "yes"],
      ["role AWSReservedSSO_Other_0123456789abcdef", "NO, denied"],
    ]);
  });
});

describe("with statements that deny some on the list, or all at times", () => {
  const refusals = [
    { name: "DenyPartner", denies: (arn: string) => arn === PARTNER },
    { name: "DenyFromElsewhere", denies: () => undefined },
    { name: "DenyFromOutside", denies: () => undefined },
  ];
  const found = (...of: typeof refusals) =>
    readerRows({ allowList: [READER, PARTNER], allowed: [], refusals: of, denied: [] }, [holder("role", "x")], ACCOUNT).map(
      ({ reads }) => reads,
    );

  test("who is denied does not read, and who may be is told by what", () => {
    expect(found(...refusals)).toEqual([
      "only by another policy, unless DenyFromElsewhere or DenyFromOutside denies it",
      "NO, denied by DenyPartner",
      "NO, denied",
    ]);
  });

  test("without one, nothing is added", () => {
    expect(found(...refusals.slice(0, 1))).toEqual(["only by another policy", "NO, denied by DenyPartner", "NO, denied"]);
    expect(found()).toEqual(["only by another policy", "by a policy of its own account", "NO, denied"]);
  });
});
