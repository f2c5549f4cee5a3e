import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { AiKeyStack, type BootstrapStack } from "../../lib";
import { KeyRotator } from "../../lib/rotation";
import { bootstrapOf } from "../support/bootstrap";
import { ACCOUNT } from "../support/policy-matrix";
import { ROOT } from "../support/project";
import { inAccount, type PolicyStatement, renderedPolicy } from "../support/rendered-policy";
import { evaluateRotator, type RotatorPolicies, TARGETS } from "../support/rotator-matrix";
import { synthesized } from "../support/synthesized";

/** Who may do what: yes: allowed; -: nothing allows it; NO: denied, whatever else allows it. */
const MATRIX = readFileSync(join(ROOT, "docs/rotation.md"), "utf8")
  .match(/^\| what [^\n]*\| rotator \|\n(?:\|.*\n)+/m)?.[0]
  .trim();

function policies(): RotatorPolicies {
  const app = new App({ outdir: "never-written" });
  const stack = new AiKeyStack(app, "ai-secret", {
    region: "us-east-1",
    environment: "Test",
    readers: [`arn:aws:iam::${ACCOUNT}:role/application`],
    keys: [{ provider: "openai", rotation: { openai: { projectId: "proj_abc", serviceAccountId: "user-abc" }, everyDays: 30 } }],
  });
  const bootstrap = bootstrapOf(app, [stack]);
  new KeyRotator(bootstrap, "rotator", { stacks: [stack] });

  const documentsOf = (one: AiKeyStack | BootstrapStack) =>
    Object.entries<{ statement: PolicyStatement[] }>(JSON.parse(filledIn(JSON.stringify(synthesized(one).data.aws_iam_policy_document))));
  const [own, administrators] = [documentsOf(stack), documentsOf(bootstrap)];
  const all = (documents: ReturnType<typeof documentsOf>, beginning: string) =>
    documents
      .filter(([id]) => id.startsWith(beginning))
      .map(([, { statement }]) => renderedPolicy(statement.map((one) => ({ ...one, effect: one.effect ?? "Allow" }))));
  return {
    identity: {
      deploy: all(administrators, "roles_deploy-document"),
      plan: all(administrators, "roles_plan-document"),
      ops: all(administrators, "roles_ops-document"),
      application: all(own, "openai-key_read-policy"),
      rotator: [...all(administrators, "rotator_rights"), ...all(administrators, "rotator_openai-admin-key_read-policy")],
    },
    resource: {
      key: all(own, "openai-key_allow-list")[0] ?? {},
      adminKey: all(administrators, "rotator_openai-admin-key_allow-list")[0] ?? {},
    },
  };
}

/** Does Terraform's part: where the resources are, and what AWS calls them. */
function filledIn(json: string): string {
  return inAccount(json, ACCOUNT)
    .replaceAll(/\$\{element\(split\(\\":\\", data\.aws_caller_identity\.ai-key-account\.arn\), 1\)\}/g, "aws")
    .replaceAll(/\$\{element\(split\(\\"\.\\", data\.aws_region\.ai-key-region\.endpoint\), 1\)\}/g, "us-east-1")
    .replaceAll(/\$\{replace\([^{}]*:root\\"\)\}/g, `arn:aws:iam::${ACCOUNT}:root`)
    .replaceAll(/\$\{aws_iam_role\.rotator_role_\w+\.arn\}/g, TARGETS.role)
    .replaceAll(/\$\{aws_secretsmanager_secret\.rotator_openai-admin-key_secret_\w+\.arn\}/g, TARGETS.adminKey)
    .replaceAll(/\$\{aws_secretsmanager_secret\.openai-key_secret_\w+\.arn\}/g, TARGETS.key)
    .replaceAll(/\$\{aws_cloudwatch_log_group\.rotator_logs_\w+\.arn\}/g, TARGETS.log.replace(":log-stream:today", ""));
}

test("each role may do exactly what the table in docs/rotation.md says", () => {
  expect(evaluateRotator(policies())).toBe(MATRIX);
});

test("without the lists of readers, nothing is denied by them: the table can fail", () => {
  const { identity } = policies();
  expect(evaluateRotator({ identity: { ...identity, plan: [everything()] }, resource: {} })).toMatch(
    /^\| read the admin key +\| NO +\| yes +\|/m,
  );
  expect(evaluateRotator({ ...policies(), identity: { ...identity, plan: [everything()] } })).toMatch(
    /^\| read the admin key +\| NO +\| NO +\|/m,
  );
});

function everything(): object {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
}
