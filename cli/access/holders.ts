import { GetRoleCommand, GetUserCommand, type IAMClient, NoSuchEntityException, paginateListEntitiesForPolicy } from "@aws-sdk/client-iam";
import { AWS_READ_POLICIES } from "../../lib/team/aws-read-policies";
import { unlessDenied } from "../aws/aws-error";

/** Who has a policy attached. */
export interface Holder {
  readonly kind: "role" | "user" | "group";
  readonly name: string;
  /** Undefined for a group, which is no principal, and where it may not be looked up. */
  readonly arn: string | undefined;
}

/** Who has one of AWS's own policies that allow reading, by the policy's name. */
export type ManagedHolders = ReadonlyMap<string, readonly Holder[]>;

/** Undefined where these credentials may not list them. */
export async function managedHoldersOf(iam: IAMClient, partition: string): Promise<ManagedHolders | undefined> {
  const found = await Promise.all(
    AWS_READ_POLICIES.map(async (name) => {
      const arn = `arn:${partition}:iam::aws:policy/${name}`;
      return [name, await unlessDenied(() => holdersOf(iam, arn).catch(ifNoPolicy))] as const;
    }),
  );
  const known = found.flatMap(([name, holders]) => (holders ? [[name, holders] as const] : []));
  return known.length === found.length ? new Map(known) : undefined;
}

/** A partition can lack one. */
function ifNoPolicy(error: unknown): Holder[] {
  if (error instanceof NoSuchEntityException) {
    return [];
  }
  throw error;
}

/**
 * Everyone who has a managed policy attached. A role's path is not in AWS's list, and counts in an allow-list; the role of the ops team
 * may list who has a policy, and no more of them.
 */
export async function holdersOf(iam: IAMClient, policyArn: string): Promise<Holder[]> {
  const holders: Holder[] = [];
  for await (const page of paginateListEntitiesForPolicy({ client: iam }, { PolicyArn: policyArn })) {
    for (const { RoleName: name = "" } of page.PolicyRoles ?? []) {
      holders.push({
        kind: "role",
        name,
        arn: await unlessDenied(async () => (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn),
      });
    }
    for (const { UserName: name = "" } of page.PolicyUsers ?? []) {
      holders.push({
        kind: "user",
        name,
        arn: await unlessDenied(async () => (await iam.send(new GetUserCommand({ UserName: name }))).User?.Arn),
      });
    }
    for (const { GroupName: name = "" } of page.PolicyGroups ?? []) {
      holders.push({ kind: "group", name, arn: undefined });
    }
  }
  return holders;
}
