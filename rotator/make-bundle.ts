import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundled } from "./bundled";

// The bundle is in the repository, so that a program needs no build step: npm run bundle, after a change of this folder.
writeFileSync(join(__dirname, "bundle/index.js"), bundled());
