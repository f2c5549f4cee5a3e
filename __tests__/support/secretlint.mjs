// Prints what secretlint finds in the files that are named on standard input, a line each. It is an ES module, which jest can't load.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { lintSource } from "@secretlint/core";
import { creator as rule } from "@secretlint/secretlint-rule-preset-recommend";

const config = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule, options: {} }] };
for (const filePath of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const source = { filePath, content: readFileSync(filePath, "utf8"), ext: extname(filePath), contentType: "text" };
  const { messages } = await lintSource({ source, options: { config, maskSecrets: true } });
  for (const { message, loc } of messages) {
    console.log(`${filePath}:${loc.start.line}: ${message}`);
  }
}
