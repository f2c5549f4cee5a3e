import { Token, Tokenization } from "cdktf";
import { checkProp, checkUnique } from "./check-prop";

/** Without wildcards and policy variables, which ARN conditions would expand. */
const PRINCIPAL_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/**
 * Checks the ARNs of roles and users, in the form that `aws:PrincipalArn` has them: with the path, and without a session.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 *
 * @param known ARNs that are on another list already
 * @throws Error for a wildcard, an account root, a session, a malformed ARN or a duplicate; a token passes
 */
export function checkPrincipals(prop: string, arns: readonly string[], known: readonly string[] = []): void {
  const isListToken = Tokenization.reverseList([...arns]) !== undefined;
  checkProp(
    prop,
    !isListToken,
    "be a list in the program itself, whose ARNs may each be known at deploy",
    "a list that is known at deploy",
  );
  for (const arn of arns) {
    checkProp(
      prop,
      Token.isUnresolved(arn) || PRINCIPAL_ARN.test(arn),
      "hold ARNs of single roles and users, such as arn:aws:iam::111122223333:role/my-app: with the path, no wildcard, no account, no session",
      arn,
    );
  }
  checkUnique(prop, [...known, ...arns], "name each principal once");
}
