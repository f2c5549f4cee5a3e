// @ts-check
// Imports no package, so that it runs where the key is: cli/key-version/key-version.js.

/** @typedef {Readonly<Record<string, string | undefined>>} Environment variables, by their names */

/** Levels without requests. Terraform takes what is no level for TRACE: `parseLogLevel` in `internal/logging/logging.go`. */
const QUIET = ["", "OFF", "ERROR", "WARN", "INFO"];

/** @param {string} level */
function isTalkative(level) {
  return !QUIET.includes(level.toUpperCase());
}

/**
 * What writes the key, or tokens of the AWS credentials, to a log or a file, by the names of the variables. A problem says what happens, and
 * what to do; the value may hold a key, so it is not shown. docs/logs.md has the whole list.
 *
 * @type {readonly { readonly name: RegExp; readonly leaks: (value: string, environment: Environment) => boolean; readonly problem: string }[]}
 */
const LEAKS = [
  {
    name: /^TF_LOG(_PROVIDER)?$/,
    leaks: isTalkative,
    problem: "logs the requests to AWS, the key included (what is no level means trace). Unset it, or set info, warn, error or off",
  },
  {
    name: /^TF_LOG_CORE$/,
    leaks: (value, environment) => isTalkative(value) && !environment.AWS_ACCESS_KEY_ID,
    problem: "logs the tokens by which Terraform gets its AWS credentials. Unset it, or set info, warn, error or off",
  },
  {
    name: /^TF_LOG_SDK_PROTO_DATA_DIR$/,
    leaks: (value) => value !== "",
    problem: "writes the key to files that every user of the machine can read. Unset it",
  },
  {
    name: /^TF_CLI_ARGS(_.*)?$/,
    leaks: (value) => variableOptions(value).includes("var"),
    problem: "has -var, and Terraform logs its arguments at info already. Set TF_VAR_<name> in its place",
  },
  {
    name: /^NODE_OPTIONS$/,
    leaks: (value) => {
      const options = value.replaceAll("_", "-");
      return /--heapsnapshot-/.test(options) || (/--report-(on|uncaught)-/.test(options) && !options.includes("--report-exclude-env"));
    },
    problem:
      "has Node write its memory or its environment to a file, the key included. Remove --heapsnapshot-…, and --report-… or add --report-exclude-env",
  },
  {
    name: /^NODE_DEBUG$/,
    leaks: (value) => /child_process|\*/i.test(value),
    problem: "prints the environment of each process that Node starts, the key included. Remove child_process and *",
  },
];

/**
 * What is wrong with an environment for a program that works with a key, each in one line without the value.
 *
 * @param {Environment} environment
 * @returns {string[]}
 */
function environmentProblems(environment) {
  return Object.entries(environment).flatMap(([name, value = ""]) =>
    LEAKS.filter((leak) => leak.name.test(name) && leak.leaks(value, environment)).map(
      ({ problem }) => `${name}, as it is set, ${problem}. More is in docs/logs.md of cdktf-ai-secret.`,
    ),
  );
}

/**
 * The options among Terraform's arguments that give values to variables.
 *
 * @param {string} args
 * @returns {string[]} `var` or `var-file` for each
 */
function variableOptions(args) {
  return [...args.matchAll(/(?:^|[\s"'])--?(var|var-file)["']?(?=[\s=])/g)].map(([, option = ""]) => option);
}

module.exports = { environmentProblems, variableOptions };
