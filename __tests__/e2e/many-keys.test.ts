import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, GetAccountAuthorizationDetailsCommand } from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { randomKey } from "../../lab/random-key";
import { TEAM_ROLES, type TeamRole } from "../../lab/team-rights";
import { LIMITS } from "../../lib/limits";
import { type PolicyStatement, policyText } from "../../lib/policy-document";
import { furnishAccount } from "../support/account";
import { asked } from "../support/asked";
import { attachProvider } from "../support/attached-provider";
import { AwsClients } from "../support/aws-clients";
import { deployToken, PLAN_TOKEN } from "../support/ci-tokens";
import { type Judge, startJudge } from "../support/judge";
import { describeWithAws, type Lab, openLab } from "../support/lab";
import { outputsOf } from "../support/outputs-of";
import { ACCOUNT } from "../support/policy-matrix";
import { ROOT } from "../support/project";
import { inAccount } from "../support/rendered-policy";
import { makeStateBucket, STATE_BUCKET, STATE_KEY } from "../support/state-bucket";

const COUNT = 100;
const POLICIES_OF_A_ROLE = 10;
const PROVIDERS = Array.from({ length: COUNT }, (_, index) => `gateway-${index}`);
const KEYS = Object.fromEntries(PROVIDERS.map((provider) => [`${provider.replaceAll("-", "_")}_api_key`, randomKey()]));
const nameOf = (provider: string) => `ai/production/${provider}-api-key`;

const stateAt = (key: string, kmsKeyArn: string) =>
  `{ bucket: "${STATE_BUCKET}", key: "${key}", region: "us-east-1", kmsKeyArn: "${kmsKeyArn}" }`;

/** Every option of a key, for each. The state is in S3, as a file would be written anew for each of a thousand resources. */
const program = (kmsKeyArn: string) => `
import { App } from "cdktf";
import { AiKeyStack, BootstrapStack } from "./lib";

const app = new App();
const stack = new AiKeyStack(app, "ai-secret", {
  region: "us-east-1",
  state: ${stateAt(STATE_KEY, kmsKeyArn)},
  readers: ["arn:aws:iam::${ACCOUNT}:role/app"],
  breakGlass: ["arn:aws:iam::${ACCOUNT}:role/on-call"],
  encryptionKey: "customer-managed",
  rotation: {
    function: {
      lambdaArn: "arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotate-key",
      roleArn: "arn:aws:iam::${ACCOUNT}:role/rotate-key",
    },
    everyDays: 30,
  },
  alarmTopicArn: "arn:aws:sns:us-east-1:${ACCOUNT}:security",
  preventDestroy: false,
  recoveryWindowInDays: 7,
  replicas: [{ region: "eu-west-1" }],
  keys: ${JSON.stringify(PROVIDERS)}.map((provider) => ({
    provider,
    format: "any" as const,
    description: "One of many",
    body: { endpoint: "https://api.openai.com/v1" },
    publishArnTo: \`/ai/\${provider}\`,
  })),
});
for (const [index, provider] of ${JSON.stringify(PROVIDERS)}.entries()) {
  stack.secret(provider).grantRead({ roleName: \`named-\${Math.floor(index / ${POLICIES_OF_A_ROLE})}\` });
}
new BootstrapStack(app, "bootstrap", {
  region: "us-east-1",
  bucket: "acme-many-states",
  state: ${stateAt("bootstrap/terraform.tfstate", kmsKeyArn)},
  stacks: [stack],
  github: { repository: "acme/ai-keys", ids: { repository: 456789, owner: 123456 } },
});
app.synth();
`;

/** A policy as AWS has it: IAM gives it percent-encoded. */
const decoded = (document = "") => (document.startsWith("%") ? decodeURIComponent(document) : document);

