import type { IConstruct } from "constructs";
import { checkProp } from "../checks";
import { checkMembers } from "./checks";

/** A service account of the same program, whichever bindings made it. */
export interface MadeServiceAccount extends IConstruct {
  readonly terraformResourceType: string;
  /** `serviceAccount:` and its address. */
  readonly member: string;
}

/** Who may read a key: a service account of the program, or a member as IAM writes it. */
export type GoogleReader = MadeServiceAccount | string;

/** A member of a policy, and the id of its construct. */
export interface ReaderMember {
  readonly member: string;
  readonly id: string;
}

/**
 * @param prop as `propOf` writes it
 * @throws Error for another resource than a service account, for a malformed member, and for one that is known at deploy only: it is a part of an id
 */
export function readerMemberOf(prop: string, reader: GoogleReader): ReaderMember {
  if (typeof reader !== "string") {
    const type = reader?.terraformResourceType; // in a program without type checks, it may be nothing
    checkProp(prop, type === "google_service_account", "get a service account or a member", type);
    return { member: reader.member, id: `made-${reader.node.path}` };
  }
  checkProp(prop, !reader.includes("${"), "get a literal member, or the service account itself", reader);
  checkMembers(prop, [reader]);
  return { member: reader, id: `reader-${reader}` };
}
