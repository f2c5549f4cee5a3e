import { matchesArn } from "../aws/matches-arn";
import type { Holder, ManagedHolders } from "./holders";
import type { Refusal } from "./refusal";
import { isListed, type ReadRules } from "./resource-policy";

/** One row of the table of who can read. */
export interface ReaderRow {
  readonly who: string;
  readonly listed: "yes" | "no" | "no list";
  readonly readPolicy: "yes" | "no" | "elsewhere";
  readonly reads: string;
}

/**
 * Who is on the allow-list, then who only has the read policy, then whom the secret's resource policy or one of AWS's own policies allows reading besides.
 *
 * @param account the id of the secret's account: policies of another account's principals can't be seen from it
 */
export function readerRows(
  { allowList, allowed, refusals }: ReadRules,
  holders: readonly Holder[],
  account: string,
  managed: ManagedHolders = new Map(),
): ReaderRow[] {
  const isAmong = (holders: readonly Holder[], who: string) => holders.some((holder) => isMeant(who, holder, account));
  const isOnList = (holder: Holder) => allowList?.some((listed) => isMeant(listed, holder, account)) ?? false;
  const onList = (allowList ?? []).map((who): ReaderRow => {
    if (isAmong(holders, who)) {
      return { who, listed: "yes", readPolicy: "yes", reads: "yes" };
    }
    const own = who.split(":")[4] === account;
    const [policy] = [...managed].find(([, all]) => isAmong(all, who)) ?? [];
    if (policy) {
      return { who, listed: "yes", readPolicy: "no", reads: `yes, by ${policy}` };
    }
    return {
      who,
      listed: "yes",
      readPolicy: own ? "no" : "elsewhere",
      reads: own ? "only by another policy" : "by a policy of its own account",
    };
  });
  const others = holders.filter((holder) => !isOnList(holder));
  const byResource = allowed.filter((who) => !isListed(allowList ?? [], who) && !isAmong(holders, who));
  const known = new Set(holders.map(idOf));
  const byManaged = [...managed].flatMap(([name, all]) =>
    all
      .filter((holder) => !isOnList(holder) && !known.has(idOf(holder)))
      .map((holder): ReaderRow => {
        known.add(idOf(holder)); // who has several is listed once
        const row = holderOnly(holder, allowList !== undefined);
        return { ...row, readPolicy: "no", reads: row.reads.startsWith("yes") ? `${row.reads}, by ${name}` : row.reads };
      }),
  );
  return [
    ...onList,
    ...others.map((holder) => holderOnly(holder, allowList !== undefined)),
    ...byResource.map((who) => allowedOnly(who, allowList !== undefined)),
    ...byManaged,
  ].map((row) => unlessRefused(row, refusals));
}

/** The list and an allowance are not all: other statements can deny, some of them at times. */
function unlessRefused(row: ReaderRow, refusals: readonly Refusal[]): ReaderRow {
  if (row.reads.startsWith("NO")) {
    return row;
  }
  const answers = refusals.map(({ name, denies }) => ({ name, answer: denies(row.who) }));
  const sure = answers.find(({ answer }) => answer === true);
  if (sure) {
    return { ...row, reads: `NO, denied by ${sure.name}` };
  }
  const names = answers.filter(({ answer }) => answer === undefined).map(({ name }) => name);
  return names.length > 0 ? { ...row, reads: `${row.reads}, unless ${names.join(" or ")} denies it` } : row;
}

/** An account stands for those of its principals that a policy there allows reading. */
function allowedOnly(who: string, hasList: boolean): ReaderRow {
  const isAccount = /^(\d{12}|arn:[^:]+:iam::\d{12}:root)$/.test(who);
  const reads = isAccount ? "yes, its principals with a policy of their own" : "yes, by the secret's resource policy";
  return {
    who: who === "*" ? "everyone" : who,
    listed: hasList ? "no" : "no list",
    readPolicy: "no",
    reads: hasList ? "NO, denied" : reads,
  };
}

function holderOnly(holder: Holder, hasList: boolean): ReaderRow {
  const { kind, arn } = holder;
  const who = arn ?? idOf(holder);
  if (!hasList) {
    return { who, listed: "no list", readPolicy: "yes", reads: kind === "group" ? "yes, its members" : "yes" };
  }
  if (kind === "group") {
    return { who, listed: "no", readPolicy: "yes", reads: "its members who are on the list" };
  }
  return { who, listed: "no", readPolicy: "yes", reads: "NO, denied" };
}

/** An account has a name once, whatever the path; an ARN is not always known. */
function idOf({ kind, name }: Holder): string {
  return `${kind} ${name}`;
}

/** Whether a place on the list is a holder's: by its ARN, else by its name. */
function isMeant(listed: string, { kind, name, arn }: Holder, account: string): boolean {
  if (kind === "group") {
    return false;
  }
  const [owner, resource = ""] = listed.split(":").slice(4);
  return arn === undefined
    ? owner === account && resource.startsWith(`${kind}/`) && matchesArn(resource.split("/").at(-1) ?? "", name)
    : isListed([listed], arn);
}
