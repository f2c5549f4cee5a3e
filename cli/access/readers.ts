import type { Holder } from "./holders";
import { isListed, type ReadRules } from "./resource-policy";

/** One row of the table of who can read. */
export interface ReaderRow {
  readonly who: string;
  readonly listed: "yes" | "no" | "no list";
  readonly readPolicy: "yes" | "no" | "elsewhere";
  readonly reads: string;
}

/**
 * Who is on the allow-list, then who only has the read policy.
 *
 * @param account the id of the secret's account: policies of another account's principals can't be seen from it
 */
export function readerRows({ allowList }: ReadRules, holders: readonly Holder[], account: string): ReaderRow[] {
  const onList = (allowList ?? []).map((who): ReaderRow => {
    if (holders.some((holder) => isMeant(who, holder, account))) {
      return { who, listed: "yes", readPolicy: "yes", reads: "yes" };
    }
    const own = who.split(":")[4] === account;
    return {
      who,
      listed: "yes",
      readPolicy: own ? "no" : "elsewhere",
      reads: own ? "only by another policy" : "by a policy of its own account",
    };
  });
  const others = holders.filter((holder) => !allowList?.some((listed) => isMeant(listed, holder, account)));
  return [...onList, ...others.map((holder) => holderOnly(holder, allowList !== undefined))];
}

function holderOnly({ kind, name, arn }: Holder, hasList: boolean): ReaderRow {
  const who = arn ?? `${kind} ${name}`;
  if (!hasList) {
    return { who, listed: "no list", readPolicy: "yes", reads: kind === "group" ? "yes, its members" : "yes" };
  }
  if (kind === "group") {
    return { who, listed: "no", readPolicy: "yes", reads: "its members who are on the list" };
  }
  return { who, listed: "no", readPolicy: "yes", reads: "NO, denied" };
}

/** Whether a place on the list is a holder's: by its ARN, else by its name, which an account has once whatever the path. */
function isMeant(listed: string, { kind, name, arn }: Holder, account: string): boolean {
  if (kind === "group") {
    return false;
  }
  const [owner, resource = ""] = listed.split(":").slice(4);
  return arn === undefined
    ? owner === account && resource.startsWith(`${kind}/`) && resource.endsWith(`/${name}`)
    : isListed([listed], arn);
}
