/** A statement of an aws_iam_policy_document. */
export interface PolicyStatement {
  readonly sid: string;
  readonly effect: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly principals?: { type: string; identifiers: string[] }[];
  readonly condition?: { test: string; variable: string; values: string[] }[];
}

/** What the provider makes of an aws_iam_policy_document: the end-to-end tests evaluate its own. */
export function renderedPolicy(statements: readonly PolicyStatement[]): object {
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect, actions, resources, principals, condition = [] }) => ({
      Sid: sid,
      Effect: effect,
      Action: actions,
      Resource: resources,
      ...(principals && { Principal: principals[0]?.type === "*" ? "*" : { [principals[0]?.type ?? ""]: principals[0]?.identifiers } }),
      Condition: conditions(condition),
    })),
  };
}

/** Fills in what a deploy alone knows of its account. */
export function inAccount(text: string, account: string): string {
  return text
    .replaceAll("${data.aws_partition.partition.partition}", "aws")
    .replaceAll(/\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}/g, account);
}

function conditions(all: NonNullable<PolicyStatement["condition"]>): object {
  const byOperator = new Map<string, Record<string, string[]>>();
  for (const { test, variable, values } of all) {
    byOperator.set(test, { ...byOperator.get(test), [variable]: values });
  }
  return Object.fromEntries(byOperator);
}
