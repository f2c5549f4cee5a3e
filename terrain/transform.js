const { join, relative } = require("node:path");
const { createTransformer } = require("ts-jest").default;
const { ROOT, onTerrain } = require("./expectations.js");

const typescript = createTransformer({ tsconfig: join(ROOT, "tsconfig.json") });

/** Compiles a file of the tests as it reads for CDK Terrain. https://jestjs.io/docs/code-transformation */
module.exports = {
  process: (text, path, options) => typescript.process(onTerrain(relative(ROOT, path), text), path, options),
  getCacheKey: (text, path, options) => typescript.getCacheKey(onTerrain(relative(ROOT, path), text), path, options),
};
