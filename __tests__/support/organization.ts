import {
  createValidatedPolicy,
  type ValidationError,
  validateResourceControlPolicy,
  validateServiceControlPolicy,
} from "@cloud-copilot/iam-policy";
import type { Simulation } from "@cloud-copilot/iam-simulate";
import { accountOf } from "../../lib/arn";
import { block } from "./documents";

const PAGE = "docs/access.md";

/** The organization's id in the documents. */
const ID = "o-a1b2c3d4e5";

/** By AWS's page, in characters: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const MOST = 5_120;

/** AWS attaches these itself: without one that allows, nothing is allowed. */
const ALLOW = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const ALLOW_ALL = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] };

/** What an organization adds to a simulation. */
export interface Guards extends Pick<Simulation, "serviceControlPolicies" | "resourceControlPolicies"> {
  readonly context: Readonly<Record<string, string>>;
}

/** An organization that has the documents of docs/access.md in force in its accounts. The secrets are in one of them. */
export class Organization {
  private readonly servicePolicy: object;
  private readonly resourcePolicy: object;

  /**
   * @param accounts the accounts in it
   * @param changed what a reader of the page changes in its documents
   */
  constructor(
    private readonly accounts: readonly string[],
    changed: (document: string) => string = (document) => document,
  ) {
    const document = (sid: string, validate: (policy: object) => ValidationError[]) => {
      const text = changed(block(PAGE, "json", sid));
      if (text.length > MOST) {
        throw new Error(`a policy of an organization has at most ${MOST} characters`);
      }
      const policy = createValidatedPolicy(JSON.parse(text), validate, { name: sid });
      if (policy.errors.length > 0) {
        throw new Error(`AWS refuses ${sid}: ${JSON.stringify(policy.errors)}`);
      }
      return policy;
    };
    this.servicePolicy = document("OnlyDeploysChangeWhoMayRead", validateServiceControlPolicy);
    this.resourcePolicy = document("NobodyFromOutside", validateResourceControlPolicy);
  }

  /** For a call of a principal on what is in the organization. */
  public guards(principalArn: string): Guards {
    const account = accountOf(principalArn);
    const member = this.accounts.includes(account);
    const level = (name: string, policies: readonly object[]) => ({
      orgIdentifier: name,
      policies: policies.map((policy) => ({ name, policy })),
    });
    return {
      serviceControlPolicies: member ? [level("service", [ALLOW, this.servicePolicy])] : [],
      resourceControlPolicies: [level("resource", [ALLOW_ALL, this.resourcePolicy])],
      context: {
        "aws:PrincipalAccount": account,
        "aws:PrincipalIsAWSService": "false",
        ...(member ? { "aws:PrincipalOrgID": ID } : {}),
      },
    };
  }
}

/** Of an account that is in no organization. */
export const NO_GUARDS: Guards = { serviceControlPolicies: [], resourceControlPolicies: [], context: {} };
