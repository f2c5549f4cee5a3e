import { checkArn, checkProp } from "../checks";
import { shown } from "../key/may-be-key";
import { checkKnownProps, type PropsOf } from "../known-props";
import { refuse } from "../refuse";

/** The subjects of tokens, as the claim `sub` has them: exact texts, without wildcards. */
export interface Subjects {
  /** Of the jobs that plan. */
  readonly plan: readonly string[];

  /** Of the jobs that deploy, by the stacks' environments in lower case, such as `production`. */
  readonly deploy: Readonly<Record<string, readonly string[]>>;
}

const SUBJECTS: PropsOf<Subjects> = { plan: "list!", deploy: "object!" };

/** What hardly anyone has to say of the tokens of a CI. */
export interface TokenOptions {
  /**
   * The issuer of the tokens, as the claim `iss` has it. AWS has to reach it from the internet.
   * @default the CI's own: `https://token.actions.githubusercontent.com` or `https://gitlab.com`
   */
  readonly issuer?: string | undefined;

  /**
   * The audience that the jobs ask their tokens for. For regions in China, AWS recommends `sts.amazonaws.com.cn`.
   * @default "sts.amazonaws.com"
   */
  readonly audience?: string | undefined;

  /**
   * The subjects of the tokens, where the CI has a template of its own for them.
   * @default the subjects that the CI makes by itself
   */
  readonly subjects?: Subjects | undefined;

  /**
   * The ARN of the issuer's OIDC provider, if this account has it already. An account can have only one for each issuer.
   * @default the stack makes one
   */
  readonly providerArn?: string | undefined;
}

export const TOKEN_OPTIONS: PropsOf<TokenOptions> = { issuer: "text", audience: "text", subjects: "object", providerArn: "text" };

/** The values that claims of a token may have. A token is trusted if each of these claims has one of its values. */
export interface TokenRule {
  readonly equals: Readonly<Record<string, readonly string[]>>;
  /** With wildcards, for what no exact value says. */
  readonly like?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Which tokens of one issuer are trusted. */
export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly providerArn: string | undefined;
  /** The environments that the program names for these tokens. */
  readonly environments: readonly string[];
  readonly plan: TokenRule;
  /** @throws Error if the program does not say which tokens are of the environment */
  readonly deploy: (environment: string) => TokenRule;
}

export const AUDIENCE = "sts.amazonaws.com";

/**
 * Checks a text that a policy compares exactly. IAM would take the place of a variable for something else, and so would Terraform.
 *
 * @param rule as in `checkProp`
 * @throws Error for wildcards, variables, control characters, and anything but 1 to 255 characters
 */
export function checkExact(prop: string, text: string, rule: string): void {
  const valid = /^[^\p{Cc}*?]{1,255}$/u.test(text) && !/[$%&]\{/.test(text);
  checkProp(prop, valid, `${rule}, without wildcards and variables`, text);
}

/** @throws Error for what can't be a branch, as that of all environments or of one */
export function checkBranches(prop: string, branch: string, branches: Readonly<Record<string, string>>): void {
  checkBranch(`${prop}.branch`, branch);
  for (const [environment, name] of Object.entries(branches)) {
    checkBranch(`${prop}.branches.${environment}`, name);
  }
}

/** https://git-scm.com/docs/git-check-ref-format */
function checkBranch(prop: string, branch: string): void {
  const rule = "be one branch such as main";
  checkExact(prop, branch, rule);
  checkProp(prop, /^(?!refs\/)[^\s~^:[\\]+$/.test(branch), rule, branch);
}

/**
 * @throws Error for an unknown prop of `subjects`, and for an issuer, an audience, subjects or a provider that AWS would refuse or read as a pattern:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export function checkTokens(prop: string, { issuer, audience, subjects, providerArn }: TokenOptions & { readonly issuer: string }): void {
  if (subjects !== undefined) {
    checkKnownProps(`${prop}.subjects`, subjects, SUBJECTS);
  }
  const rule = "be the claim iss of the tokens, such as https://gitlab.example.com: https, no port, no slash at the end";
  checkProp(`${prop}.issuer`, issuer.length <= 255 && /^https:\/\/[a-z0-9.-]+(\/[\w.~-]+)*$/.test(issuer), rule, issuer);
  if (audience !== undefined) {
    checkExact(`${prop}.audience`, audience, `be the claim aud of the tokens, such as ${AUDIENCE}`);
  }
  for (const [name, list] of Object.entries({ plan: subjects?.plan, ...subjects?.deploy })) {
    checkProp(`${prop}.subjects`, list?.length !== 0, "have at least one subject for each role", subjects);
    for (const subject of list ?? []) {
      checkExact(`${prop}.subjects`, subject, `be the claim sub of the tokens for ${name}`);
    }
  }
  if (providerArn !== undefined) {
    const resource = `oidc-provider/${hostOf(issuer)}`;
    const pattern = new RegExp(`^arn:aws[a-z-]*:iam::\\d{12}:${resource.replaceAll(".", "\\.")}$`);
    checkArn(`${prop}.providerArn`, providerArn, pattern, `arn:aws:iam::111122223333:${resource}`);
  }
}

/** @throws Error if the program names no subjects for the environment */
export function subjectsOf(prop: string, { deploy }: Subjects, environment: string): readonly string[] {
  return deploy[environment] ?? refuse(`${prop}.subjects.deploy must have the subjects of ${environment}; got ${shown(deploy)}`);
}

/** How condition keys and ARNs name an issuer. */
export function hostOf(issuer: string): string {
  return issuer.replace("https://", "");
}
