/** A statement of an aws_iam_policy_document, by the names that the bindings' props and Terraform's JSON have in common. */
export interface PolicyStatement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly condition?: readonly Condition[];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html */
export interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

/**
 * The policy that the AWS provider makes of statements, as it sends it: without white space. The order of what is in it may be another one.
 * The end-to-end tests compare the lengths.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export function policyText(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect = "Allow", actions, resources, principals, condition = [] }) => ({
      ...(sid ? { Sid: sid } : {}),
      Effect: effect,
      ...(principals ? { Principal: principalsOf(principals) } : {}),
      ...(actions ? { Action: oneOrMany(actions) } : {}),
      ...(resources ? { Resource: oneOrMany(resources) } : {}),
      ...(condition.length > 0 ? { Condition: conditionsOf(condition) } : {}),
    })),
  });
}

function principalsOf(principals: NonNullable<PolicyStatement["principals"]>): object | string {
  const everyone = principals.some(({ type }) => type === "*");
  return everyone ? "*" : Object.fromEntries(principals.map(({ type, identifiers }) => [type, oneOrMany(identifiers)]));
}

function conditionsOf(all: readonly Condition[]): object {
  const tests = new Map<string, Record<string, unknown>>();
  for (const { test, variable, values } of all) {
    tests.set(test, { ...tests.get(test), [variable]: oneOrMany(values) });
  }
  return Object.fromEntries(tests);
}

/** The provider takes a set. */
function oneOrMany(values: readonly string[]): string | readonly string[] {
  const unique = [...new Set(values)];
  const [only = ""] = unique;
  return unique.length === 1 ? only : unique;
}
