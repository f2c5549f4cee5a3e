// @ts-check
// Imports no package, so that it runs where the key is: cli/key-version/key-version.js.
const { existsSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const { variableOptions } = require("../../lib/log-leaks.js");

/** Files that Terraform takes by itself, and OpenTofu. */
const VARIABLES_FILE = /^terraform\.(tf|tofu)vars(\.json)?$|\.auto\.(tf|tofu)vars(\.json)?$/;

/**
 * What gives variables other values than `TF_VAR_…`, whatever these are: files in the stack's folder, where Terraform runs, and in the
 * project's, whose files cdktf hands on; and options in the environment.
 *
 * https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
 *
 * @param {string} root the project's folder
 * @param {string} stackFolder in the project's folder
 * @returns {string[]}
 */
function otherValues(root, stackFolder) {
  const files = ["", stackFolder].flatMap((folder) => {
    const path = join(root, folder);
    const names = existsSync(path) ? readdirSync(path) : [];
    return names.filter((name) => VARIABLES_FILE.test(name)).map((name) => join(folder, name));
  });
  const settings = ["TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_CLI_ARGS_apply"].filter(
    (name) => variableOptions(process.env[name] ?? "").length > 0,
  );
  return [...files, ...settings];
}

/**
 * What is wrong with them. A deploy takes another key than that of `TF_VAR_…`, and keeps the number of that one.
 *
 * @param {readonly string[]} sources
 * @returns {string}
 */
function otherValuesProblem(sources) {
  return `${sources.join(", ")}: Terraform takes these values in place of TF_VAR_…, so a deploy can store another key than yours, or none. Take them away, and deploy again`;
}

/**
 * @param {string} root the project's folder
 * @param {string} stackFolder in the project's folder
 * @throws Error where a stack gets other values than those of `TF_VAR_…`
 */
function refuseOtherValues(root, stackFolder) {
  const sources = otherValues(root, stackFolder);
  if (sources.length > 0) {
    throw new Error(`${otherValuesProblem(sources)}.`);
  }
}

module.exports = { otherValues, otherValuesProblem, refuseOtherValues };
