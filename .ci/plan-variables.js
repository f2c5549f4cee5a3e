#!/usr/bin/env node
// @ts-check
// Prints, for a shell, what a plan needs in place of each key: a value that is none, and the number of the last deploy, 1 before the first.
// It loads no package.
const { execFileSync } = require("node:child_process");
const { refuseOtherValues } = require("../lab/terraform/other-values.js");
const { printedJson } = require("../lab/terraform/printed-json.js");
const { stackIn } = require("../lab/terraform/stack-in.js");

/** Of any kind of key: it says that it is none, and an apply refuses it. lib/key/validations.ts */
const PLAN_ONLY = "plan-only-0123456789";

/** @typedef {{ readonly variable?: Record<string, { ephemeral?: boolean }>; readonly output?: Record<string, { value: unknown }>; readonly resource?: Record<string, object> }} Config */

/** @param {string | undefined} stack */
function main(stack) {
  /** @type {{ folder: string, config: Config }} */
  const { folder, config } = stackIn(".ci/plan-variables.js", stack);
  const { variable = {}, resource = {} } = config;
  const keys = Object.keys(variable).filter((name) => variable[name]?.ephemeral && /^\w+$/.test(name));
  if (keys.length === 0 && !resource.aws_secretsmanager_secret_rotation) {
    throw new Error(`The stack "${stack}" has no key.`);
  }
  refuseOtherValues(".", folder);
  const deployed = deployedOutputs(folder);
  for (const key of keys) {
    console.log(`export TF_VAR_${key}=${PLAN_ONLY}`);
    if (variable[`${key}_version`]) {
      console.log(`export TF_VAR_${key}_version=${numberOf(key, config, deployed)}`);
    }
  }
}

/**
 * The version of a key that a stack declares by a variable. Its output says what was deployed.
 *
 * @param {string} key
 * @param {Config} config
 * @param {Record<string, { value: unknown } | undefined>} deployed
 */
function numberOf(key, { output = {} }, deployed) {
  const [shown] = Object.entries(output).find(([, { value }]) => value === `\${var.${key}_version}`) ?? [];
  if (shown === undefined) {
    throw new Error(`No output shows var.${key}_version, so nobody can know the deployed number: declare one in main.ts.`);
  }
  return Number(deployed[shown]?.value ?? 1);
}

/** @param {string} folder */
function deployedOutputs(folder) {
  terraform([`-chdir=${folder}`, "init", "-lockfile=readonly"], 2); // what it prints is for people
  return JSON.parse(printedJson(terraform([`-chdir=${folder}`, "output", "-json"], "pipe")) || "{}");
}

/**
 * @param {readonly string[]} args
 * @param {"pipe" | 2} stdout
 */
function terraform(args, stdout) {
  const program = process.env.TERRAFORM_BINARY_NAME || "terraform";
  try {
    return String(execFileSync(program, args, { stdio: ["ignore", stdout, 2] }));
  } catch {
    throw new Error(`${program} ${args.join(" ")} failed; the reason is above.`);
  }
}

try {
  main(process.argv[2]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
