import type { PolicyDocument } from "../../lab/aws/aws-view";
import { aimedAt, declaredAnswer, type RightTargets, rowsOf, TEAM_RIGHTS, type TeamRole } from "../../lab/team-rights";
import { matchesArn } from "../aws/matches-arn";

/** The rows that every run checks; the tests evaluate all, conditions included, as AWS does. */
const REHEARSED = TEAM_RIGHTS.filter(({ rehearsed }) => rehearsed);

/** A row for each right: what it should be, and what it is by the roles' policies in AWS. */
export function roleTable(
  policies: Readonly<Record<TeamRole, PolicyDocument>>,
  targets: Pick<RightTargets, "secret" | "state">,
): { expected: string[][]; found: string[][] } {
  return {
    expected: rowsOf(REHEARSED, declaredAnswer),
    found: rowsOf(REHEARSED, ({ action, on }, role) => answer(policies[role], action, aimedAt(on, targets))),
  };
}

/** A Deny wins over every Allow. Conditions are not looked at: the statements for these actions have none. */
function answer({ Statement }: PolicyDocument, action: string, resource: string): "yes" | "-" | "NO" {
  const effects = Statement.filter(
    (statement) =>
      [statement.Action].flat().includes(action) && [statement.Resource].flat().some((pattern) => matchesArn(pattern, resource)),
  ).map(({ Effect }) => Effect);
  return effects.includes("Deny") ? "NO" : effects.includes("Allow") ? "yes" : "-";
}
