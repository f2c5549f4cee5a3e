const { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { ROOT, differences, onTerrain } = require("./expectations.js");

const FOLDER = "__tests__/__snapshots__";

/** Makes the snapshots as they read for CDK Terrain, and fails for a listed difference that is nowhere. */
module.exports = async () => {
  const read = (file) => onTerrain(file, readFileSync(join(ROOT, file), "utf8"));
  differences.forEach(({ file }) => {
    read(file);
  });

  const made = join(__dirname, "node_modules", ".snapshots");
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made);
  for (const name of readdirSync(join(ROOT, FOLDER))) {
    writeFileSync(join(made, name), read(`${FOLDER}/${name}`));
  }
};
