import type { Holder } from "../../../../cli/access/holders";
import { readerRows } from "../../../../cli/access/readers";

const ACCOUNT = "111122223333";
const READER = `arn:aws:iam::${ACCOUNT}:role/team/my-app`;
const PARTNER = "arn:aws:iam::444455556666:role/partner";

const holder = (kind: Holder["kind"], name: string, arn?: string): Holder => ({ kind, name, arn });
const rows = (allowList: string[] | undefined, ...holders: Holder[]) =>
  readerRows({ allowList, denied: [] }, holders, ACCOUNT).map(({ who, listed, readPolicy, reads }) => [who, listed, readPolicy, reads]);

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
