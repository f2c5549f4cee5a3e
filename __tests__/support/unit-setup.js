const { mkdirSync } = require("node:fs");
const { join } = require("node:path");

/** Makes the folder that the unit tests' apps name and nobody writes to: cdktf makes a missing one, and two workers at once would fail. */
module.exports = () => void mkdirSync(join(__dirname, "../../never-written/stacks"), { recursive: true });
