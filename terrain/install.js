const { spawnSync } = require("node:child_process");
const { cpSync, existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { gte } = require("semver");

const LOCK = join(__dirname, "package-lock.json");
const INSTALLED = join(__dirname, "node_modules", ".installed-from.json");

// The optional packages are a Node that is new enough for CDK Terrain's CLI.
const omitted = gte(process.versions.node, "22.19.0") ? ["--omit=optional"] : [];

if (!existsSync(INSTALLED) || !readFileSync(INSTALLED).equals(readFileSync(LOCK))) {
  console.log("Installing CDK Terrain into terrain/node_modules");
  const options = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...omitted];
  const { status } = spawnSync("npm", ["ci", ...options], { cwd: __dirname, stdio: "inherit" });
  if (status === 0) {
    cpSync(LOCK, INSTALLED);
  }
  process.exitCode = status ?? 1;
}
