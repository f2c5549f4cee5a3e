const { dirname, join } = require("node:path");

const oldest = "<rootDir>/oldest/node_modules";

/** A project whose tests run with these bindings, and the oldest of all other peers. */
const project = (displayName, bindings, testMatch) => ({
  displayName,
  rootDir: dirname(__dirname),
  testMatch,
  moduleNameMapper: {
    "^cdktf$": `${oldest}/cdktf`,
    "^@cdktf/provider-aws/(.*)$": `${oldest}/${bindings}/$1`,
    "^constructs$": `${oldest}/constructs`,
  },
  transform: { "\\.ts$": ["ts-jest", { tsconfig: join(__dirname, "tsconfig.json") }] },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out"],
  globalSetup: "<rootDir>/__tests__/support/unit-setup.js",
});

/** The unit tests of what is built on cdktf, with the oldest peers that package.json takes instead of the newest. */
module.exports = {
  projects: [
    project("oldest", "@cdktf/provider-aws", [
      "<rootDir>/__tests__/unit/{*.test.ts,lib/**/*.test.ts}",
      "<rootDir>/__tests__/unit/cli/verify/*.test.ts", // not handover: cdktf 0.20 writes other HCL, which that command refuses
      "<rootDir>/oldest/oldest.test.ts",
    ]),
    project("older", "too-old", ["<rootDir>/oldest/older.test.ts"]),
  ],
};
