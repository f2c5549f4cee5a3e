#!/usr/bin/env node
// @ts-check
// Imports no package, so that it runs where the key is: .github/workflows/deploy-environment.yml, docs/ci-without-the-cdktf-cli.md.
const { scryptSync } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { refuseOtherValues } = require("../../lab/terraform/other-values.js");
const { environmentProblems } = require("../../lib/log-leaks.js");

/** Bytes. 48 bits and one stay below the 2^53 that Terraform's numbers have in a state. */
const SIZE = 6;

/** 0.1 s and 16 MiB (bench/RESULTS.md), for the deploy once and for whoever guesses each time. Another cost is another number for everyone. */
const COST = { N: 2 ** 14, r: 8, p: 3 };

/**
 * A number from 1 to 2^48 that changes when the key changes: one changed key in 2^48 goes unnoticed.
 *
 * @param {string} key
 * @param {string} secretName the salt: the same key has another number in another secret
 * @returns {number}
 */
function keyVersion(key, secretName) {
  return scryptSync(key, secretName, SIZE, COST).readUIntBE(0, SIZE) + 1; // Terraform refuses 0
}

/**
 * The parts of a stack's cdk.tf.json that are read here.
 *
 * @typedef {{ readonly ephemeral?: boolean }} Variable
 * @typedef {{ readonly name?: unknown; readonly secret_id?: unknown; readonly secret_string_wo?: unknown }} Resource
 * @typedef {{ readonly variable?: Record<string, Variable>; readonly resource?: Record<string, Record<string, Resource>> }} Config
 */

/**
 * The lines for a shell that set the number of each key of a stack, but for those that are set.
 *
 * @param {Config} config
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 * @throws Error for a secret whose name is known at deploy only
 */
function versionLines({ variable = {}, resource = {} }, env) {
  const versions = Object.values(resource.aws_secretsmanager_secret_version ?? {});
  return Object.keys(variable)
    .filter((name) => variable[name]?.ephemeral && variable[`${name}_version`] && env[`TF_VAR_${name}_version`] === undefined)
    .map((name) => {
      const isOf = (/** @type {unknown} */ value) => [...String(value).matchAll(/\bvar\.(\w+)/g)].some(([, stored]) => stored === name);
      const stores = versions.find(({ secret_string_wo }) => isOf(secret_string_wo));
      const [, secret = ""] = String(stores?.secret_id).match(/^\$\{aws_secretsmanager_secret\.([\w-]+)\.arn\}$/) ?? [];
      const secretName = resource.aws_secretsmanager_secret?.[secret]?.name;
      if (!/^\w+$/.test(name) || typeof secretName !== "string" || secretName.includes("${")) {
        throw new Error(
          `The number of ${JSON.stringify(name)} needs its secret's name, and that is known at deploy only. Set TF_VAR_${name}_version.`,
        );
      }
      return `export TF_VAR_${name}_version=${keyVersion(env[`TF_VAR_${name}`] ?? "", secretName)}`;
    });
}

/** @param {string | undefined} stack */
function main(stack) {
  const problems = environmentProblems(process.env);
  if (problems.length > 0) {
    throw new Error(problems.join("\n"));
  }
  const folder = `cdktf.out/stacks/${stack}`;
  refuseOtherValues(".", folder);
  console.log(versionLines(JSON.parse(readFileSync(`${folder}/cdk.tf.json`, "utf8")), process.env).join("\n"));
}

if (require.main === module) {
  try {
    main(process.argv[2]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

module.exports = { keyVersion, versionLines };
