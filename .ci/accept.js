#!/usr/bin/env node
// @ts-check
// Looks at the stack that the build has handed over, before this job gets a token or a key, and writes out what it looked at:
//   .ci/accept.js <stack>
// The build runs hundreds of packages, and each of them could have changed the stack. What Terraform would run, where it would send
// the key and where it would keep it is said here, by the commit. It loads no package.
const { createHash } = require("node:crypto");
const { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");

/** @type {readonly string[]} The accounts of readers, besides the one of this job's role: add yours, such as "444455556666". */
const OTHER_ACCOUNTS = [];

/** The rows of lib/team/provider-calls.ts. */
const TYPES = {
  resource: [
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_user_policy_attachment",
    "aws_kms_alias",
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_lambda_permission",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_policy",
    "aws_secretsmanager_secret_rotation",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
  ],
  data: [
    "aws_caller_identity",
    "aws_iam_policy_document",
    "aws_iam_role",
    "aws_iam_user",
    "aws_region",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_rotation",
  ],
};

/** Others run programs, read files or lead to another server: a module, `terraform.encryption`, `provider.aws.endpoints`, a backend's `profile`. */
const ARGUMENTS = {
  "the stack": ["//", "check", "data", "import", "locals", "moved", "output", "provider", "removed", "resource", "terraform", "variable"],
  terraform: ["backend", "required_providers", "required_version"],
  "terraform.required_providers": ["aws"],
  "terraform.required_providers.aws": ["source", "version"],
  "terraform.backend": ["s3"],
  "terraform.backend.s3": ["bucket", "encrypt", "key", "kms_key_id", "region", "use_lockfile"],
  provider: ["aws"],
  "provider.aws": ["alias", "allowed_account_ids", "default_tags", "ignore_tags", "max_retries", "region"],
  "data.aws_iam_policy_document": [
    "//",
    "override_policy_documents",
    "policy_id",
    "provider",
    "source_policy_documents",
    "statement",
    "version",
  ],
  "its statement": ["actions", "condition", "effect", "not_actions", "not_resources", "principals", "resources", "sid"],
  removed: ["from", "lifecycle"],
  "a check": ["assert"],
  "a variable": ["default", "description", "ephemeral", "nullable", "sensitive", "type", "validation"],
};

/** What only computes. `file` and its like would read a token or a key from this machine; `nonsensitive` would show it. */
const FUNCTIONS = new Set(
  (
    "abs alltrue anytrue base64decode base64encode can ceil chomp coalesce coalescelist compact concat contains distinct element endswith " +
    "flatten floor format formatlist index indent join jsondecode jsonencode keys length log lookup lower max merge min one parseint pow range regex " +
    "regexall replace reverse setintersection setproduct setsubtract setunion sha256 signum slice sort split startswith strcontains strrev substr " +
    "sum title tobool tolist tomap tonumber toset tostring trim trimprefix trimspace trimsuffix try upper urlencode values zipmap for if in"
  ).split(" "),
);

/**
 * The checks of a key are the library's: others could tell a log the key, a letter for each that fails. Each is the beginning of the SHA-256
 * of a variable's conditions, of one kind of key; __tests__/unit/ci/accept.test.ts prints them after a change of lib/key. Wording is free.
 */
const CHECKS = [
  "1baf014f6d6d77be79a904182a991839",
  "e7a9332e12f4e2734de7448cb12a11ad",
  "c9f3b315b4225c9a89993051b399e1ec",
  "818974a27de61ca577ab0306392fed16",
  "8c2e5811de2eb64e2c5be92433baf52c",
  "8be8670e9eb3829ce656f2bf276b9ec3",
  "d4c4f4c57c873f1d40268824fffeaa40",
  "dfdad735c5921558f3cb449f6cafeb52",
  "0bb59eeb25d77d69b5bb65d234afa32b",
  "4f84ac4b2dda9e67d28caae0f8ed51ff",
  "86d892df9ca0b79421906f2068581f3c",
  "177ec1e477e88f41e8d9a33ca8dbb4f9",
  "4d113d75b0964c4a184d4ac14471ddef",
  "e63a6ce97bc3ff3c08b87e7d1e59c990",
  "72efc632a3d81719c5bfea629c560598",
  "e73a8a891172543a3ef26ae09a7fbbcc",
  "7476ccad0e56be4e62476ee9c3bf750f",
  "5bd50e20906cc18ef8f1007b7ed0e328",
  "e9181accc005d7af4fa3294c2c51a0f7",
  "1d874dde6b91cd12293e910b084e15ea",
  "8d17727305cb077fd6773ec3064aa704",
  "0045443f243433531eac49d2e8568960",
  "08bed6034980fb921b12af97fde2863d",
  "ec2b4464c2f045e172dbe578edb7e74d",
  "803d99b967346ee63a9ad87d2352c4f8",
  "051970d9cc68049605696007d4fd0744",
  "6b77d71f1f98ae7a7c456c7619f0efe0",
  "ee21aa55f25578e6c6e84bace05108e3",
  "3a4239366985ba8456fde9bb58fde4e8",
];

/** The root of the account of a KMS key of the stack, or of this job's role: lib/arn.ts. */
const OWN_ROOT =
  /^\$\{replace\((?:aws_kms_key|data\.aws_caller_identity)\.[\w-]+\.arn, "\/\^\(arn:\[\^:\]\+\):\[\^:\]\+:\[\^:\]\*:\(\[\^:\]\+\):\.\*\$\/", "\$1:iam::\$2:root"\)\}$/;

/** A policy that this look can read, or none. */
const DOCUMENT = /^(\$\{data\.aws_iam_policy_document\.[\w-]+\.json\}|\{\})$/;

/** @typedef {Record<string, unknown>} Block */

/**
 * What is wrong with a stack.
 *
 * @param {unknown} config its cdk.tf.json
 * @param {{ bucket: string, account: string }} declared the bucket of its state, and the account of this job's role
 * @returns {string[]}
 */
function problemsOf(config, { bucket, account }) {
  /** @type {Set<string>} */
  const problems = new Set();
  /** @type {(path: string, what: string) => void} */
  const refuse = (path, what) => void problems.add(`${path} ${what}`);

  /** @type {(value: unknown, path: string, known?: readonly string[]) => Block} */
  const block = (value, path, known) => {
    if (!isBlock(value)) {
      refuse(path, "must be one block");
      return {};
    }
    for (const name of Object.keys(value).filter((name) => known && !known.includes(name))) {
      refuse(path, `must not have ${JSON.stringify(name)}`);
    }
    return value;
  };
  /** @type {(path: keyof typeof ARGUMENTS, value: unknown) => Block} */
  const known = (path, value) => block(value, path, ARGUMENTS[path]);

  const stack = known("the stack", config);
  const terraform = known("terraform", stack.terraform);
  const { source } = known("terraform.required_providers.aws", known("terraform.required_providers", terraform.required_providers).aws);
  if (source !== "aws" && source !== "hashicorp/aws") {
    refuse("terraform.required_providers.aws", `must be hashicorp/aws; got ${JSON.stringify(source)}`);
  }
  const backend = block(terraform.backend, "terraform.backend");
  if ("local" in backend) {
    refuse("terraform.backend", "must be a state in S3: a local one is lost with this job. docs/setup.md says how to share it");
  } else {
    const { bucket: got } = known("terraform.backend.s3", known("terraform.backend", backend).s3);
    if (got !== bucket) {
      refuse("terraform.backend.s3", `must have the bucket of STATE_BUCKET, ${JSON.stringify(bucket)}; got ${JSON.stringify(got)}`);
    }
  }
  for (const provider of listOf(known("provider", stack.provider).aws)) {
    known("provider.aws", provider);
  }
  for (const removed of listOf(stack.removed)) {
    known("removed", removed);
  }

  const warnings = Object.values(block(stack.check ?? {}, "check"))
    .flatMap((check) => listOf(known("a check", check).assert))
    .map((assertion) => block(assertion, "check.assert"));

  /** @type {Set<string>} */
  const keys = new Set();
  for (const [name, value] of Object.entries(block(stack.variable ?? {}, "variable"))) {
    const variable = block(value, `variable.${name}`, ARGUMENTS["a variable"]);
    if (!/^\w+$/.test(name)) {
      refuse(`variable.${JSON.stringify(name)}`, "must have a name of letters, digits and _");
    }
    if (variable.type === "number" || variable.type === "bool") {
      continue; // it can't take a key
    }
    keys.add(name);
    if (variable.ephemeral !== true || variable.sensitive !== true) {
      refuse(`variable.${name}`, "must be ephemeral and sensitive, as an EphemeralVariable is: it could take the key");
    }
    const checks = listOf(variable.validation).map((check) => block(check, `variable.${name}.validation`));
    const warned = warnings.filter(({ condition }) => new RegExp(`\\bvar\\.${name}\\b`).test(String(condition)));
    const digest = digestOf(name, [...checks, ...warned]);
    if (!CHECKS.includes(digest)) {
      refuse(`variable.${name}`, `must have the checks of this library; add ${digest} to CHECKS of .ci/accept.js for your own`);
    }
    variable.validation = checks.map(({ condition: _lookedAt, ...message }) => message);
    for (const warning of warned) {
      delete warning.condition; // looked at
    }
  }

  for (const kind of /** @type {const} */ (["resource", "data"])) {
    for (const [type, named] of Object.entries(block(stack[kind] ?? {}, kind))) {
      if (!TYPES[kind].includes(type)) {
        refuse(`${kind}.${type}`, "is no type that this stack needs; add it to TYPES of .ci/accept.js if it is yours");
      }
      for (const [name, value] of Object.entries(block(named, `${kind}.${type}`))) {
        const path = `${kind}.${type}.${name}`;
        const resource = block(value, path);
        for (const argument of ["provisioner", "connection"].filter((argument) => argument in resource)) {
          refuse(path, `must not have a ${argument}`);
        }
        const isWithoutPolicy = type === "aws_secretsmanager_secret" && resource.policy === "{}"; // so a plan shows one of somebody else's
        for (const [argument, text] of Object.entries(resource).filter(([argument]) => argument !== "policy" || !isWithoutPolicy)) {
          if (/policy(_documents)?$/.test(argument) && typeof text !== "boolean" && !isDocument(text)) {
            refuse(path, `must have as ${argument} a policy of the stack, a DataAwsIamPolicyDocument`);
          }
        }
        if (type === "aws_iam_policy_document") {
          known("data.aws_iam_policy_document", resource);
          for (const statement of listOf(resource.statement)) {
            known("its statement", statement);
          }
          for (const who of strangersIn(resource, account)) {
            refuse(path, `must let in nobody but accounts of the stack and of OTHER_ACCOUNTS in .ci/accept.js; got ${JSON.stringify(who)}`);
          }
        }
        if (type === "aws_secretsmanager_secret_version") {
          checkStored(resource.secret_string_wo, path);
          if (!/^\$\{aws_secretsmanager_secret\.[\w-]+\.(arn|id)\}$/.test(String(resource.secret_id))) {
            refuse(`${path}.secret_id`, "must be a secret of the stack");
          }
          delete resource.secret_string_wo; // looked at
        }
      }
    }
  }

  /** @type {(text: unknown, path: string) => void} */
  function checkStored(text, path) {
    const code = typeof text === "string" ? codeOf(text) : undefined;
    if (code === undefined || ![...functionsIn(code)].every((name) => name === "jsonencode")) {
      refuse(`${path}.secret_string_wo`, "must be a key, or JSON with a key");
    }
  }

  /** @type {(value: unknown, path: string) => void} */
  function checkTexts(value, path) {
    if (Array.isArray(value)) {
      value.forEach((item, index) => void checkTexts(item, `${path}[${index}]`));
    } else if (isBlock(value)) {
      for (const [name, item] of Object.entries(value).filter(([name]) => name !== "//")) {
        checkTexts(name, `${path}, a name`); // is a template too
        checkTexts(item, path === "" ? name : `${path}.${name}`);
      }
    } else if (typeof value === "string") {
      const code = codeOf(value);
      if (code === undefined) {
        refuse(path, "must have no comment, heredoc or escape in a template");
        return;
      }
      for (const name of functionsIn(code)) {
        if (!FUNCTIONS.has(name)) {
          refuse(path, `must not call ${name}`);
        }
      }
      for (const word of code.match(/[\p{L}_][\p{L}\p{N}_-]*/gu) ?? []) {
        if (keys.has(word)) {
          refuse(path, `must not have ${word}: a key goes to secret_string_wo alone`);
        }
      }
    }
  }
  checkTexts(stack, "");
  return [...problems];
}

/** @type {(value: unknown) => value is Block} */
function isBlock(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @type {(value: unknown) => unknown[]} blocks of one kind, of which a single one needs no list */
function listOf(value) {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** @type {(value: unknown) => boolean} */
function isDocument(value) {
  return Array.isArray(value) ? value.every(isDocument) : typeof value === "string" && DOCUMENT.test(value);
}

/**
 * The principals of a policy document that are of no known account.
 *
 * @param {Block} document
 * @param {string} account
 * @returns {unknown[]}
 */
function strangersIn({ statement }, account) {
  const accounts = [account, ...OTHER_ACCOUNTS];
  /** @type {(who: unknown) => boolean} */
  const isKnown = (who) =>
    typeof who === "string" &&
    (OWN_ROOT.test(who) || accounts.includes(who.match(/^(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?::[\w+=,.@/*-]+)?$/)?.[1] ?? ""));
  const allowing = listOf(statement)
    .filter(isBlock)
    .filter(({ effect }) => effect !== "Deny");
  return allowing
    .flatMap(({ principals }) => listOf(principals))
    .flatMap((list) => (isBlock(list) && list.type === "AWS" ? listOf(list.identifiers).filter((who) => !isKnown(who)) : [list]));
}

/**
 * The code in a template, without its texts: https://developer.hashicorp.com/terraform/language/expressions/strings
 *
 * @param {string} template
 * @returns {string | undefined} undefined for what this does not read as surely as Terraform does
 */
function codeOf(template) {
  if (/\$\$\{|%%\{/.test(template)) {
    return undefined;
  }
  let code = "";
  /** @type {(string | number)[]} what encloses the place: a text or, by its open braces, an expression */
  const places = ["text"];
  for (let at = 0; at < template.length; at++) {
    const place = places.at(-1);
    const two = template.slice(at, at + 2);
    const [one = ""] = two;
    if (typeof place === "number") {
      if (["/*", "//", "<<"].includes(two) || one === "#") {
        return undefined;
      }
      if (one === '"') {
        places.push("quoted");
        code += " ";
      } else if (one === "}" && place === 0) {
        places.pop();
        code += " ";
      } else {
        places[places.length - 1] = place + (one === "{" ? 1 : one === "}" ? -1 : 0);
        code += one;
      }
    } else if (two === "${" || two === "%{") {
      places.push(0);
      at++;
      code += " ";
    } else if (place === "quoted" && one === "\\") {
      if (two === "\\$" || two === "\\%") {
        return undefined;
      }
      at++;
    } else if (place === "quoted" && one === '"') {
      places.pop();
    }
  }
  return places.length === 1 ? code : undefined;
}

/** @type {(code: string) => Set<string>} */
function functionsIn(code) {
  return new Set([...code.matchAll(/([\w:-]+)\s*\(/g)].map(([, name = ""]) => name));
}

/** The check of a key with the other values of its secret: lib/secret/body.ts. Its numbers tell nothing but a length. */
const BODY_CHECK = /^\$\{length\(var\.KEY\) > \d+ \|\| length\(jsonencode\(var\.KEY\)\) <= \d+\}$/;

/** @type {(name: string, checks: readonly Block[]) => string} */
function digestOf(name, checks) {
  const conditions = checks.map(({ condition }) => String(condition).replaceAll(name, "KEY"));
  const text = conditions.filter((condition) => !BODY_CHECK.test(condition)).join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** @param {string | undefined} name */
function main(name) {
  if (!name) {
    throw new Error("Say which stack: .ci/accept.js <stack>");
  }
  const { STATE_BUCKET = "", AWS_ROLE_ARN = "" } = process.env;
  if (STATE_BUCKET === "") {
    throw new Error("STATE_BUCKET is empty: set the variable with the name of the bucket of the states. docs/ci.md says where.");
  }
  if (!existsSync("terraform.lock.hcl")) {
    throw new Error("terraform.lock.hcl is missing: commit it, so that no other provider runs here. docs/ci.md says how to make it.");
  }
  const text = readRegularFile(`handed-over/stacks/${name}/cdk.tf.json`, name);
  const problems = problemsOf(parse(text), { bucket: STATE_BUCKET, account: AWS_ROLE_ARN.split(":")[4] ?? "" });
  if (problems.length > 0) {
    throw new Error(
      `The build has handed over a stack "${name}" that is not deployed:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    );
  }

  // Not a copy: of two members of one name, Terraform takes both, and a parser of JSON the last.
  const folder = `stacks/${name}`;
  const file = `${folder}/cdk.tf.json`;
  const stack = { name, constructPath: name, synthesizedStackPath: file, workingDirectory: folder, annotations: [], dependencies: [] };
  mkdirSync(`cdktf.out/${folder}`, { recursive: true });
  writeFileSync(`cdktf.out/${file}`, JSON.stringify(parse(text), undefined, 2));
  writeFileSync("cdktf.out/manifest.json", JSON.stringify({ version: "0.21.0", stacks: { [name]: stack } }, undefined, 2));
  copyFileSync("terraform.lock.hcl", `cdktf.out/${folder}/.terraform.lock.hcl`);
}

/**
 * @param {string} path
 * @param {string} name
 */
function readRegularFile(path, name) {
  if (!existsSync(path)) {
    throw new Error(`The build has handed over no stack ${JSON.stringify(name)}: main.ts must have it.`);
  }
  const parts = path.split("/");
  if (parts.some((_, index) => lstatSync(parts.slice(0, index + 1).join("/")).isSymbolicLink())) {
    throw new Error(`${path} must not be, or be below, a symbolic link`); // which could lead to this job's own secrets
  }
  return readFileSync(path, "utf8");
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("What the build has handed over is no JSON"); // the parser's own message shows a part of it
  }
}

if (require.main === module) {
  try {
    main(process.argv[2]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

module.exports = { CHECKS, codeOf, digestOf, problemsOf, TYPES };
