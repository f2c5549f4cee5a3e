const { basename, join } = require("node:path");
const { ROOT } = require("./expectations.js");

/** Looks for the snapshots that global-setup.js made. https://jestjs.io/docs/configuration#snapshotresolver-string */
module.exports = {
  resolveSnapshotPath: (test, extension) => join(__dirname, "node_modules", ".snapshots", basename(test) + extension),
  resolveTestPath: (snapshot, extension) => join(ROOT, "__tests__", basename(snapshot, extension)),
  testPathForConsistencyCheck: join(ROOT, "__tests__", "some.test.ts"),
};
