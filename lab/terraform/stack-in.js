// @ts-check
// Imports no package, so that it runs where the key is: cli/key-version/key-version.js.
const { existsSync, readFileSync } = require("node:fs");

/**
 * The folder of a synthesized stack in the project's, and what it says.
 *
 * @param {string} script that was called with the stack's name
 * @param {string | undefined} stack
 * @throws Error without a name, and for a stack that is not there
 */
function stackIn(script, stack) {
  if (!stack) {
    throw new Error(`Say which stack: ${script} <stack>`);
  }
  const folder = `cdktf.out/stacks/${stack}`;
  const file = `${folder}/cdk.tf.json`;
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: synthesize main.ts first, which must have the stack ${JSON.stringify(stack)}.`);
  }
  return { folder, config: JSON.parse(readFileSync(file, "utf8")) };
}

module.exports = { stackIn };
