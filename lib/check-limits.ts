import {
  DefaultTokenResolver,
  StringConcat,
  TerraformDataSource,
  TerraformElement,
  TerraformResource,
  TerraformStack,
  Tokenization,
} from "cdktf";
import type { IConstruct } from "constructs";
import { excess, LIMITS, type Limit } from "./limits";
import { policyText } from "./policy-document";
import { pathOf } from "./prop-of";
import { refuseAll } from "./refuse";

/** The arguments that take a policy, by the type of the resource. */
const LIMITED: Readonly<Record<string, { readonly argument: string; readonly limit: Limit }>> = {
  aws_iam_policy: { argument: "policy", limit: LIMITS.managedPolicy },
  aws_iam_role: { argument: "assume_role_policy", limit: LIMITS.trustPolicy },
  aws_iam_role_policy: { argument: "policy", limit: LIMITS.inlinePolicies },
  aws_kms_key_policy: { argument: "policy", limit: LIMITS.keyPolicy },
  aws_secretsmanager_secret_policy: { argument: "policy", limit: LIMITS.resourcePolicy },
};

/** The shortest ARNs that a deploy can give, by the type of what has one; and that of an account's root. */
const SHORTEST: Readonly<Record<string, string>> = {
  aws_iam_role: "arn:aws:iam::111122223333:role/x",
  aws_iam_user: "arn:aws:iam::111122223333:user/x",
  aws_kms_key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  aws_secretsmanager_secret: "arn:aws:secretsmanager:us-east-1:111122223333:secret:x-a1B2c3",
};
const ROOT = "arn:aws:iam::111122223333:root";

const DOCUMENT = "aws_iam_policy_document";

/**
 * The synth fails where a policy below `scope` is longer than AWS takes. What only a deploy knows counts as the shortest that it can be: an
 * ARN as the shortest ARN, and all else as nothing. So nothing is refused that AWS would take.
 */
export function refuseTooLong(scope: IConstruct): void {
  scope.node.addValidation({ validate: () => refuseAll(problems(scope)) });
}

/** The arguments that say who gets a policy, by the type of the resource. */
const ATTACHED: Readonly<Record<string, string>> = { aws_iam_role_policy_attachment: "role", aws_iam_user_policy_attachment: "user" };

const attachedTo = new WeakMap<TerraformStack, Set<string>>();

/** The synth fails where a stack attaches more managed policies to a role or a user than AWS takes. */
export function refuseTooManyPolicies(attachment: TerraformResource): void {
  const stack = TerraformStack.of(attachment);
  const holders = attachedTo.get(stack) ?? new Set();
  holders.add(holderOf(attachment) ?? "");
  if (!attachedTo.has(stack)) {
    attachedTo.set(stack, holders);
    stack.node.addValidation({ validate: () => refuseAll(tooManyPolicies(stack, holders)) });
  }
}

function tooManyPolicies(stack: TerraformStack, holders: ReadonlySet<string>): string[] {
  const attached = stack.node.findAll().filter(TerraformResource.isTerraformResource).map(holderOf);
  return [...holders].flatMap((holder) => {
    const problem = excess(LIMITS.readPolicies, attached.filter((one) => one === holder).length);
    return problem ? [`${holder} has too many ${problem}`] : [];
  });
}

/** Such as `role my-app`; nothing for another resource. */
function holderOf(resource: TerraformResource): string | undefined {
  const { terraformResourceType: type } = resource;
  const argument = ATTACHED[type];
  return argument && `${argument} ${settingsOf(resource, "resource")[argument]}`;
}

/** The same for a text that is no policy. */
export function refuseTooLongText(scope: IConstruct, limit: Limit, text: () => string): void {
  const validate = () => {
    const problem = excess(limit, shortestLengthOf(resolved(scope, text())));
    return refuseAll(problem ? [`${pathOf(scope)} is ${problem}`] : []);
  };
  scope.node.addValidation({ validate });
}

function problems(scope: IConstruct): string[] {
  const elements = scope.node.findAll().filter(TerraformElement.isTerraformElement);
  const documents = new Map(
    elements.filter((element) => isDocument(element)).map((element) => [`\${data.${DOCUMENT}.${element.friendlyUniqueId}.json}`, element]),
  );
  return elements.filter(TerraformResource.isTerraformResource).flatMap((element) => {
    const limited = LIMITED[element.terraformResourceType];
    const document = limited && documents.get(settingsOf(element, "resource")[limited.argument]);
    const problem = document && excess(limited.limit, shortestLengthOf(policyText(settingsOf(document, "data").statement)));
    return problem ? [`${pathOf(element)} is ${problem}`] : [];
  });
}

function isDocument(element: TerraformElement): boolean {
  return TerraformDataSource.isTerraformDataSource(element) && element.terraformResourceType === DOCUMENT;
}

function shortestLengthOf(text: string): number {
  return text.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, shortest).length;
}

/** What an expression is at the least: an ARN, the ARN of a copy in another region, or the root of an account, as arn.ts writes them. */
function shortest(expression: string): string {
  if (!expression.endsWith(".arn}") && !expression.includes('"$1:')) {
    return "";
  }
  const [, type = ""] = expression.match(/(aws_\w+)\.[\w-]+\.arn/) ?? [];
  return expression.includes(":root") ? ROOT : (SHORTEST[type] ?? "");
}

/** An element's arguments, in Terraform's expressions. */
export function settingsOf(element: TerraformResource | TerraformElement, block: "data" | "resource"): ReturnType<typeof resolved> {
  const [byId = {}] = Object.values<Record<string, unknown>>(resolved(element, element.toTerraform())[block]);
  return byId[element.friendlyUniqueId];
}

// biome-ignore lint/suspicious/noExplicitAny: as cdktf declares it
function resolved(scope: IConstruct, value: unknown): any {
  return Tokenization.resolve(value, { scope, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false });
}
