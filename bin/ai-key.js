#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// A checkout runs its sources; the published package has them compiled.
const inCheckout = existsSync(join(__dirname, "../cli"));
if (inCheckout) {
  process.env.TSX_DISABLE_CACHE = "1"; // it is in a folder that all users share: docs/logs.md
  require("tsx/cjs");
}
const { aiKey } = require(inCheckout ? "../cli/ai-key.ts" : "../dist/cli/ai-key.js");
void aiKey(process.argv.slice(2));