describeWithAws(`${COUNT} keys with every option`, () => {
  let lab: Lab;
  let direct: AwsClients;
  let judge: Judge;
  let administrator: AwsClients;
  let outputs: Readonly<Record<string, string | undefined>> = {};
  let roles: Readonly<Record<TeamRole, { readonly trust: string; readonly inline: string[]; readonly managed: string[] }>>;

  beforeAll(async () => {
    lab = await openLab(async (endpoint) => program(await makeStateBucket(endpoint)), { ownProviders: true });
    const { sandbox } = lab;
    direct = new AwsClients(sandbox.endpoint);
    judge = await startJudge(sandbox.endpoint);
    administrator = new AwsClients(judge.endpoint);
    await furnishAccount(sandbox);
    for (let index = 0; index < COUNT / POLICIES_OF_A_ROLE; index++) {
      await direct.iam.send(new CreateRoleCommand({ RoleName: `named-${index}`, AssumeRolePolicyDocument: "{}" }));
    }

    const bootstrap = join(sandbox.stackFolder, "../bootstrap");
    const deployed = sandbox.terraform(["init"], {}, bootstrap).then(() => sandbox.terraform(["apply", "-auto-approve"], {}, bootstrap)); // a minute, for the rule on old versions
    const attached = await attachProvider(sandbox, lab.session);
    await sandbox.apply(KEYS, { ...attached, TF_CLI_ARGS_apply: "-parallelism=40" }); // the provider waits a lot
    await deployed;
    outputs = await outputsOf(sandbox, bootstrap);
    roles = await rolesInAws();
  });
  afterAll(async () => {
    direct?.close();
    administrator?.close();
    await judge?.close();
    await lab?.close();
  });

  const roleArn = (role: TeamRole) => outputs[`${role}_role_arn`] ?? "";

  async function rolesInAws() {
    const { RoleDetailList = [], Policies = [] } = await direct.iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ["Role", "LocalManagedPolicy"] }),
    );
    const documents = new Map(Policies.map(({ Arn, PolicyVersionList = [] }) => [Arn, decoded(PolicyVersionList[0]?.Document)]));
    const found = TEAM_ROLES.map((role) => {
      const detail = RoleDetailList.find(({ Arn }) => Arn === roleArn(role));
      const { AssumeRolePolicyDocument, RolePolicyList = [], AttachedManagedPolicies = [] } = detail ?? {};
      return [
        role,
        {
          trust: decoded(AssumeRolePolicyDocument),
          inline: RolePolicyList.map(({ PolicyDocument }) => decoded(PolicyDocument)),
          managed: AttachedManagedPolicies.map(({ PolicyArn }) => documents.get(PolicyArn) ?? ""),
        },
      ];
    });
    return Object.fromEntries(found);
  }

  test("the roles' policies are within IAM's limits, as long as synth has counted them, and as docs/limits.md says", () => {
    const rows = TEAM_ROLES.map((role) => {
      const { trust, inline, managed } = roles[role];
      const [own = 0, ...further] = inline.map(({ length }) => length);
      const lengths = managed.map(({ length }) => length);
      expect(further).toEqual([]);
      expect(own).toBeLessThanOrEqual(LIMITS.inlinePolicies.most);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(LIMITS.managedPolicy.most);
      expect(lengths.length).toBeLessThanOrEqual(LIMITS.attachedPolicies.most);
      expect(trust.length).toBeLessThanOrEqual(LIMITS.trustPolicy.most);
      return `| ${role} | ${own} | ${lengths.length} | ${lengths.reduce((sum, length) => sum + length, own)} |`;
    });

    const page = readFileSync(join(ROOT, "docs/limits.md"), "utf8").replaceAll(/ +/g, " ");
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
    const { variable }: { variable: Record<string, { validation?: object[] }> } = JSON.parse(
      readFileSync(join(lab.sandbox.stackFolder, "cdk.tf.json"), "utf8"),
    );
    const checks = Object.values(variable).flatMap(({ validation = [] }) => validation);
    expect(page).toContain(`these keys have ${checks.length} of them`);
    expect(policiesOfProgram().sort()).toEqual(
      TEAM_ROLES.flatMap((role) => [...roles[role].inline, ...roles[role].managed].map(({ length }) => length)).sort(),
    );
  });

  /** The lengths of the roles' policies, as the program's configuration has them. */
  function policiesOfProgram(): number[] {
    const { data } = JSON.parse(readFileSync(join(lab.sandbox.stackFolder, "../bootstrap/cdk.tf.json"), "utf8"));
    const documents = Object.entries<{ statement: PolicyStatement[] }>(data.aws_iam_policy_document);
    return documents
      .filter(([id]) => /^roles_(deploy|plan|ops)-document/.test(id))
      .map(
        ([, { statement }]) =>
          inAccount(policyText(statement), ACCOUNT)
            .replaceAll(/\$\{aws_s3_bucket\.[\w-]+\.arn\}/g, "arn:aws:s3:::acme-many-states")
            .replaceAll(/\$\{aws_kms_key\.[\w-]+\.arn\}/g, outputs.state_kms_key_arn ?? "").length,
      );
  }

  test("each secret's policies are within the limits", async () => {
    const found = await Promise.all(
      PROVIDERS.map(async (provider) => {
        const SecretId = nameOf(provider);
        const { ResourcePolicy = "" } = await direct.secrets.send(new GetResourcePolicyCommand({ SecretId }));
        const { KmsKeyId } = await direct.secrets.send(new DescribeSecretCommand({ SecretId }));
        const { Policy = "" } = await direct.kms.send(
          new GetKeyPolicyCommand({ KeyId: KmsKeyId?.split("/").at(-1), PolicyName: "default" }),
        );
        return { resource: ResourcePolicy.length, key: Policy.length };
      }),
    );
    expect(found).toHaveLength(COUNT);
    expect(Math.min(...found.map(({ resource }) => resource))).toBeGreaterThan(0);
    expect(Math.max(...found.map(({ resource }) => resource))).toBeLessThanOrEqual(LIMITS.resourcePolicy.most);
    expect(Math.max(...found.map(({ key }) => key))).toBeLessThanOrEqual(LIMITS.keyPolicy.most);
  });

  test("from the first to the last, keys can be stored by the role that deploys, and read by none of the roles", async () => {
    const answers = new Set<string>();
    for (const role of TEAM_ROLES) {
      const credentials = await (role === "ops"
        ? administrator.assume(roleArn(role))
        : administrator.assumeByToken(roleArn(role), role === "plan" ? PLAN_TOKEN : deployToken("production")));
      const clients = new AwsClients(judge.endpoint, credentials);
      for (const provider of PROVIDERS.filter((_, index) => index % 11 === 0)) {
        const SecretId = nameOf(provider);
        const store = new PutSecretValueCommand({ SecretId, SecretString: "never stored", ClientRequestToken: "too short" });
        answers.add(`${role} stores: ${await asked(clients.secrets.send(store))}`);
        answers.add(`${role} reads: ${await asked(clients.secrets.send(new GetSecretValueCommand({ SecretId })))}`);
        answers.add(`${role} sees: ${await asked(clients.secrets.send(new DescribeSecretCommand({ SecretId })))}`);
      }
      clients.close();
    }
    expect([...answers].sort()).toEqual([
      "deploy reads: NO",
      "deploy sees: yes",
      "deploy stores: yes",
      "ops reads: NO",
      "ops sees: yes",
      "ops stores: -",
      "plan reads: NO",
      "plan sees: yes",
      "plan stores: -",
    ]);
  });
});
