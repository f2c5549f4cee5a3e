import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DenyStatement } from "../../lib";
import { AllowList } from "../../lib/secret/allow-list";
import { EncryptionKey } from "../../lib/secret/encryption-key";
import { ReadPolicy } from "../../lib/secret/read-policy";
import { block, blocks } from "../support/documents";
import { NO_GUARDS, Organization } from "../support/organization";
import {
  ACCOUNT,
  BREAK_GLASS,
  type DeployedPolicies,
  evaluateMatrix,
  MATRIX,
  matrixFromElsewhere,
  matrixInOrganization,
  OTHER_ACCOUNT,
  READERS,
  ROTATION_ROLE,
} from "../support/policy-matrix";
import { stacksOf } from "../support/program";
import { ROOT } from "../support/project";
import { type PolicyStatement, renderedPolicy } from "../support/rendered-policy";
import { OwnStack, synthesized } from "../support/synthesized";

const SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:ai/production/api-key-a1B2c3`;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** The documents as Terraform makes them of a secret and a key that exist. */
function policies(replicated = false, statements: readonly DenyStatement[] = []): DeployedPolicies {
  const stack = new OwnStack();
  const allowList = new AllowList(stack, "list", { readers: READERS, breakGlass: BREAK_GLASS, statements });
  allowList.add(ROTATION_ROLE);
  allowList.protect(SECRET, true);
  new EncryptionKey(stack, "key", { secretName: "ai/production/api-key", allowList, replicated });
  new ReadPolicy(stack, "read", { secretName: "ai/production/api-key", secretArns: [SECRET], keyArns: [KEY] });

  const documents = Object.entries<{ statement: PolicyStatement[] }>(
    JSON.parse(filledIn(JSON.stringify(synthesized(stack).data.aws_iam_policy_document))),
  );
  const document = (construct: string) => renderedPolicy(documents.find(([id]) => id.startsWith(construct))?.[1].statement ?? []);
  return {
    secretArn: SECRET,
    keyArn: KEY,
    readPolicy: document("read_"),
    resourcePolicy: document("list_"),
    keyPolicy: document("key_"),
  };
}

/** Does Terraform's part: everything that is taken out of the key's ARN. */
function filledIn(json: string): string {
  return json.replaceAll(
    /\$\{replace\(aws_kms_key\.[\w-]+\.arn, \\"\/(.*?)\/\\", \\"(.*?)\\"\)\}/g,
    (_, pattern: string, replacement: string) => KEY.replace(new RegExp(pattern), replacement),
  );
}

test("everyone may do exactly what the table says", () => {
  expect(evaluateMatrix(policies())).toBe(MATRIX);
});

test("with replicas, whoever may deploy decrypts through Secrets Manager, and still can't read", () => {
  const replicated = evaluateMatrix(policies(true));
  expect(replicated).toMatch(/^\| an administrator +\| NO +\| yes +\| yes +\| yes +\| yes +\| yes +\| - +\| - +\|$/m);
  expect(replicated).toMatch(/^\| another account's administrator +\| NO( +\| - )+ *\|$/m);
});

test("without the resource policy, an administrator may read: the table can fail", () => {
  const withoutList = evaluateMatrix({ ...policies(), resourcePolicy: { Version: "2012-10-17", Statement: [] } });
  expect(withoutList).toMatch(/\| an administrator +\| yes +\|/);
});

describe("in an organization with the policies of docs/access.md", () => {
  const evaluated = (organization: Organization, of = policies()) => evaluateMatrix(of, undefined, organization);

  test("everyone may do what the table says, but nobody changes the policy who does not deploy", () => {
    expect(evaluated(new Organization([ACCOUNT, OTHER_ACCOUNT]))).toBe(matrixInOrganization("in it"));
  });

  test("nobody from outside can do anything to the secret, a reader neither, until a policy names the account", () => {
    const names = (document: string) =>
      document.replace(/("aws:PrincipalOrgID": "[^"]+")/, `$1, "aws:PrincipalAccount": ["${OTHER_ACCOUNT}"]`);
    expect(evaluated(new Organization([ACCOUNT]))).toBe(matrixInOrganization("outside"));
    expect(evaluated(new Organization([ACCOUNT], names))).toBe(matrixInOrganization("named"));
  });

  test("a secret's own policy that lets everyone read lets nobody read from outside", () => {
    const open = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" }],
    };
    const stranger = (organization: Organization) =>
      evaluated(organization, { ...policies(), resourcePolicy: open }).match(/^\| another account's administrator +\| (\S+)/m)?.[1];
    expect([stranger(new Organization([ACCOUNT, OTHER_ACCOUNT])), stranger(new Organization([ACCOUNT]))]).toEqual(["yes", "NO"]);
  });

  test("secrets of other names are nothing to it", () => {
    const another = { ...policies(), secretArn: SECRET.replace(":ai/", ":db/") };
    expect(evaluated(new Organization([ACCOUNT]), another)).toBe(evaluateMatrix(another));
  });
});

describe("with the statements of one's own that docs/options.md has", () => {
  const [begin = ""] = blocks("docs/options.md", "ts");
  const [stack = new OwnStack()] = stacksOf(`${begin}${block("docs/options.md", "ts", "policyStatements")}app.synth();`);
  const documents = Object.values<{ statement: PolicyStatement[] }>(synthesized(stack).data.aws_iam_policy_document);
  const own = documents
    .flatMap(({ statement }) => statement)
    .filter(({ sid }) => ["DenyFromElsewhere", "DenyFromOutside"].includes(sid))
    .map(({ sid, actions, condition = [] }): DenyStatement => ({ sid, effect: "Deny", actions, condition }));

  const called = (context: Record<string, string>) =>
    evaluateMatrix(policies(false, own), undefined, { guards: () => ({ ...NO_GUARDS, context }) });
  const here = { "aws:SourceVpce": "vpce-1a2b3c4d", "aws:PrincipalOrgID": "o-a1b2c3d4e5" };

  test("everyone may do what the table says, who comes through the endpoint and is of the organization", () => {
    expect(own).toHaveLength(2);
    expect(called(here)).toBe(MATRIX);
  });

  test.each<[string, Record<string, string>]>([
    ["through another endpoint", { ...here, "aws:SourceVpce": "vpce-5e6f7a8b" }],
    ["through none", { "aws:PrincipalOrgID": "o-a1b2c3d4e5" }],
    ["of another organization", { ...here, "aws:PrincipalOrgID": "o-b2c3d4e5f6" }],
    ["of none", { "aws:SourceVpce": "vpce-1a2b3c4d" }],
  ])("nobody reads %s, and nothing else changes, so that a deploy can take them back", (_, context) => {
    expect(called(context)).toBe(matrixFromElsewhere());
  });
});

test("docs/access.md has the table", () => {
  expect(readFileSync(join(ROOT, "docs/access.md"), "utf8")).toContain(MATRIX);
});
