#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// A checkout runs its sources; the published package has them compiled.
if (existsSync(join(__dirname, "../cli"))) {
  require("tsx/cjs");
  require("../cli/ai-key.ts");
} else {
  require("../dist/cli/ai-key.js");
}
