import type { Holder } from "../../../../cli/access/holders";
import { readerRows } from "../../../../cli/access/readers";

const ACCOUNT = "111122223333";
const READER = `arn:aws:iam::${ACCOUNT}:role/team/my-app`;
const PARTNER = "arn:aws:iam::444455556666:role/partner";

const holder = (kind: Holder["kind"], name: string, arn?: string): Holder => ({ kind, name, arn });
const rows = (allowList: string[] | undefined, ...holders: Holder[]) =>
  readerRows({ allowList, allowed: [], denied: [] }, holders, ACCOUNT).map(({ who, listed, readPolicy, reads }) => [
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
  const found = (allowList?: string[]) => readerRows({ allowList, allowed, denied: [] }, [], ACCOUNT).map(({ who, reads }) => [who, reads]);
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
    readerRows({ allowList, allowed: [], denied: [] }, [], ACCOUNT, managed).map(({ who, reads }) => [who, reads]);
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
