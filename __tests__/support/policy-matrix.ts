import { createValidatedPolicy, validateResourcePolicy } from "@cloud-copilot/iam-policy";
import { runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { markdownTable } from "./markdown-table";
import { NO_GUARDS, type Organization } from "./organization";

/** The account of the secret, as moto has it, and another one. */
export const ACCOUNT = "123456789012";
export const OTHER_ACCOUNT = "444455556666";

const role = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;

type Around = Pick<Organization, "guards">;

/** Who is on the allow-list in the matrix. */
export const READERS = [role("team/app"), `arn:aws:iam::${ACCOUNT}:user/bot`, role("partner", OTHER_ACCOUNT)];
export const BREAK_GLASS = [role("break-glass")];
export const ROTATION_ROLE = role("rotate-key");

/** Policies as AWS has them. */
export interface DeployedPolicies {
  readonly secretArn: string;
  readonly keyArn: string;
  readonly readPolicy: object;
  readonly resourcePolicy: object;
  readonly keyPolicy: object;
}

/**
 * Who may do what to a secret with an allow-list and a customer-managed key. yes: allowed; -: nothing allows it; NO: denied, whatever
 * else allows it.
 */
export const MATRIX = `
| who                                               | GetSecretValue | DescribeSecret | PutSecretValue | PutResourcePolicy | DeleteSecret | Decrypt through Secrets Manager | Decrypt directly | Decrypt another secret |
| ------------------------------------------------- | -------------- | -------------- | -------------- | ----------------- | ------------ | ------------------------------- | ---------------- | ---------------------- |
| a reader with the read policy                     | yes            | yes            | -              | -                 | -            | yes                             | -                | -                      |
| a session of this reader                          | yes            | yes            | -              | -                 | -            | yes                             | -                | -                      |
| a reader, through an MCP server of AWS's          | NO             | yes            | -              | -                 | -            | yes                             | -                | -                      |
| a reader that is a user, with the read policy     | yes            | yes            | -              | -                 | -            | yes                             | -                | -                      |
| a reader without the read policy                  | -              | -              | -              | -                 | -            | -                               | -                | -                      |
| a break-glass role with the read policy           | yes            | yes            | -              | -                 | -            | yes                             | -                | -                      |
| the rotation function's role (all it asks for)    | yes            | yes            | yes            | yes               | yes          | yes                             | -                | -                      |
| a role that has the read policy but is on no list | NO             | yes            | -              | -                 | -            | -                               | -                | -                      |
| an administrator                                  | NO             | yes            | yes            | yes               | yes          | -                               | -                | -                      |
| the account's root                                | NO             | yes            | yes            | yes               | yes          | -                               | -                | -                      |
| a role that deploys                               | NO             | yes            | yes            | yes               | yes          | -                               | -                | -                      |
| an administrator named like a reader, and more    | NO             | yes            | yes            | yes               | yes          | -                               | -                | -                      |
| an administrator named like a reader, elsewhere   | NO             | yes            | yes            | yes               | yes          | -                               | -                | -                      |
| another account's reader with a policy there      | yes            | yes            | -              | -                 | -            | yes                             | -                | -                      |
| another account's reader without one              | -              | -              | -              | -                 | -            | -                               | -                | -                      |
| another account's administrator                   | NO             | -              | -              | -                 | -            | -                               | -                | -                      |
`.trim();

type Policy = "none" | "read" | "deploy" | "everything";

export interface Who {
  readonly title: string;
  /** As in `aws:PrincipalArn`. */
  readonly arn: string;
  /** Who calls, if it is another than `arn`. */
  readonly caller?: string;
  /** What AWS alone can say of a call: nobody makes such calls here. */
  readonly context?: Readonly<Record<string, string>>;
  readonly policy: Policy;
}

export const WHO: readonly Who[] = [
  { title: "a reader with the read policy", arn: role("team/app"), policy: "read" },
  {
    title: "a session of this reader",
    arn: role("team/app"),
    caller: `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-0123456789`,
    policy: "read",
  },
  {
    title: "a reader, through an MCP server of AWS's",
    arn: role("team/app"),
    context: { "aws:ViaAWSMCPService": "true" },
    policy: "read",
  },
  { title: "a reader that is a user, with the read policy", arn: `arn:aws:iam::${ACCOUNT}:user/bot`, policy: "read" },
  { title: "a reader without the read policy", arn: role("team/app"), policy: "none" },
  { title: "a break-glass role with the read policy", arn: role("break-glass"), policy: "read" },
  { title: "the rotation function's role (all it asks for)", arn: ROTATION_ROLE, policy: "deploy" },
  { title: "a role that has the read policy but is on no list", arn: role("auditor"), policy: "read" },
  { title: "an administrator", arn: role("admin"), policy: "everything" },
  { title: "the account's root", arn: `arn:aws:iam::${ACCOUNT}:root`, policy: "everything" },
  { title: "a role that deploys", arn: role("ai-key-deploy-test-1"), policy: "deploy" },
  { title: "an administrator named like a reader, and more", arn: role("team/app-evil"), policy: "everything" },
  { title: "an administrator named like a reader, elsewhere", arn: role("app"), policy: "everything" },
  { title: "another account's reader with a policy there", arn: role("partner", OTHER_ACCOUNT), policy: "read" },
  { title: "another account's reader without one", arn: role("partner", OTHER_ACCOUNT), policy: "none" },
  { title: "another account's administrator", arn: role("stranger", OTHER_ACCOUNT), policy: "everything" },
];

const VERSION = { "kms:EncryptionContext:SecretVersionId": "00000000-0000-0000-0000-000000000000" };
const THROUGH = { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com", ...VERSION };

interface Action {
  readonly title: string;
  readonly action: string;
  /** What KMS is told. */
  context?(secretArn: string): Record<string, string>;
}

const ACTIONS: readonly Action[] = [
  ...["GetSecretValue", "DescribeSecret", "PutSecretValue", "PutResourcePolicy", "DeleteSecret"].map((name) => ({
    title: name,
    action: `secretsmanager:${name}`,
  })),
  {
    title: "Decrypt through Secrets Manager",
    action: "kms:Decrypt",
    context: (secretArn) => ({ ...THROUGH, "kms:EncryptionContext:SecretARN": secretArn }),
  },
  {
    title: "Decrypt directly",
    action: "kms:Decrypt",
    context: (secretArn) => ({ ...VERSION, "kms:EncryptionContext:SecretARN": secretArn }),
  },
  {
    title: "Decrypt another secret",
    action: "kms:Decrypt",
    context: () => ({ ...THROUGH, "kms:EncryptionContext:SecretARN": `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:another-a1B2c3` }),
  },
];

export const ANSWERS: Readonly<Record<string, string>> = { Allowed: "yes", ImplicitlyDenied: "-", ExplicitlyDenied: "NO" };

/**
 * Evaluates every cell as AWS does, and gives the table in the form of `MATRIX`.
 *
 * @param called what calls have shown instead, by who and what, such as `an administrator: GetSecretValue`
 * @param around what else AWS looks at, such as the organization that the account of the secret is in
 */
export function evaluateMatrix(policies: DeployedPolicies, called: ReadonlyMap<string, string> = new Map(), around?: Around): string {
  const cell = (who: Who, action: Action) =>
    called.get(`${who.title}: ${action.title}`) ?? ANSWERS[evaluate(who, action, policies, around)] ?? "?";
  return markdownTable([
    ["who", ...ACTIONS.map(({ title }) => title)],
    ...WHO.map((who) => [who.title, ...ACTIONS.map((action) => cell(who, action))]),
  ]);
}

/**
 * The table as docs/access.md says that it is in an organization with both policies.
 *
 * @param other where the other account is: in the organization too, outside, or outside and named by the resource control policy
 */
export function matrixInOrganization(other: "in it" | "outside" | "named"): string {
  const answer = (who: string, { title, action }: Action, alone: string) => {
    if (other !== "in it" && who.startsWith("another account's")) {
      return other === "outside" && action.startsWith("secretsmanager:") ? "NO" : alone;
    }
    return title === "PutResourcePolicy" && who !== "a role that deploys" ? "NO" : alone;
  };
  return changedMatrix(answer);
}

/** The table as docs/access.md says that it is for calls that statements of one's own keep out: nobody reads, and nothing else changes. */
export function matrixFromElsewhere(): string {
  return changedMatrix((_, { title }, alone) => (title === "GetSecretValue" ? "NO" : alone));
}

function changedMatrix(answer: (who: string, action: Action, alone: string) => string): string {
  const [heading = [], , ...rows] = MATRIX.split("\n").map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const changed = rows.map(([who = "", ...cells]) => [who, ...ACTIONS.map((action, index) => answer(who, action, cells[index] ?? ""))]);
  return markdownTable([heading, ...changed]);
}

/** What the simulator makes of one call. */
export function evaluate(who: Who, { action, context }: Action, policies: DeployedPolicies, around?: Around): string {
  const { context: known, ...guards } = around?.guards(who.arn) ?? NO_GUARDS;
  const kms = action.startsWith("kms:");
  const resourcePolicy = kms ? policies.keyPolicy : policies.resourcePolicy;
  const simulation: Simulation = {
    request: {
      principal: who.caller ?? who.arn,
      action,
      resource: { resource: kms ? policies.keyArn : policies.secretArn, accountId: ACCOUNT },
      contextVariables: { "aws:PrincipalArn": who.arn, ...known, ...who.context, ...context?.(policies.secretArn) },
    },
    identityPolicies: identityPolicies(who.policy, policies),
    ...guards,
    // Validated here: runSimulation drops kms:EncryptionContext:SecretARN, which it does not know.
    resourcePolicy: createValidatedPolicy(resourcePolicy, validateResourcePolicy, { name: "resource" }),
  };
  return runUnsafeSimulation(simulation, {});
}

/** What they have besides the policies of the secret and its key. */
export function identityPolicies(policy: Policy, { readPolicy }: Pick<DeployedPolicies, "readPolicy">): { name: string; policy: object }[] {
  const allow = (...actions: string[]) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });
  const documents = { none: [], read: [readPolicy], deploy: [allow("secretsmanager:*", "kms:*")], everything: [allow("*")] };
  return documents[policy].map((document) => ({ name: policy, policy: document }));
}
