import { readFileSync } from "node:fs";
import { join } from "node:path";
import { minVersion } from "semver";

const { peerDependencies }: { peerDependencies: Record<string, string> } = JSON.parse(
  readFileSync(join(__dirname, "../package.json"), "utf8"),
);

test.each(Object.entries(peerDependencies))("the tests of this run are on the oldest %s that package.json takes", (name, range) => {
  const version: string = require(join(__dirname, "node_modules", name, "package.json")).version;
  expect(version).toBe(minVersion(range)?.version);
  expect(require.resolve(name === "@cdktf/provider-aws" ? `${name}/lib/provider` : name)).toContain(`oldest/node_modules/${name}/`);
});
