/** Loaded into each Node process of a measured command by NODE_OPTIONS: appends its peak memory in KiB to a file as it ends. */
const { appendFileSync } = require("node:fs");

process.on("exit", () => appendFileSync(process.env.PEAK_MEMORY_FILE, `${process.resourceUsage().maxRSS}\n`));
