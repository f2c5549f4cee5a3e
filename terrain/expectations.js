const { dirname } = require("node:path");
const differences = require("./differences.js");

const ROOT = dirname(__dirname);

/**
 * A file of expectations as it reads for CDK Terrain.
 *
 * @param file from the project's folder
 * @throws Error for a listed difference that is not there
 */
function onTerrain(file, text, listed = differences) {
  return listed
    .filter((difference) => difference.file === file)
    .reduce((changed, { cdktf, terrain }) => {
      const parts = changed.split(cdktf);
      if (parts.length !== 2) {
        throw new Error(`terrain/differences.js: ${file} must have ${cdktf} once; it has it ${parts.length - 1} times`);
      }
      return parts.join(terrain);
    }, text);
}

module.exports = { ROOT, differences, onTerrain };
