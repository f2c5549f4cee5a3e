import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct } from "constructs";
import { propOf } from "../prop-of";
import { refuse, refuseAll } from "../refuse";
import { checkExact, hostOf, type TokenRule, type TokenRules } from "./token-rules";

/** The trust policies by which jobs of a CI assume roles, by their tokens and without a stored credential. */
export class TokenTrust extends Construct {
  private readonly providerArn: string;
  private readonly prop: string;
  private readonly deployable = new Map<string, { readonly rule: TokenRule; readonly json: string }>();

  constructor(
    scope: Construct,
    id: string,
    private readonly rules: TokenRules,
  ) {
    super(scope, id);
    this.prop = propOf(scope, id);
    const { issuer, audience, environments } = rules;
    this.providerArn = rules.providerArn ?? new IamOpenidConnectProvider(this, "provider", { url: issuer, clientIdList: [audience] }).arn;

    const unused = () => environments.filter((environment) => !this.deployable.has(environment));
    const problem = (environment: string) =>
      `${this.prop} names the environment ${environment}; its stacks have ${[...this.deployable.keys()].join(", ")}`;
    this.node.addValidation({ validate: () => refuseAll(unused().map(problem)) });
  }

  /** The trust policy of the role for jobs that plan. */
  public plan(): string {
    return this.document("plan", this.rules.plan);
  }

  /**
   * The trust policy of the role that deploys an environment.
   *
   * @throws Error if jobs of another environment have the same tokens, and for an environment that is known at deploy only
   */
  public deploy(environment: string): string {
    const known = this.deployable.get(environment);
    if (known) {
      return known.json;
    }
    checkExact(`${this.prop} for stacks.environment`, environment, "be a name that CI can have for it");
    const rule = this.rules.deploy(environment);
    const [other] = [...this.deployable].find(([, { rule: others }]) => overlap(rule, others)) ?? [];
    if (other !== undefined) {
      refuse(
        `${this.prop} must tell jobs of ${environment} from those of ${other}: give each environment a branch or subjects of its own; got ${JSON.stringify(rule.equals.sub)} for both`,
      );
    }
    const json = this.document(`deploy-${environment}`, rule);
    this.deployable.set(environment, { rule, json });
    return json;
  }

  private document(id: string, { equals, like = {} }: TokenRule): string {
    const { issuer, audience } = this.rules;
    const conditions = (test: string, claims: TokenRule["equals"]) =>
      Object.entries(claims).map(([claim, values]) => ({ test, variable: `${hostOf(issuer)}:${claim}`, values: [...values] }));
    return new DataAwsIamPolicyDocument(this, id, {
      statement: [
        {
          effect: "Allow",
          principals: [{ type: "Federated", identifiers: [this.providerArn] }],
          actions: ["sts:AssumeRoleWithWebIdentity"],
          condition: [...conditions("StringEquals", { aud: [audience], ...equals }), ...conditions("StringLike", like)],
        },
      ],
    }).json;
  }
}

/** Whether one token can satisfy both. */
function overlap({ equals }: TokenRule, others: TokenRule): boolean {
  return Object.entries(equals).every(([claim, values]) => others.equals[claim]?.some((value) => values.includes(value)) ?? true);
}
