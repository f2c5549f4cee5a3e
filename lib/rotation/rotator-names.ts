import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { ownIdentity } from "../account";
import { accountRootOf } from "../arn";
import { ownRegion } from "../region";

/** The name of the function: one in each region of an account. Stacks know the function by it, so that none depends on another. */
export const ROTATOR = "ai-key-rotator";

/** Where a stack's resources are, as a deploy knows it. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The account's ARN. */
  readonly accountRoot: string;
}

export function placeOf(scope: Construct): Place {
  const { arn, accountId } = ownIdentity(scope);
  return { partition: Fn.element(Fn.split(":", arn), 1), account: accountId, region: ownRegion(scope), accountRoot: accountRootOf(arn) };
}

/** The name of the function's role: IAM has one namespace for all regions. */
export function rotatorRoleName({ region }: Place): string {
  return `${ROTATOR}-${region}`;
}

export function rotatorArn({ partition, account, region }: Place): string {
  return `arn:${partition}:lambda:${region}:${account}:function:${ROTATOR}`;
}

export function rotatorRoleArn(place: Place): string {
  return `arn:${place.partition}:iam::${place.account}:role/${rotatorRoleName(place)}`;
}
